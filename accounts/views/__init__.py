"""Doors of the account: signing in, security, privacy, the legal texts."""

from .signing_in import LoginView, next_url

__all__ = ["LoginView", "next_url"]
