"""The verbs of telling: write a message into the outbox in the transaction of what happened, read it, send it again."""

from datetime import timedelta

from django.core.cache import cache as default_cache
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.cache import Spare
from core.exceptions import DomainError
from enterprises.models import Person

from . import kinds, tasks
from .models import Delivery, Notice, NoticePreference, NoticeTemplate

QUIET_FROM, QUIET_TO = 21, 8
"""Hours in Tianjin between which no text message rings, but an urgent one."""

AGAIN_AFTER = timedelta(minutes=10)
"""So long a repeat waits for the one before."""

GLANCE_SECONDS = 60

cache = Spare(default_cache)

Channel, State = Delivery.Channel, Delivery.State


def after_quiet_hours(moment):
    """The moment itself, or 8 o'clock in the morning when it is night."""
    local = moment.astimezone(clock.SHANGHAI)
    if local.hour >= QUIET_FROM:
        return clock.at(local.date() + timedelta(days=1), QUIET_TO)
    return clock.at(local.date(), QUIET_TO) if local.hour < QUIET_TO else moment


def wording_of(kind):
    """(title, body, sms) of a Kind: the editor's, else those of the code."""
    own = NoticeTemplate.objects.filter(kind=kind.key).first()
    return (own.title, own.body, own.sms) if own else (kind.title, kind.body, kind.sms)


@transaction.atomic
def notify(people, kind, *, event, revision=0, words=None, subject="", url=""):
    """Tell people (keys) that something happened; returns the Notices, whether they were written now or before.

    Written in the caller's transaction: what is rolled back is told to nobody. ``kind`` is the key of a registered Kind;
    ``words`` fill its wording (``name`` is added). The same event and revision is told to a person once.
    """
    kind = kinds.KINDS[kind]
    title, body, sms = wording_of(kind)
    now = clock.now()
    known = Person.objects.filter(pk__in=people, erased_at=None)
    rows = list(known.values_list("pk", "name", "phone", "user__phone", "user__email", "user"))
    fresh = []
    for pk, name, *_ways in rows:
        filled = {"name": name} | (words or {})
        fresh.append(
            Notice(
                person_id=pk,
                kind=kind.key,
                event=event,
                revision=revision,
                subject=subject,
                url=url,
                title=kinds.fill(title, filled)[:120],
                body=kinds.fill(body, filled)[:1000],
                sms=kinds.fill(sms, filled)[:300],
                created_at=now,
            )
        )
    if not fresh:
        return []
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    _look_again(row[-1] for row in rows)
    notices = list(Notice.objects.filter(event=event, revision=revision, person__in=[row[0] for row in rows]))
    wants = {row.person_id: row for row in NoticePreference.objects.filter(person__in=[row[0] for row in rows])}
    ways = {pk: (phone or login_phone, email) for pk, _name, phone, login_phone, email, _user in rows}
    deliveries = [
        delivery
        for notice in notices
        for delivery in _deliveries(notice, ways[notice.person_id], wants.get(notice.person_id), kind.urgent, now)
    ]
    if deliveries:
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        tasks.send.delay_on_commit()
    return notices


def ways_of(person, *, sms=True):
    """The channels by which a message leaves the house for a person (``user`` and ``notice_preference`` loaded); none: only the inbox.

    ``sms``: whether the message has a wording as text message.
    """
    user, wants = person.user, getattr(person, "notice_preference", None)
    return _channels(person.phone or (user and user.phone), user and user.email, wants, sms)


def _channels(phone, email, wants, sms):
    channels = []
    if phone and sms and (wants is None or wants.sms):
        channels.append(Channel.SMS)
    if email and (wants is None or wants.email):
        channels.append(Channel.EMAIL)
    return channels


def _deliveries(notice, ways, wants, urgent, now, number=1):
    gathered = bool(wants and wants.digest and not urgent)
    state = State.GATHERED if gathered else State.QUEUED
    for channel in _channels(*ways, wants, notice.sms):
        rings = channel == Channel.SMS and not (urgent or gathered)
        due = after_quiet_hours(now) if rings else now
        yield Delivery(notice=notice, channel=channel, number=number, state=state, due_at=due)


@transaction.atomic
def resend(notice_id, *, actor):
    """Send a message once more, at once, by every way there is; returns the new Deliveries.

    Raises DomainError ``notice.nowhere`` (neither phone nor e-mail, or nothing worded for the phone) and ``notice.soon`` (the last
    one is on its way, or not ten minutes old).
    """
    notice = Notice.objects.select_for_update(of=("self",)).select_related("person__user").get(pk=notice_id)
    now = clock.now()
    old = list(notice.deliveries.all())
    on_its_way = any(one.state in (State.QUEUED, State.SENDING) for one in old)
    if on_its_way or any(one.sent_at and one.sent_at > now - AGAIN_AFTER for one in old):
        raise DomainError("notice.soon", _("上一条还在路上，或发了不到 10 分钟，请稍后再发。"))
    user = notice.person.user
    ways = (notice.person.phone or (user.phone if user else None), user.email if user else "")
    number = max((one.number for one in old), default=0) + 1
    fresh = list(_deliveries(notice, ways, None, True, now, number))
    if not fresh and ways[0]:
        raise DomainError("notice.nowhere", _("这种消息不发短信，这位也没有邮箱；请打电话，或另写一条消息给他。"))
    if not fresh:
        raise DomainError("notice.nowhere", _("这位没有留手机号和邮箱，请打电话或当面告诉。"))
    Delivery.objects.bulk_create(fresh)
    record(actor, "notice.resend", notice, changes={"number": [number - 1, number]})
    tasks.send.delay_on_commit()
    return fresh


def mark_read(person, keys=None):
    """The person has seen their messages (all, or those with these keys). Returns how many were new."""
    rows = Notice.objects.unread().filter(person=person)
    if keys is not None:
        rows = rows.filter(pk__in=keys)
    count = rows.update(read_at=clock.now())
    _look_again([person.user_id])  # not before: a page in between would keep the old number for a minute
    return count


def unread(person):
    """How many messages a person has not opened."""
    return Notice.objects.unread().filter(person=person).count() if person else 0


def unread_at_a_glance(user):
    """How many messages a user has not opened, for the head of every page: kept for a minute, or until one comes or is opened."""
    key = _glance_key(user.pk)
    known = cache.get(key)
    if known is None:
        known = Notice.objects.unread().filter(person__user=user).count()
        cache.set(key, known, GLANCE_SECONDS)
    return known


def _glance_key(user_id):
    return f"notices:unread:{user_id}"


def _look_again(users):
    """The heads of these users' pages count anew, once this is committed."""
    keys = [_glance_key(key) for key in users if key]
    if keys:
        transaction.on_commit(lambda: cache.delete_many(keys))


def set_preference(person, *, sms, email, digest):
    """How the person wants to be told from now on."""
    row, _created = NoticePreference.objects.update_or_create(
        person=person, defaults={"sms": sms, "email": email, "digest": digest}
    )
    return row
