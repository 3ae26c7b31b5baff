"""What leaves the house: claimed, handed over, noted down; each step by itself, so that a worker may die between any two."""

import logging
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import sms
from core import clock

from . import kinds
from .models import Delivery, Notice
from .services import after_quiet_hours

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""So long a worker may take for one message. A gateway answers in ten seconds or not at all."""

TRIES = 5
DIGEST_HOUR = 18
"""From this hour in Tianjin the digest of the day may leave."""
DIGEST = "digest"

Channel, State = Delivery.Channel, Delivery.State

kinds.register(
    kinds.Kind(
        DIGEST,
        lazy("每日汇总"),
        lazy("今天有 {n} 条消息"),
        lazy("{list}"),
        lazy("【质量学堂】您今天有 {n} 条消息：{list}"),
        sample={"n": 2, "list": "明天开课；候补到位"},
    )
)


def send_due(limit=500):
    """Send what is due; returns how many left the house. Two workers, or one task twice, send each message once."""
    sent = 0
    for _number in range(limit):
        row = _claim()
        if row is None:
            break
        sent += _hand_over(row)
    return sent


@transaction.atomic
def _claim():
    """The next message, marked as in hand; None when nothing is due. The claim is committed before anything is sent."""
    now = clock.now()
    due = Q(state=State.QUEUED, due_at__lte=now) | Q(state=State.SENDING, claimed_at__lt=now - LEASE)
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(due).order_by("due_at", "pk")
    row = rows.first()
    while row is not None and row.state == State.SENDING and not _drops_repeats(row.channel):
        # Its worker died with it in hand, and nobody can say whether it left.
        row.state, row.error = State.UNCLEAR, _("发送时中断，不知道到没到")
        row.save(update_fields=["state", "error"])
        row = rows.first()
    if row is not None:
        row.state, row.claimed_at, row.tries = State.SENDING, now, row.tries + 1
        row.save(update_fields=["state", "claimed_at", "tries"])
    return row


def _drops_repeats(channel):
    return channel == Channel.SMS and getattr(import_string(settings.SMS_BACKEND), "drops_repeats", False)


def _hand_over(row):
    notice = Notice.objects.select_related("person__user").get(pk=row.notice_id)
    mine = Delivery.objects.filter(pk=row.pk, state=State.SENDING, claimed_at=row.claimed_at)
    user = notice.person.user
    try:
        if row.channel == Channel.SMS:
            sms.send(notice.person.phone or (user.phone if user else ""), notice.sms, key=row.key)
        else:
            _mail(notice, user.email if user else "", row.key)
    except Exception as fault:  # noqa: BLE001 - whatever a gateway raises, the message is tried again or given up
        logger.warning("notice %s by %s: %s", notice.pk, row.channel, type(fault).__name__)
        over = row.tries >= TRIES
        mine.update(
            state=State.FAILED if over else State.QUEUED,
            due_at=clock.now() + timedelta(minutes=2**row.tries),
            error=type(fault).__name__,
        )
        return 0
    return mine.update(state=State.SENT, sent_at=clock.now(), error="")


def _mail(notice, address, key):
    host = urlsplit(settings.SITE_URL).hostname
    link = f"\n\n{settings.SITE_URL}{notice.url}" if notice.url else ""
    EmailMessage(notice.title, notice.body + link, to=[address], headers={"Message-ID": f"<{key}@{host}>"}).send()


def send_digests():
    """Gather what waits for the evening into one message a person; returns how many people are told. Once a day each."""
    now = clock.now()
    if now.astimezone(clock.SHANGHAI).hour < DIGEST_HOUR:
        return 0  # run_due asks every minute
    today = clock.today()
    told = 0
    waiting = Delivery.objects.filter(state=State.GATHERED)
    for person in waiting.order_by().values_list("notice__person", flat=True).distinct():
        with transaction.atomic():
            rows = list(
                waiting.select_for_update(of=("self",))
                .filter(notice__person=person)
                .select_related("notice")
                .order_by("pk")
            )
            if not rows:
                continue
            titles = list(dict.fromkeys(row.notice.title for row in rows))
            words = {"n": len(titles), "list": "；".join(titles)}
            kind = kinds.KINDS[DIGEST]
            notice, created = Notice.objects.get_or_create(
                person_id=person,
                event=f"digest:{today:%Y-%m-%d}",
                revision=0,
                defaults={
                    "kind": DIGEST,
                    "title": kinds.fill(kind.title, words),
                    "body": kinds.fill(kind.body, words)[:1000],
                    "sms": kinds.fill(kind.sms, words)[:300],
                    "created_at": clock.now(),
                    "read_at": clock.now(),  # the messages themselves stand in the inbox
                },
            )
            if not created:
                continue  # what came after today's digest is in tomorrow's
            due = after_quiet_hours(clock.now())
            Delivery.objects.bulk_create(
                Delivery(notice=notice, channel=channel, due_at=due)
                for channel in dict.fromkeys(row.channel for row in rows)
            )
            Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SENT, sent_at=clock.now())
            told += 1
    return told
