"""The verbs of one's own data: take a copy of it, close the account, and let what is long unused go."""

import io
import json
import logging
import secrets
import zipfile
from datetime import timedelta
from functools import partial

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from core import clock, registry
from core.audit_trail import record
from core.exceptions import DomainError
from core.spreadsheets import Column, write_workbook
from core.text import mask_phone

from . import consents, services, sms
from .models import DataExport, SmsCode, User

logger = logging.getLogger(__name__)

EXPORT_DAYS = 7
MAKING = timedelta(hours=1)
"""So long an export may take, waiting included: it is seconds, unless its worker died."""
INACTIVE_DAYS = 3 * 365
TOLD_DAYS_AHEAD = 30
AT_ONCE = 200
"""Accounts closed for inactivity in one run; the rest wait for the next day."""


# A copy of one's own data -------------------------------------------------------------------------------------------


@transaction.atomic
def ask_for_export(user, *, actor, reason=""):
    """Begin an export of what is held about ``user``; returns the DataExport. Asking while one is being made returns that one; one
    that is not there after MAKING has failed."""
    from . import tasks

    User.objects.select_for_update().get(pk=user.pk)
    unfinished = user.exports.filter(state__in=[DataExport.State.WAITING, DataExport.State.RUNNING])
    unfinished.filter(requested_at__lt=clock.now() - MAKING).update(state=DataExport.State.FAILED)
    going = unfinished.first()
    if going:
        return going
    export = DataExport.objects.create(user=user, requested_at=clock.now())
    record(actor, "privacy.export", user, reason=reason)
    tasks.build_export.delay_on_commit(export.pk)
    return export


def own_data(user):
    """What this app holds about a user, as (heading, rows)."""
    rows = [
        {
            _("用户名"): user.username,
            _("手机号"): user.phone or "",
            _("邮箱"): user.email,
            _("注册时间"): user.date_joined,
            _("最近登录"): user.last_login,
        }
    ]
    agreed = [
        {_("政策"): row.policy, _("版本"): row.version, _("同意时间"): row.at, _("网络地址"): row.ip}
        for row in user.consents.order_by("at")
    ]
    signed_in = [
        {
            _("时间"): row.at,
            _("方式"): row.get_way_display(),
            _("网络地址"): row.ip,
            _("设备"): row.device,
            _("成功"): row.succeeded,
        }
        for row in user.sign_ins.all()
    ]
    return [(_("账号"), rows), (_("同意记录"), agreed), (_("登录记录"), signed_in)]


def held(user, person):
    """Everything held about a user, a person or both (either may be None), as (heading, rows), one after the other."""
    if user is not None:
        yield from own_data(user)
    if person is not None:
        for tell in registry.export_person:
            yield tell(person)


def build_export(export_id):
    """Make the file of an export: a ZIP of JSON and a workbook. Asking again for one already made changes nothing."""
    taken = DataExport.objects.filter(pk=export_id, state=DataExport.State.WAITING).update(
        state=DataExport.State.RUNNING
    )
    if not taken:
        return
    export = DataExport.objects.select_related("user").get(pk=export_id)
    try:
        sections = []
        for section in held(export.user, getattr(export.user, "person", None)):
            sections.append(section)
            done = 90 * len(sections) // (3 + len(registry.export_person))
            DataExport.objects.filter(pk=export_id).update(progress=done)
        content = packed(sections)
    except Exception:
        DataExport.objects.filter(pk=export_id).update(state=DataExport.State.FAILED)
        raise
    export.file.save("export.zip", ContentFile(content), save=False)
    export.state, export.progress, export.done_at = DataExport.State.DONE, 100, clock.now()
    export.save(update_fields=["file", "state", "progress", "done_at"])


def packed(sections):
    """A ZIP of JSON and a workbook of what ``held`` gives, as bytes."""

    def plain(value):
        if value is None:
            return ""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if hasattr(value, "astimezone"):
            return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
        return str(value)

    lists = [(str(heading), [{str(k): plain(v) for k, v in row.items()} for row in rows]) for heading, rows in sections]
    book = io.BytesIO()
    columns = [Column(_("类别"), 16), Column(_("第几条"), 8, "number"), Column(_("项目"), 18), Column(_("内容"), 60)]
    cells = (
        (heading, number, name, value)
        for heading, rows in lists
        for number, row in enumerate(rows, 1)
        for name, value in row.items()
    )
    write_workbook(book, _("我的信息"), columns, cells, landscape=False)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("我的信息.json", json.dumps(dict(lists), ensure_ascii=False, indent=2))
        archive.writestr("我的信息.xlsx", book.getvalue())
    return packed.getvalue()


