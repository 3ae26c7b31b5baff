"""One number in two places: the listed phone of a person and the proved phone of their login change together, here only."""

import logging

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import accounts.services
from accounts import sms
from accounts.models import User
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_phone, normalise_phone

from .identity import need_reason
from .models import Appointment, Person, Role
from .policies import rights_of

logger = logging.getLogger(__name__)


def send_code(user, phone, *, address=""):
    """Send a code to the number a user wants from now on; returns it as 11 digits.

    Raises DomainError ``phone.same``, ``phone.taken`` and those of ``accounts.services.send_code``.
    """
    phone = normalise_phone(phone)
    if phone == user.phone:
        raise DomainError("phone.same", _("这就是您现在的手机号，不用改。"))
    refuse_taken(phone, user=user, person=getattr(user, "person", None))
    return accounts.services.send_code(phone, address=address)


def change_own(user, phone, code):
    """A user proves the new number with the code sent to it; login and person get it together. Returns the User.

    The old number is told. Raises DomainError ``phone.invalid``, ``phone.taken`` and those of ``accounts.services.check_code``.
    """
    phone = normalise_phone(phone)
    # Outside the transaction below: a wrong try stays counted.
    accounts.services.check_code(phone, code)
    before = user.phone
    _write(phone, user=user, person=getattr(user, "person", None), actor=user, reason="")
    _tell(before, phone)
    return User.objects.get(pk=user.pk)


def _tell(before, phone):
    if not before or before == phone:
        return
    words = _("您在质量学堂的手机号已改为 %(phone)s。不是您本人改的，请马上联系主办单位。") % {
        "phone": mask_phone(phone)
    }
    try:
        sms.send(before, words)
    except OSError:
        logger.warning("the former number %s was not told of the change", mask_phone(before))


def change_by_staff(person, phone, *, actor, reason):
    """Staff write down another number for a person, with the reason; a login of theirs moves with it. Returns the Person.

    An empty ``phone`` takes the number away from a person without a login. Whoever holds an appointment changes their own
    number, or the city does: else a number would be a way to somebody else's rights. The old number is told.

    Raises DomainError ``phone.invalid``, ``phone.taken``, ``phone.needed``, ``phone.appointed``, ``reason.missing``.
    """
    reason = need_reason(reason)
    number = normalise_phone(phone) if phone and phone.strip() else None
    if number is None and person.user_id:
        raise DomainError("phone.needed", _("这个人用手机号登录，不能去掉；请填新的手机号。"))
    login = person.user
    appointed = login and Appointment.objects.in_force().filter(user=login).exists()
    if appointed and actor != login and Role.CITY_ADMIN not in rights_of(actor).roles:
        raise DomainError(
            "phone.appointed",
            _("这个人有在用的授权，手机号请他本人登录后改；换了人的，请先撤回授权，或找市级管理员。"),
        )
    before = login.phone if login else None
    _write(number, user=login, person=person, actor=actor, reason=reason)
    _tell(before, number or "")
    return Person.objects.get(pk=person.pk)


def refuse_taken(phone, *, user, person):
    """Raises DomainError ``phone.taken`` when the number belongs to another login or another person."""
    others = User.objects.filter(phone=phone).exclude(pk=user.pk if user else None).exists()
    if others or Person.objects.filter(phone=phone).exclude(pk=person.pk if person else None).exists():
        raise DomainError(
            "phone.taken",
            _("%(phone)s 已登记在另一个人名下，请核对；两边其实是同一个人的，请申请合并。")
            % {"phone": mask_phone(phone)},
        )


@transaction.atomic
def _write(phone, *, user, person, actor, reason):
    # The person first, then the login, as everywhere: one order of locks.
    if person:
        person = Person.objects.select_for_update().get(pk=person.pk)
    if user:
        user = User.objects.select_for_update().get(pk=user.pk)
    if phone:
        refuse_taken(phone, user=user, person=person)
    before = (person or user).phone
    if phone == before and (user is None or user.phone == phone):
        return
    try:
        with transaction.atomic():
            for row in (person, user):
                if row:
                    row.phone = phone
                    row.save(update_fields=["phone"])
    except IntegrityError:
        refuse_taken(phone, user=user, person=person)
        raise
    record(
        actor,
        "person.phone",
        person or user,
        changes={"phone": [mask_phone(before or ""), mask_phone(phone or "")]},
        reason=reason,
    )
