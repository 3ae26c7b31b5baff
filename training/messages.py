"""Writing to a class in one's own words: who gets it and how is counted first, then it goes through the outbox."""

import secrets
from collections import Counter
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.audit_trail import record
from core.exceptions import DomainError
from core.page_guards import forbidden_phrase
from notices import kinds, services
from notices.models import Delivery

from .announcing import subject_of, tell
from .models import Registration, Round, RoundMessage

Audience = RoundMessage.Audience

LONGEST = 200
"""Characters of a message; with the head it still is a text message (300)."""

SMS_PART, SMS_LONG_PART = 70, 67
"""Characters of a text message that costs one, and of each part of a longer one (GSM 03.38, UCS-2)."""

ABOUT_THE_TEXT = frozenset({"message.empty", "message.long", "message.forbidden"})
"""Codes of what is wrong with the words themselves."""

PLAIN, URGENT = "round.message", "round.message-urgent"

_WORDING = (
    lazy("班里的消息：{round}"),
    lazy("{name}，{text}"),
    lazy("【质量学堂】{text}（{round}）"),
)
_SAMPLE = {"round": "内审员班（3 天）", "text": "请带一份本厂的检验记录，模拟审核要用。"}

KINDS = [
    kinds.Kind(PLAIN, lazy("主办单位或讲师写的话"), *_WORDING, sample=_SAMPLE),
    kinds.Kind(URGENT, lazy("主办单位或讲师写的急事"), *_WORDING, urgent=True, sample=_SAMPLE),
]


@dataclass(frozen=True)
class Preview:
    """What would be sent: ``title``, ``body``, ``sms`` as one of the recipients reads them; ``people`` in all, of them by text message
    and e-mail (at once or in the evening), and ``inbox``, those who only find it here; ``sms_parts`` a text message costs."""

    title: str
    body: str
    sms: str
    people: int
    by_sms: int
    by_email: int
    inbox: int
    sms_parts: int


def new_key():
    """A key for a form, under which its message is sent once."""
    return secrets.token_hex(16)


def check_text(text):
    """The text as it will be sent: ends stripped. Raises DomainError ``message.empty``, ``message.long`` and ``message.forbidden``."""
    text = text.strip()
    if not text:
        raise DomainError("message.empty", _("请写上要告诉大家的话。"))
    if len(text) > LONGEST:
        raise DomainError(
            "message.long",
            _("写了 %(n)s 个字，最多 %(most)s 个；请只写要紧的，细节放在班的介绍里。")
            % {"n": len(text), "most": LONGEST},
        )
    phrase = forbidden_phrase(text)
    if phrase:
        raise DomainError(
            "message.forbidden", _("不能写“%(word)s”：平台不作这样的许诺，请换一种说法。") % {"word": phrase}
        )
    return text


def recipients(round_, audience, picked=()):
    """The live Registrations a message goes to, with their people; ``picked`` are keys of registrations."""
    rows = Registration.objects.live().filter(round=round_).select_related("person__user", "person__notice_preference")
    if audience == Audience.REGISTERED:
        rows = rows.on_the_list()
    elif audience == Audience.WAITING:
        rows = rows.filter(state=Registration.State.WAITING)
    elif audience == Audience.PICKED:
        rows = rows.filter(pk__in=picked)
    return rows.order_by("sequence")


def preview(round_, text, audience, *, picked=(), urgent=False):
    """The Preview of a message. Raises as ``check_text``, and ``message.nobody``."""
    text = check_text(text)
    rows = list(recipients(round_, audience, picked))
    if not rows:
        raise DomainError("message.nobody", _("这样选没有一个人会收到，请换一种“发给谁”，或勾选几位。"))
    wording = services.wording_of(kinds.KINDS[URGENT if urgent else PLAIN])
    words = {"name": rows[0].person.name, "round": round_.title, "text": text}
    title, body, sms = (kinds.fill(part, words) for part in wording)
    ways = Counter()
    for row in rows:
        found = services.ways_of(row.person, sms=bool(sms))
        ways.update(found or ["inbox"])
    return Preview(
        title=title,
        body=body,
        sms=sms,
        people=len(rows),
        by_sms=ways[Delivery.Channel.SMS],
        by_email=ways[Delivery.Channel.EMAIL],
        inbox=ways["inbox"],
        sms_parts=1 if len(sms) <= SMS_PART else -(-len(sms) // SMS_LONG_PART),
    )


@transaction.atomic
def send(round_id, text, audience, *, key, actor, picked=(), urgent=False):
    """Tell the class; returns the RoundMessage. The same ``key`` again is success and tells nobody twice.

    Raises DomainError ``round.state`` for a round nobody knows of yet, ``message.nobody``, and as ``check_text``.
    """
    text = check_text(text)
    # Whoever writes waits for whoever fills the class: the count shown is the count told.
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    known = RoundMessage.objects.filter(key=key, round=round_).first()
    if known:
        return known
    if round_.number is None:
        raise DomainError("round.state", _("这个班还没发布，没有人可以告诉；发布以后再写。"))
    people = list(recipients(round_, audience, picked).values_list("person", flat=True))
    if not people:
        raise DomainError("message.nobody", _("这样选没有一个人会收到，请换一种“发给谁”，或勾选几位。"))
    message = RoundMessage.objects.create(
        round=round_, key=key, audience=audience, text=text, urgent=urgent, people=len(people), sent_by=actor
    )
    tell(people, URGENT if urgent else PLAIN, round_, event=message.event, text=text)
    record(actor, "round.message", round_, changes={"people": [None, len(people)], "audience": [None, audience]})
    return message


def resend_unreached(round_, notices, *, actor):
    """Send once more to those of ``notices`` (a queryset) who were not reached; returns (sent again, those there is no way to)."""
    again, nowhere = 0, []
    for notice in notices.about(subject_of(round_.pk)).unreached().select_related("person")[:500]:
        try:
            services.resend(notice.pk, actor=actor)
            again += 1
        except DomainError as refused:
            if refused.code == "notice.nowhere":
                nowhere.append(notice.person.name)
    return again, nowhere
