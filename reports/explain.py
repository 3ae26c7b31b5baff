"""为什么计入 / 为什么没计入: the rule that decided, and the smallest fix."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ledger.models import Entry
from training.models import Attendance, Registration, Round
from training.standing import shortfall, standing_of, when


@dataclass(frozen=True)
class Explanation:
    """Why a registration counts or not: ``rule`` in words, ``facts`` behind it, ``mend`` the smallest fix ("" when none); ``paper``
    why who counts has no certificate ("" for who has one)."""

    counts: bool
    rule: str
    facts: tuple = ()
    mend: str = ""
    entry: Entry | None = None
    paper: str = ""


def explain(registration):
    """The Explanation of one registration, from the ledger first and the round's rule second."""
    round_ = registration.round
    entry = (
        Entry.objects.as_of()
        .filter(activity__key=round_.activity_key, person=registration.person_id)
        .select_related("posting", "activity", "enterprise", "district")
        .first()
    )
    if entry:
        rule = _("计入 1 人次：出勤达标，归在 %(day)s（规则 A1），记账号 %(n)s") % {
            "day": f"{entry.occurred_on:%Y-%m-%d}",
            "n": entry.posting_id,
        }
        facts = tuple(_attendance_facts(registration))
        return Explanation(True, rule, facts, entry=entry, paper=_paper(standing_of(registration)))
    if registration.state == Registration.State.CANCELLED:
        return Explanation(False, _("没计入：报名已取消"), mend=_("要是来上了课，请讲师重新报名并补签"))
    if registration.state in (Registration.State.PENDING, Registration.State.OFFERED):
        return Explanation(False, _("没计入：报名没有定下来"), mend=_("要是来上了课，请讲师通过报名并补签"))
    if registration.state == Registration.State.WAITING:
        return Explanation(False, _("没计入：一直在候补名单"), mend=_("候补没有座位；要是来上了课，请讲师转正并补签"))
    if round_.state == Round.State.CANCELLED:
        return Explanation(False, _("没计入：这个班取消了（规则 A15）"))
    if round_.state not in (Round.State.CLOSED, Round.State.ARCHIVED):
        return Explanation(
            False, _("还没计入：这个班还没结班（规则 A15）"), tuple(_attendance_facts(registration)), _("请讲师结班")
        )
    standing = standing_of(registration)
    mend = _smallest_fix(registration, standing)
    return Explanation(
        False,
        _("没计入：%(why)s") % {"why": standing.sentence or _("结班时没有这个人")},
        tuple(_attendance_facts(registration)),
        mend,
    )


def _paper(standing):
    """Practice and exam decide on the certificate, not on the count (docs/counting.md, 实操)."""
    row = standing.registration
    why = []
    if standing.not_passed:
        why.append(_("实操没过：第 %(n)s 课") % {"n": "、".join(str(one.number) for one in standing.not_passed)})
    if standing.not_judged:
        why.append(_("实操没评：第 %(n)s 课") % {"n": "、".join(str(one.number) for one in standing.not_judged)})
    if row.round.has_exam and row.has_passed is None:
        why.append(_("没有成绩"))
    elif row.round.has_exam and not row.has_passed:
        why.append(_("成绩不到 %(n)s 分") % {"n": row.round.pass_mark})
    return "；".join(why)


def _smallest_fix(registration, standing):
    """The fewest sessions that would make it count, those with only the sign-out missing first; "" when none would."""
    if standing.failed not in ("attendance.hours", "attendance.compulsory"):
        return ""
    rows = {row.session_id: row for row in registration.attendances.all()}
    short = shortfall(standing, registration.round.sessions.all(), rows)
    parts = []
    if short.signed_in_only:
        parts.append(_("%(what)s 签了到、没签退") % {"what": "、".join(map(when, short.signed_in_only))})
    if short.missed:
        parts.append(_("要是 %(what)s 其实来了") % {"what": "、".join(map(when, short.missed))})
    return _("%(what)s，请讲师凭签到表开更正单补签") % {"what": "；".join(parts)} if parts else ""


def _attendance_facts(registration):
    """(session label, what was recorded, credited?) of each session of the round, in order."""
    rows = {row.session_id: row for row in registration.attendances.all()}
    for session in registration.round.sessions.all():
        row = rows.get(session.pk)
        label = when(session)
        if row is None:
            yield label, _("没有签到记录"), False
        else:
            how = f"{row.get_state_display()}（{row.get_method_display()}）"
            if row.state in Attendance.COUNTED and not is_signed_out(row, registration.round):
                how += _("，没有签退")
            yield label, how + (f"：{row.reason}" if row.reason else ""), row.credits(registration.round)


def is_signed_out(row, round_):
    """As ``RegistrationQuerySet.with_credited_hours`` asks: where sign-out is on, a phone's sign-in alone credits nothing."""
    return not round_.sign_out or row.left_at is not None or row.method in Attendance.BY_HAND
