"""The verbs of signing in by phone: send a code, check it, find or make its user."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, limits, registry
from core.exceptions import DomainError
from core.text import normalise_phone

from . import sms
from .models import SmsCode, User

CODE_LIFE = timedelta(minutes=5)
WRONG_TRIES = 5
PER_PHONE = ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 10))
"""Codes one number may ask for: customary limits of Chinese SMS gateways."""
PER_ADDRESS_AN_HOUR = 600


def send_code(phone, *, address=""):
    """Send a six-digit code to a phone; returns the number as 11 digits.

    Raises DomainError ``phone.invalid``, ``sms.too_often`` (with how long to wait) or ``sms.failed`` when the gateway refuses.
    """
    phone = normalise_phone(phone)
    now = clock.now()
    for period, most in PER_PHONE:
        sent = SmsCode.objects.filter(phone=phone, sent_at__gt=now - period).count()
        if sent >= most:
            raise DomainError("sms.too_often", _too_often(period), wait=int(period.total_seconds()))
    if not limits.allow(f"sms:{address}", PER_ADDRESS_AN_HOUR, 3600):
        raise DomainError(
            "sms.too_often", _("这个网络发的验证码太多了，请过一会儿再试，或请现场工作人员帮您签到。"), wait=3600
        )
    code = f"{secrets.randbelow(1_000_000):06d}"
    SmsCode.objects.create(phone=phone, code_hash=make_password(code), sent_at=now)
    try:
        sms.send(phone, _("您的验证码是 %(code)s，5 分钟内有效，请不要告诉别人。") % {"code": code})
    except OSError:
        raise DomainError("sms.failed", _("短信没发出去，请过一分钟再点一次；急用请找现场工作人员。")) from None
    return phone


def _too_often(period):
    if period <= timedelta(minutes=1):
        return _("一分钟只能发一次验证码，请稍等再点。")
    if period <= timedelta(hours=1):
        return _("这个号码一小时内已经发了 5 次，请过一小时再试，或用密码登录。")
    return _("这个号码今天已经发了 10 次，请明天再试，或用密码登录。")


def check_code(phone, code):
    """Burn the newest code of ``phone`` if ``code`` is it.

    Raises DomainError ``sms.wrong`` (with the tries left) or ``sms.expired`` (none valid: old, used, or five wrong tries).
    """
    with transaction.atomic():
        row = (
            SmsCode.objects.select_for_update()
            .filter(phone=phone, used_at=None, sent_at__gt=clock.now() - CODE_LIFE, wrong_tries__lt=WRONG_TRIES)
            .order_by("-sent_at")
            .first()
        )
        if row is not None:
            right = check_password(code.strip(), row.code_hash)
            if right:
                row.used_at = clock.now()
            else:
                row.wrong_tries += 1
            row.save(update_fields=["used_at", "wrong_tries"])
    # Outside the block: a wrong try must stay counted though the caller is told by an exception.
    if row is None:
        raise DomainError("sms.expired", _("验证码过期了，请重新发一次。"))
    if not right:
        left = WRONG_TRIES - row.wrong_tries
        raise DomainError("sms.wrong", _("验证码不对，请看清最新那条短信；还能试 %(n)s 次。") % {"n": left}, left=left)


def forget_codes(before=None):
    """Delete codes sent before that moment, else more than 24 hours ago (retention table); returns how many. Run by beat."""
    return SmsCode.objects.filter(sent_at__lt=before or clock.now() - timedelta(days=1)).delete()[0]


@transaction.atomic
def user_of_phone(phone):
    """The user whose phone this is, made at the first sign-in. Call only after the phone has been proved by a code."""
    user = User.objects.filter(phone=phone).first()
    if user is None:
        known = filter(None, (find(phone) for find in registry.user_of_listed_phone))
        user = next(known, None)
        if user:
            user.phone = phone
            user.save(update_fields=["phone"])
    created = False
    if user is None:
        user, created = User.objects.get_or_create(phone=phone, defaults={"username": f"p{secrets.token_hex(8)}"})
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    for linked in registry.phone_verified:
        linked(user)
    return user
