"""allauth as this project uses it."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Nobody registers through allauth's own form: a new phone registers by its first code (accounts.views)."""

    def is_open_for_signup(self, request):
        return False
