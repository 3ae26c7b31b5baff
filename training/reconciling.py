"""人数核对: per session what the phones, the desk, hands and paper say, side by side; equal or explained before a round is closed."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError

from . import sheets
from .models import Attendance, Headcount, Registration, Round, Session

WAYS = ("qr", "code", "card", "desk", "manual", "made_up", "paper")
"""The columns, in order: ways of ``Attendance.Method``, and 补签, which is written by hand after somebody approved it."""


def labels():
    """[(way, heading)] of WAYS."""
    known = dict(Attendance.Method.choices) | {"made_up": _("补签")}
    return [(way, str(known[way])) for way in WAYS]


MOST = 5000
"""Signatures of one session."""


@dataclass(frozen=True)
class Difference:
    """One person on whom the paper workbook and the register do not agree; ``registration`` is None for who is not on the list."""

    name: str
    on_paper: bool
    registration: int | None = None


@dataclass(frozen=True)
class Line:
    """One session: ``ways`` of WAYS -> people; ``registered`` all of them; ``walked_in`` names of who signed up at the door alone;
    ``on_sheet`` how many the marked workbooks say (None without one); ``headcount`` what was counted by hand, or None."""

    session: Session
    ways: dict
    registered: int
    walked_in: list = field(default_factory=list)
    on_sheet: int | None = None
    differences: list = field(default_factory=list)
    headcount: Headcount | None = None

    @property
    def gap(self):
        """Signatures more (or, negative, fewer) than people in the register; None before somebody has counted."""
        return None if self.headcount is None else self.headcount.signed - self.registered

    @property
    def is_equal(self):
        """Every source says the same."""
        return self.gap == 0 and not self.differences

    @property
    def is_explained(self):
        """Somebody has said why not, of just these figures and people."""
        known = self.headcount
        if known is None or not known.explanation or known.registered != self.registered:
            return False
        return {_key(one) for one in self.differences} <= set(known.differing)

    @property
    def is_settled(self):
        return self.is_equal or self.is_explained

    @property
    def sentence(self):
        """What differs, and who; "" when nothing does."""
        parts = []
        if self.gap:
            parts.append(
                _("签名 %(signed)s 人，系统到课 %(registered)s 人")
                % {"signed": self.headcount.signed, "registered": self.registered}
            )
        for on_paper, words in ((True, _("纸上有、系统没有：%(names)s")), (False, _("系统有、纸上没有：%(names)s"))):
            names = [one.name for one in self.differences if one.on_paper is on_paper]
            if names:
                parts.append(words % {"names": "、".join(names[:20])})
        return "；".join(parts)


def _key(difference):
    """How a Headcount remembers a person it explained."""
    return difference.registration or difference.name


def lines(round_):
    """The Line of each session that took place or will, in order. Four queries, however many people; one more with workbooks."""
    sessions = list(Session.objects.filter(round=round_).select_related("headcount__counted_by__person"))
    present = _present(sessions)
    has_paper = round_.sheet_imports.exclude(rows=[]).exists()
    listed = list(Registration.objects.on_the_list().filter(round=round_).select_related("person")) if has_paper else []
    paper, strangers = sheets.said_by_paper(round_, listed) if has_paper else ({}, {})
    names = {row.pk: row.person.name for row in listed}
    return [
        _line(one, present.get(one.pk, {}), paper.get(one.pk), strangers.get(one.pk, []), names) for one in sessions
    ]


def _present(sessions):
    """{session key: {registration key: (way, name, walked in)}} of everybody on the list who counts as there."""
    rows = Attendance.objects.filter(
        session__in=sessions, state__in=Attendance.COUNTED, registration__state=Registration.State.REGISTERED
    )
    found = {}
    for session, key, state, method, name, walked_in in rows.values_list(
        *("session", "registration", "state", "method", "registration__person__name", "registration__walked_in")
    ):
        way = "made_up" if state == Attendance.State.MADE_UP else method
        found.setdefault(session, {})[key] = (way, name, walked_in)
    return found


def _line(session, present, paper, strangers, names):
    differences, on_sheet = [], None
    if paper is not None or strangers:
        signed = {key for key, state in (paper or {}).items() if state in Attendance.COUNTED}
        on_sheet = len(signed) + len(strangers)
        differences = [Difference(names[key], True, key) for key in signed - present.keys()]
        differences += [Difference(name, True) for name in strangers]
        # An empty cell says nothing: many mark only those who have no phone.
        denied = (paper or {}).keys() - signed
        differences += [Difference(present[key][1], False, key) for key in present.keys() & denied]
        differences.sort(key=lambda one: (not one.on_paper, one.name))
    counted = Counter(way for way, _name, _walked_in in present.values())
    return Line(
        session=session,
        ways={way: counted[way] for way in WAYS},
        registered=len(present),
        walked_in=[name for _way, name, walked_in in present.values() if walked_in],
        on_sheet=on_sheet,
        differences=differences,
        headcount=getattr(session, "headcount", None),
    )


@transaction.atomic
def count(session_id, signed, *, actor, explanation=""):
    """Write down how many signed the sheet of a session; returns the Headcount. The same again changes nothing.

    Raises DomainError ``count.explain`` when the sources differ and nothing is said of it, ``count.range``, ``count.early`` before
    the session begins, ``round.closed``.
    """
    session = Session.objects.get(pk=session_id)
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=session.round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班或取消，人数不能再核；数字有错请开更正单。"))
    if session.starts_at > clock.now():
        raise DomainError("count.early", _("第 %(n)s 课还没上，上完再数签名。") % {"n": session.number})
    if not 0 <= signed <= MOST:
        raise DomainError("count.range", _("签名人数要在 0 到 %(n)s 之间，请核对。") % {"n": MOST})
    before = Headcount.objects.filter(session=session).first()
    line = next(one for one in lines(round_) if one.session.pk == session.pk)
    explanation = explanation.strip()[:300]
    fresh = Headcount(
        session=session,
        signed=signed,
        registered=line.registered,
        differing=sorted((_key(one) for one in line.differences), key=str),
        explanation=explanation,
        counted_by=actor,
        counted_at=clock.now(),
    )
    said = Line(session, line.ways, line.registered, differences=line.differences, headcount=fresh)
    if not said.is_settled:
        raise DomainError(
            "count.explain",
            _("第 %(n)s 课对不上：%(what)s。请写明是谁、为什么，例如“赵六签到后先走，没在纸上签名”。")
            % {"n": session.number, "what": said.sentence},
        )
    names = ("signed", "registered", "differing", "explanation")
    if before and all(getattr(before, name) == getattr(fresh, name) for name in names):
        return before
    fresh.pk = before.pk if before else None
    fresh.save()
    changes = {name: [before and getattr(before, name), getattr(fresh, name)] for name in ("signed", "registered")}
    record(actor, "attendance.count", session, changes=changes, reason=explanation)
    return fresh
