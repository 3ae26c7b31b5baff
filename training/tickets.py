"""What is shown at the door and what it is exchanged for: the room's codes, tickets, and a person's own code.

The room's QR is an https URL that changes every 30 seconds. Opening it is a GET that only signs a ticket "this browser was at
the door at 09:02"; recording is a POST, after signing in to the site, however long that took. Nothing here writes.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from core import clock
from core.text import normalise

from .models import Attendance, Registration
from .refusals import refusal

SALT = "training.check-in"


# The room's codes ------------------------------------------------------------------------------------------------------


def _step(moment):
    return int(moment.timestamp()) // settings.CHECK_IN_ROTATION_SECONDS


def _digest(session, step, what, leaving):
    what = f"{what}-out" if leaving else what
    return hmac.new(session.secret.encode(), f"{what}:{session.pk}:{step}".encode(), hashlib.sha256)


def _token(session, step, leaving):
    return _digest(session, step, "url", leaving).hexdigest()[:20]


def _digits(session, step, leaving):
    return f"{int.from_bytes(_digest(session, step, 'digits', leaving).digest()[:4]) % 1_000_000:06d}"


@dataclass(frozen=True)
class DoorCode:
    """What the big screen shows now: the URL in the QR, the six digits, and for how many seconds still."""

    url: str
    digits: str
    seconds_left: int


def door_code(session, *, leaving=False):
    """The DoorCode of a session at this moment; ``leaving``: the one to sign out with."""
    now = clock.now()
    step = _step(now)
    code = f"{'out-' if leaving else ''}{step}-{_token(session, step, leaving)}"
    left = settings.CHECK_IN_ROTATION_SECONDS - int(now.timestamp()) % settings.CHECK_IN_ROTATION_SECONDS
    return DoorCode(
        url=f"{settings.SITE_URL}/s/{session.pk}/{code}/", digits=_digits(session, step, leaving), seconds_left=left
    )


def _is_recent(step):
    """This step or the one before: a phone that read the code in its last second still gets in."""
    return 0 <= _step(clock.now()) - step <= 1


def ticket_for_url(session, code):
    """A signed ticket for who opened the QR's URL; valid settings.CHECK_IN_TICKET_MINUTES from now.

    Raises DomainError ``check_in.expired`` for an old, foreign or invented URL.
    """
    leaving = code.startswith("out-")
    step, _dash, token = code.removeprefix("out-").partition("-")
    plausible = code.isascii() and step.isdecimal() and len(step) < 12
    good = plausible and hmac.compare_digest(_token(session, int(step), leaving), token)
    if not good or not _is_recent(int(step)):
        raise refusal("check_in.expired")
    return _ticket(session, Attendance.Method.QR, leaving)


def ticket_for_digits(session, digits):
    """A signed ticket for who typed the six digits now on the screen, full width and with blanks if they like.

    Raises DomainError ``check_in.code``.
    """
    typed = normalise(digits).replace(" ", "").encode()
    step = _step(clock.now())
    for leaving in (False, True):
        for recent in (step, step - 1):
            if hmac.compare_digest(_digits(session, recent, leaving).encode(), typed):
                return _ticket(session, Attendance.Method.CODE, leaving)
    raise refusal("check_in.code")


# Tickets ---------------------------------------------------------------------------------------------------------------


def _ticket(session, method, leaving):
    facts = {"s": session.pk, "t": int(clock.now().timestamp()), "m": method, "n": secrets.token_hex(8)}
    if leaving:
        facts["o"] = 1
    return signing.dumps(facts, salt=SALT, compress=True)


@dataclass(frozen=True)
class Ticket:
    """One try at a door: which session, when its holder was there, how, and a nonce that makes asking again harmless.

    ``leaving``: to sign out. ``by``: the user at the desk who stands for it. ``offline``: written down without a network and sent
    later. ``device``: digest of the phone's cookie, where the round asks for it.
    """

    session_id: int
    at: datetime
    method: str
    nonce: str
    leaving: bool = False
    by: object = None
    offline: bool = False
    device: str = ""

    @property
    def valid_until(self):
        return self.at + timedelta(minutes=settings.CHECK_IN_TICKET_MINUTES)


def open_ticket(text, *, device=""):
    """The Ticket in a signed text. Raises DomainError ``check_in.expired`` when forged or older than its life."""
    try:
        facts = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        raise refusal("check_in.expired") from None
    at = datetime.fromtimestamp(facts["t"], UTC)
    ticket = Ticket(facts["s"], at, facts["m"], facts["n"], leaving="o" in facts, device=device)
    if clock.now() > ticket.valid_until:
        raise refusal("check_in.expired")
    return ticket


def device_digest(cookie):
    """Sixteen characters that stand for a phone's random cookie and lead back to nothing; '' without one."""
    return salted_hmac("training.device", cookie, algorithm="sha256").hexdigest()[:16] if cookie else ""


# A person's own code ---------------------------------------------------------------------------------------------------

CARD_MINUTES = 10
"""For so long after it was shown a person's own code is good: longer than a queue at the desk, shorter than a lesson."""

_EPOCH_DIGITS, _MAC_DIGITS, TYPED_DIGITS = 8, 12, 8


@dataclass(frozen=True)
class CardCode:
    """A learner's own code: ``text`` in the QR (digits only, so that a scanner that types is not caught by an input method),
    ``typed`` the eight digits to read out."""

    text: str
    typed: str


def _minute(moment):
    return int(moment.timestamp()) // 60


def _mac(what, person_id, minute, digits):
    digest = salted_hmac(f"training.card.{what}", f"{minute}:{person_id}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 10**digits:0{digits}d}"


def card_code(person):
    """The CardCode of a person at this moment."""
    minute = _minute(clock.now())
    text = f"{minute:0{_EPOCH_DIGITS}d}{_mac('qr', person.pk, minute, _MAC_DIGITS)}{person.pk}"
    return CardCode(text, _mac("typed", person.pk, minute // CARD_MINUTES, TYPED_DIGITS))


def read_card(session, text, at):
    """The key of the person whose code was scanned or typed at the moment ``at``.

    Typed digits are looked for among the people of the session's round. Raises DomainError ``check_in.card``.
    """
    typed = "".join(normalise(text).split())
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > _EPOCH_DIGITS + _MAC_DIGITS + 10:
        raise refusal("check_in.card")
    if len(typed) == TYPED_DIGITS:
        return _typed(session, typed, _minute(at) // CARD_MINUTES)
    minute, mac, person = typed[:_EPOCH_DIGITS], typed[_EPOCH_DIGITS:20], typed[20:]
    # A minute of grace the other way: clocks of two machines.
    if not person or not -1 <= _minute(at) - int(minute) <= CARD_MINUTES:
        raise refusal("check_in.card")
    if not hmac.compare_digest(_mac("qr", int(person), int(minute), _MAC_DIGITS), mac):
        raise refusal("check_in.card")
    return int(person)


def _typed(session, typed, window):
    people = Registration.objects.filter(round=session.round_id).values_list("person", flat=True)
    for person in people:
        if typed in (_mac("typed", person, window, TYPED_DIGITS), _mac("typed", person, window - 1, TYPED_DIGITS)):
            return person
    raise refusal("check_in.card")
