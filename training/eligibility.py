"""考核资格: who of a round may sit its exam, who may not and by which rule, and the smallest thing that would change it.

Asked for one person by the exam itself, and for all of them by the page that is printed and hung up: the same rule.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

import quizzes.services
from core import clock

from . import resits
from .models import Attendance, Resit
from .standing import Standing, shortfall, standing_of, standings, when


@dataclass(frozen=True)
class Eligibility:
    """``state``: MAY sit now, DONE (passed already), LATER (comes by attending what is still to come), NOT. ``code`` and ``rule`` say
    what decided ("" for MAY), ``mend`` the smallest fix; ``sittings`` how often this person sat."""

    standing: Standing
    state: str
    code: str = ""
    rule: str = ""
    mend: str = ""
    sittings: int = 0

    MAY, DONE, LATER, NOT = "may", "done", "later", "not"

    @property
    def registration(self):
        return self.standing.registration

    @property
    def may(self):
        return self.state == self.MAY


def of_round(round_):
    """The Eligibility of everyone who holds a seat, in the order of the list. At most nine queries, however many people."""
    return _judge(round_, standings(round_))


def of_registration(registration):
    """The Eligibility of one who holds a seat, as in ``of_round``."""
    return _judge(registration.round, [standing_of(registration)])[0]


def context_of(registration):
    """The attempt context of a registration: a pass there holds for this round only."""
    return f"registration:{registration.pk}"


def _judge(round_, people):
    rows = [person.registration for person in people]
    sessions = list(round_.sessions.all())
    marks, given = {}, {}
    if round_.exam_needs_attendance and any(not person.counts for person in people):
        for mark in Attendance.objects.filter(registration__in=[one.registration for one in people if not one.counts]):
            marks.setdefault(mark.registration_id, {})[mark.session_id] = mark
    for row in Resit.objects.given(clock.today()).filter(registration__in=rows):
        given.setdefault(row.registration_id, []).append(row)
    sat = {}
    if round_.exam_quiz_id:
        pairs = [(row.person_id, context_of(row)) for row in rows]
        sat = quizzes.services.sat_by_many(round_.exam_quiz_id, pairs)
    return [
        _one(
            round_,
            person,
            shortfall(person, sessions, marks.get(person.registration.pk, {})),
            sat.get((person.registration.person_id, context_of(person.registration))),
            given.get(person.registration.pk, []),
        )
        for person in people
    ]


def _one(round_, person, short, sat, given):
    finished = sat.finished if sat else 0

    def answer(state, code="", rule="", mend=""):
        return Eligibility(person, state, code, rule, mend, finished)

    if sat and sat.running:
        return answer(Eligibility.MAY)
    if person.failed == "attendance.trainer":
        return answer(Eligibility.NOT, "exam.attendance", person.sentence)
    if round_.exam_needs_attendance and not person.counts:
        missing = [*short.signed_in_only, *short.missed, *short.to_come]
        if missing:
            state = Eligibility.LATER if short.comes_by_itself else Eligibility.NOT
            return answer(state, "exam.attendance", person.sentence, _mend(short))
    if person.not_passed:
        units = "、".join(
            _("第 %(n)s 课 %(title)s") % {"n": one.number, "title": one.title} for one in person.not_passed
        )
        rule = _("实操没过：%(units)s") % {"units": units}
        return answer(Eligibility.NOT, "exam.practice", rule, _("补做这一项，讲师改评合格就能考"))
    extra = sat.extra_attempts if sat else 0
    if person.registration.has_passed and not extra:
        return answer(Eligibility.DONE, "exam.passed", _("已经合格，不用再考"))
    if sat and sat.marking:
        return answer(Eligibility.NOT, "exam.marking", _("交过卷，正在阅卷"), _("等讲师阅完卷"))
    is_marked = person.registration.mark is not None
    if finished and not is_marked and not extra:
        return answer(Eligibility.NOT, "exam.void", _("考过了，卷子作废，没有成绩"), _("请讲师登 0 分，再开补考"))
    # A sitting on paper leaves a mark and no attempt.
    used = sum(1 for row in given if row.mark is not None)
    if len(given) == used and max(finished, is_marked + used) >= 1 + used + extra:
        return answer(Eligibility.NOT, "exam.resits", *_no_resit(round_, used))
    return answer(Eligibility.MAY)


def _mend(short):
    """The smallest fix of attendance, in words."""
    parts = []
    if short.signed_in_only:
        parts.append(
            _("%(what)s 签了到、没签退，讲师核对后补签") % {"what": "、".join(map(when, short.signed_in_only))}
        )
    if short.missed:
        parts.append(_("%(what)s 要是其实来了，凭签到表补签") % {"what": "、".join(map(when, short.missed))})
    if short.to_come:
        parts.append(_("%(what)s 来上课") % {"what": "、".join(map(when, short.to_come))})
    return "；".join(parts)


def _no_resit(round_, used):
    """(rule, mend) of who has sat and has no other sitting."""
    last = resits.last_day(round_)
    if clock.today() > last:
        return _("补考到 %(day)s 为止，已经过了") % {"day": clock.day_words(last)}, _("请报下一个班")
    if used >= round_.resits:
        return _("考过了，补考的次数用完了"), _("请报下一个班；有特殊情况，讲师在考场里给“照顾”")
    return _("考过了，没合格，补考还没开"), _("请讲师在“补考”里开一次")
