"""Who calls: a Wagtail API token in ``Authorization: Bearer …``. The token acts with its user's appointments, no more."""

from django.conf import settings
from wagtail.api.v3.auth import BearerTokenAuth


class TokenAuth(BearerTokenAuth):
    """Wagtail's own tokens (made in the admin); a demo account's token works only in the demo world."""

    def authenticate(self, request, token):
        found = super().authenticate(request, token)
        if found and request.user.is_demo and not settings.DEMO:
            return None
        return found
