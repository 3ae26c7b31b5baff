"""现场登录码: the code somebody reads out to a person whom no text message reaches."""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.text import normalise_name

from .models import OneTimeCode

LIFE = timedelta(minutes=15)
WRONG_TRIES = 5


def issue(user, *, name, issued_by):
    """A new eight-digit code for ``user``, who types it beside ``name``; earlier ones of theirs end. Returns the digits.

    Whether ``issued_by`` may do so for that person is for the caller to decide (enterprises.desk_codes).
    """
    code = f"{secrets.randbelow(100_000_000):08d}"
    OneTimeCode.objects.filter(user=user, used_at=None).update(used_at=clock.now())
    OneTimeCode.objects.create(
        user=user, name=normalise_name(name), code_hash=make_password(code), issued_by=issued_by, issued_at=clock.now()
    )
    return code


def check(name, code):
    """Burn the code and return its user.

    Codes are looked for under the name typed beside them, so that a wrong try can be counted. Raises DomainError
    ``desk_code.wrong`` (whatever was wrong: a stranger must not learn who has a code).
    """
    with transaction.atomic():
        rows = list(
            OneTimeCode.objects.select_for_update(of=("self",))
            .filter(
                name=normalise_name(name),
                used_at=None,
                issued_at__gt=clock.now() - LIFE,
                wrong_tries__lt=WRONG_TRIES,
            )
            .select_related("user")
            .order_by("pk")
        )
        digits = "".join(code.split())
        right = next((row for row in rows if check_password(digits, row.code_hash)), None)
        if right:
            right.used_at = clock.now()
            right.save(update_fields=["used_at"])
        else:
            for row in rows:
                row.wrong_tries += 1
                row.save(update_fields=["wrong_tries"])
    # Outside the block: a wrong try must stay counted though the caller is told by an exception.
    if right is None:
        raise DomainError(
            "desk_code.wrong",
            _(
                "姓名和登录码对不上，或者登录码过期了。请照名单上的写法填姓名；登录码 15 分钟内有效，可以请工作人员再发一个。"
            ),
        )
    return right.user


def forget(before):
    """Delete codes issued before that moment; returns how many."""
    return OneTimeCode.objects.filter(issued_at__lt=before).delete()[0]
