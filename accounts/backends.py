"""How a name and a password become a user."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from core.exceptions import DomainError
from core.prepared import Prepared
from core.text import normalise_phone

from .models import User


@Prepared
def _by_key(pk):
    return User.objects.select_related("person").filter(pk=pk)


class AccountBackend(AuthenticationBackend):
    """Signs in by user name or verified phone with a password. Demo accounts work only in the demo world."""

    def authenticate(self, request, **credentials):
        name = credentials.get("username")
        if name:
            try:
                phone = normalise_phone(name)
            except DomainError:
                pass
            else:
                known = User.objects.filter(phone=phone).values_list("username", flat=True).first()
                credentials["username"] = known or name
        user = super().authenticate(request, **credentials)
        # allauth keeps a user with the right password but without permission aside, for its page about inactive accounts,
        # and would let them in from there: nobody is kept aside here.
        self.unstash_authenticated_user()
        return user

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_demo)

    def get_user(self, user_id):
        user = _by_key.first(user_id)
        return user if user and self.user_can_authenticate(user) else None
