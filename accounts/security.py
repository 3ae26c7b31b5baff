"""The verb of one's own account: another password."""

from django.contrib.auth import password_validation, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.exceptions import DomainError

from .models import User


@transaction.atomic
def change_password(request, new):
    """Give the signed-in user a password; every other session of theirs ends, an initial password is done with.

    Raises DomainError ``password.weak`` with the rule that it breaks (accounts.password_rules).
    """
    user = User.objects.select_for_update().get(pk=request.user.pk)
    if user.has_usable_password() and user.check_password(new):
        raise DomainError("password.same", _("新密码跟原来的一样，请换一个。"))
    try:
        password_validation.validate_password(new, user)
    except ValidationError as refused:
        raise DomainError("password.weak", " ".join(refused.messages)) from None
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(user, "account.password", user)
    update_session_auth_hash(request, user)