def forget_exports(before):
    """Remove exports asked for before that moment with their files; returns how many."""
    gone = 0
    for export in DataExport.objects.filter(requested_at__lt=before):
        _forget_file(export)
        export.delete()
        gone += 1
    return gone


def _forget_file(export):
    if export.file:
        transaction.on_commit(partial(export.file.storage.delete, export.file.name))


# Closing the account ------------------------------------------------------------------------------------------------


def refusals(person):
    """The sentences why a person cannot be erased just now; empty when nothing is in the way."""
    return [sentence for says in registry.erase_refusals for sentence in says(person)] if person else []


def prove(user, *, code="", password=""):
    """That the one who asks is the owner: the code sent to their phone, or the password when there is none.

    Raises DomainError of ``services.check_code``, or ``password.wrong``.
    """
    if user.phone:
        services.check_code(user.phone, code)
    elif not user.has_usable_password() or not check_password(password, user.password):
        raise DomainError("password.wrong", _("密码不对。忘了密码、又没有绑手机号的，请联系主办单位代办。"))


@transaction.atomic
def close_account(user, *, actor, reason=""):
    """注销: erase what identifies a user and their person everywhere, keep what is counted. Doing it again changes nothing.

    Raises DomainError ``erase.busy`` with the reasons why not just now, ``erase.staff`` while the user holds an appointment.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.erased_at:
        return
    if registry.is_staff(user):
        raise DomainError("erase.staff", _("您还担着工作人员的身份。请先请管理员收回授权，再注销。"))
    person = getattr(user, "person", None)
    erase(person, actor=actor, reason=reason)
    consents.withdraw(user, actor=actor, reason=reason)
    record(actor, "account.close", user, changes={"phone": [mask_phone(user.phone or ""), ""]}, reason=reason)
    _empty(user)


@transaction.atomic
def erase(person, *, actor, reason=""):
    """Erase a person (who may have no login) in every app. Raises DomainError ``erase.busy`` with the reasons."""
    if person is None:
        return
    why_not = refusals(person)
    if why_not:
        raise DomainError("erase.busy", " ".join(why_not))
    for forget in registry.erase_person:
        forget(person)
    record(actor, "person.erase", person, reason=reason)


def _empty(user):
    SmsCode.objects.filter(phone=user.phone).delete()
    user.one_time_codes.all().delete()
    Authenticator.objects.filter(user=user).delete()
    for export in user.exports.all():
        _forget_file(export)
        export.delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.username = f"closed-{user.pk}-{secrets.token_hex(4)}"
    user.phone, user.email, user.first_name, user.last_name = None, "", "", ""
    user.is_active = user.is_staff = user.is_superuser = user.must_change_password = False
    user.sessions_ended += 1
    user.erased_at = clock.now()
    user.set_unusable_password()
    user.save()


# What is long unused ------------------------------------------------------------------------------------------------


def _inactive(since):
    return User.objects.filter(is_active=True, erased_at=None, is_demo=False, is_superuser=False, date_joined__lt=since)


TOLD = Q(closing_told_at__isnull=False) & (Q(last_login=None) | Q(closing_told_at__gte=F("last_login")))
"""Told since they were here last: who came back after a message is told anew."""


def tell_inactive():
    """Text those whose account will be closed for three years without a sign-in, thirty days ahead; returns how many."""
    since = clock.now() - timedelta(days=INACTIVE_DAYS - TOLD_DAYS_AHEAD)
    rows = _inactive(since).exclude(last_login__gte=since).exclude(phone=None).exclude(TOLD)
    told = 0
    for user in rows.order_by("pk")[:AT_ONCE]:
        if registry.is_staff(user):
            continue
        try:
            sms.send(user.phone, _("您的账号快三年没登录了，30 天后会注销。还要用的，登录一次就好。"))
        except OSError:
            continue
        User.objects.filter(pk=user.pk).update(closing_told_at=clock.now())
        told += 1
    return told


def close_inactive(before):
    """Close accounts without a sign-in since ``before``; those with a phone only when told thirty days ago. Returns how many."""
    tell_inactive()
    told = clock.now() - timedelta(days=TOLD_DAYS_AHEAD)
    rows = _inactive(before).exclude(last_login__gte=before)
    closed = 0
    for user in (rows.filter(phone=None) | rows.filter(TOLD, closing_told_at__lt=told)).order_by("pk")[:AT_ONCE]:
        try:
            close_account(user, actor=None, reason=_("三年没有登录"))
        except DomainError as refused:
            logger.info("inactive account %s stays: %s", user.pk, refused.code)
        else:
            closed += 1
    return closed
