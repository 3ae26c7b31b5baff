"""Screens of the registry: joining (everyone), the contact's portal, and the 工作台 of those who keep the registry."""
