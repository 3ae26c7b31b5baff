"""Screens of certificates: for anyone, for the holder, for a contact, for the desk."""
