"""Where each person of a round stands by its rule: hours, compulsory sessions, practice units, mark. Everything that counts,
closes, certifies or lets into the exam asks here."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from core import clock

from .models import Attendance, PracticeResult, Registration


@dataclass(frozen=True)
class Standing:
    """Where one person stands by the round's rule: ``credited`` and ``total`` class hours, and the rule that failed, if any.

    ``units`` are the practice units that have to be passed (none where the round does not ask for it), ``practice`` {session key:
    PracticeResult.Result} of those judged.
    """

    registration: Registration
    credited: Decimal
    total: Decimal
    failed: str = ""
    sentence: str = ""
    units: tuple = ()
    practice: dict = field(default_factory=dict)

    @property
    def counts(self):
        """Makes one 人次 when the round is closed."""
        return not self.failed

    @property
    def share(self):
        return self.credited / self.total if self.total else Decimal(0)

    @property
    def not_passed(self):
        """The practice units judged 不合格."""
        return [unit for unit in self.units if self.practice.get(unit.pk) == PracticeResult.Result.FAILED]

    @property
    def not_judged(self):
        """The practice units nobody has judged yet."""
        return [unit for unit in self.units if unit.pk not in self.practice]

    @property
    def passes(self):
        """Gets a certificate: attendance is valid, every practice unit asked for is passed and, where there is an exam, the mark
        reaches the pass mark."""
        if not self.counts or self.not_passed or self.not_judged:
            return False
        return not self.registration.round.has_exam or self.registration.has_passed is True


def standings(round_):
    """The Standing of everyone who holds a seat, in the order of the list. Three queries, however many people, and one more where
    practice has to be passed.

    Rule: at least ``attendance_percent`` of the class hours and every compulsory session (docs/counting.md, 有效考勤);
    trainers never count (rule A11). Practice and exam decide on the certificate, never on the count (docs/counting.md, 实操).
    """
    return _standings(round_, Registration.objects.on_the_list().filter(round=round_))


def standing_of(registration):
    """The Standing of one registration, as in ``standings``."""
    return _standings(registration.round, Registration.objects.filter(pk=registration.pk))[0]


def _standings(round_, rows):
    sessions = list(round_.sessions.all())
    total = sum((session.class_hours for session in sessions), Decimal(0))
    compulsory = [session for session in sessions if session.compulsory]
    units = tuple(compulsory) if round_.practice_needed else ()
    trainers = set(round_.trainers.values_list("pk", flat=True))
    judged = {}
    if units:
        live = PracticeResult.objects.live().filter(session__in=units, registration__in=rows)
        for registration, session, result in live.values_list("registration", "session", "result"):
            judged.setdefault(registration, {})[session] = result
    rows = rows.select_related("person", "enterprise", "certificate").with_credited_hours().order_by("sequence")
    return [_standing(round_, row, total, len(compulsory), trainers, units, judged.get(row.pk, {})) for row in rows]


def _standing(round_, row, total, compulsory, trainers, units, practice):
    row.round = round_
    failed = sentence = ""
    if row.person_id in trainers:
        failed = "attendance.trainer"
        sentence = _("讲师和工作人员不计入人次（规则 A11）")
    elif row.credited * 100 < total * round_.attendance_percent:
        # Decimal against Decimal: 16 of 20 hours at 80 % counts, 15.5 does not; no float in between.
        failed = "attendance.hours"
        sentence = _("到课 %(have)s／%(total)s 学时，不到 %(percent)s%%") % {
            "have": plain(row.credited),
            "total": plain(total),
            "percent": round_.attendance_percent,
        }
    elif row.compulsory_attended < compulsory:
        failed = "attendance.compulsory"
        sentence = _("必修的实操课缺了 %(n)s 次") % {"n": compulsory - row.compulsory_attended}
    return Standing(row, row.credited, total, failed, sentence, units, practice)


def plain(hours):
    """Class hours as people write them: 16, 15.5 (databases answer 16, 16.0 or 16.00)."""
    return f"{hours.normalize():f}"


@dataclass(frozen=True)
class Shortfall:
    """The fewest sessions that would make somebody count: with only the sign-out missing, not attended though over, still to come.

    ``comes_by_itself`` where attending what is still to come is enough."""

    signed_in_only: list
    missed: list
    to_come: list
    comes_by_itself: bool


def shortfall(standing, sessions, marks):
    """The Shortfall of a Standing that fails by attendance, of the round's sessions and the person's {session key: Attendance}.

    A session that still runs counts for who is in it: whoever sits there has not had the chance to sign out yet.
    """
    round_, now = standing.registration.round, clock.now()
    need = standing.total * round_.attendance_percent / 100 - standing.credited
    half, over, coming = [], [], []
    for session in sessions:
        mark = marks.get(session.pk)
        came = mark is not None and mark.state in Attendance.COUNTED
        if came and mark.credits(round_):
            continue
        if session.ends_at > now:
            if came:
                need -= session.class_hours
            else:
                coming.append(session)
        else:
            (half if came else over).append(session)

    def fewest(rows):
        nonlocal need
        named = []
        for session in sorted(rows, key=lambda one: not one.compulsory):
            if need > 0 or session.compulsory:
                named.append(session)
                need -= session.class_hours
        return sorted(named, key=lambda one: one.starts_at)

    to_come = fewest(coming)
    by_itself = need <= 0 and not any(session.compulsory for session in [*half, *over])
    return Shortfall(fewest(half), fewest(over), to_come, by_itself)


def when(session):
    """3月5日上午: how a session is named to who was not there."""
    return f"{clock.day_words(session.day)}{session.half}"
