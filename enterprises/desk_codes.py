"""Giving a person a code to sign in with, where no text message reaches them."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import desk_codes
from accounts.models import User
from core.audit_trail import record
from core.exceptions import DomainError

from .models import Appointment, Person


@transaction.atomic
def issue(person, *, actor):
    """An eight-digit code for a person (who gets a login if they have none); returns the digits, shown once.

    The caller has fetched ``person`` through a policy: whoever sees the person on a list of theirs may do this. Raises
    DomainError ``desk_code.staff`` for somebody who holds an appointment (the code would lend their rights to whoever hears
    it), ``desk_code.closed`` for a closed account or an erased person, ``desk_code.self`` for oneself.
    """
    person = Person.objects.select_for_update(of=("self",)).select_related("user").get(pk=person.pk)
    user = person.user
    if person.erased_at or person.merged_into_id or (user and not user.is_active):
        raise DomainError("desk_code.closed", _("这位的账号已停用或注销，不能发登录码。"))
    if user and user.pk == actor.pk:
        raise DomainError("desk_code.self", _("您已经登录了，不用给自己发。"))
    if user and (user.is_superuser or Appointment.objects.in_force().filter(user=user).exists()):
        raise DomainError("desk_code.staff", _("这位担着工作人员或联络员的身份，请用手机验证码或密码登录。"))
    if user is None:
        # The listed phone is not proved by this: it stays on the person only.
        user = User(username=f"d{secrets.token_hex(8)}")
        user.set_unusable_password()
        user.save()
        person.user = user
        person.save(update_fields=["user"])
    code = desk_codes.issue(user, name=person.name, issued_by=actor)
    record(actor, "desk_code.issue", person)
    return code


def user_of_listed_phone(phone):
    """The login made by ``issue`` for the person listed with this phone, now that they prove it; None when there is none."""
    person = Person.objects.listed().select_related("user").filter(phone=phone, user__phone=None).first()
    user = person.user if person else None
    if user is None or not user.is_active or user.has_usable_password():
        return None
    return None if Appointment.objects.in_force().filter(user=user).exists() else user
