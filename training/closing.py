"""Closing a round: one atomic, checked step that posts to the ledger and issues certificates. After it, corrections only."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils.translation import gettext as _

import certificates.services
import ledger.services
from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from ledger.models import ActivityFact, Kind, Posting

from . import reconciling, surveys
from .models import Registration, Round, Session, Survey
from .scheduling import move

PHOTOS = 3
"""Photos a round needs: the whole room, the lecturer, the practice (customary evidence per event)."""

READY = {Round.State.RUNNING, Round.State.EXAM, Round.State.TO_CLOSE}


@dataclass(frozen=True)
class Check:
    """One line of the closing checklist: what, how many of how many, and the way to mend it."""

    code: str
    label: str
    have: int
    need: int
    mend: str = ""

    @property
    def is_done(self):
        return self.have >= self.need


@dataclass(frozen=True)
class Standing:
    """Where one person stands by the round's rule: ``credited`` and ``total`` class hours, and the rule that failed, if any."""

    registration: Registration
    credited: Decimal
    total: Decimal
    failed: str = ""
    sentence: str = ""

    @property
    def counts(self):
        """Makes one 人次 when the round is closed."""
        return not self.failed

    @property
    def share(self):
        return self.credited / self.total if self.total else Decimal(0)

    @property
    def passes(self):
        """Gets a certificate: attendance is valid and, where there is an exam, the mark reaches the pass mark."""
        return self.counts and (not self.registration.round.has_exam or self.registration.has_passed is True)


def standings(round_):
    """The Standing of everyone who holds a seat, in the order of the list. Four queries, however many people.

    Rule: at least ``attendance_percent`` of the class hours and every compulsory session (docs/counting.md, 有效考勤);
    trainers never count (rule A11).
    """
    return _standings(round_, Registration.objects.on_the_list().filter(round=round_))


def standing_of(registration):
    """The Standing of one registration, as in ``standings``."""
    return _standings(registration.round, Registration.objects.filter(pk=registration.pk))[0]


def _standings(round_, rows):
    plan = round_.sessions.aggregate(total=Sum("class_hours"))
    compulsory = round_.sessions.filter(compulsory=True).aggregate(n=Count("pk"))["n"]
    total = plan["total"] or Decimal(0)
    trainers = set(round_.trainers.values_list("pk", flat=True))
    rows = rows.select_related("person", "enterprise", "certificate").with_credited_hours().order_by("sequence")
    return [_standing(round_, row, total, compulsory, trainers) for row in rows]


def _standing(round_, row, total, compulsory, trainers):
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
    return Standing(row, row.credited, total, failed, sentence)


def plain(hours):
    """Class hours as people write them: 16, 15.5 (databases answer 16, 16.0 or 16.00)."""
    return f"{hours.normalize():f}"


def checklist(round_, people=None):
    """The closing checklist of a round, in the order a trainer works through it."""
    people = standings(round_) if people is None else people
    sessions = round_.sessions.aggregate(n=Count("pk"), submitted=Count("submitted_at"))
    kinds = Counter(round_.evidence.values_list("kind", flat=True))
    present = sum(1 for person in people if person.credited)
    checks = [
        Check("people", _("有人到课"), min(present, 1), 1, _("还没有任何人的考勤，请先签到或补录名单")),
        Check(
            "sessions", _("课次考勤全部提交"), sessions["submitted"], sessions["n"], _("逐个课次核对名单后点“提交考勤”")
        ),
        Check("sign_in", _("签到表扫描件"), kinds["sign_in"], sessions["n"], _("每个课次一份，拍照上传")),
        Check("photo", _("现场照片"), kinds["photo"], PHOTOS, _("全景、讲师、实操各一张，拍照上传")),
        Check(
            "counts",
            _("人数核对"),
            sum(1 for line in reconciling.lines(round_) if line.is_settled),
            sessions["n"],
            _("逐课数签到表上的签名，和系统对上；对不上的写明是谁、为什么"),
        ),
    ]
    if round_.has_exam:
        eligible = [person for person in people if person.counts]
        marked = sum(1 for person in eligible if person.registration.mark is not None)
        checks += [
            Check("marks", _("成绩全部登记"), marked, len(eligible), _("出勤达标的人都要有成绩，缺考记 0 分")),
            Check("marks_file", _("试卷和成绩单"), kinds["marks"], 1, _("上传成绩单或试卷扫描件")),
        ]
    return checks


def check_mark(mark):
    """Raises DomainError ``mark.range`` unless it is 0–100 in steps of 0.5."""
    if mark < 0 or mark > 100 or mark % Decimal("0.5"):
        raise DomainError("mark.range", _("成绩要在 0 到 100 分之间，最小半分。"))


@transaction.atomic
def enter_mark(registration, mark, *, actor):
    """Write a mark before closing (0–100, steps of 0.5). The first one stays as the first-try mark.

    Raises DomainError ``mark.range`` or ``round.closed``.
    """
    check_mark(mark)
    round_ = Round.objects.select_for_update().get(pk=registration.round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，补考成绩请开更正单。"))
    row = Registration.objects.get(pk=registration.pk)
    before = row.mark
    row.mark = mark
    if row.first_mark is None:
        row.first_mark = mark
    row.save(update_fields=["mark", "first_mark"])
    if before is not None and before != mark:
        record(actor, "training.mark", row, changes={"mark": [str(before), str(mark)]})
    return row


@transaction.atomic
def close_round(round_id, *, actor):
    """结班: check everything, issue certificates, post to the ledger; returns the Round.

    Closing again, or two people closing at once, posts once. Raises DomainError ``round.not_ready`` whose params hold the
    missing checks, and ``round.state`` when the round was cancelled or never held.
    """
    round_ = Round.objects.select_for_update().get(pk=round_id)
    if round_.state in (Round.State.CLOSED, Round.State.ARCHIVED):
        return round_
    if round_.state in READY and round_.number is None:
        raise DomainError("round.state", _("这个班还没发布，没有轮次号；请先点“发布报名”编号，再结班。"))
    if round_.state not in READY:
        raise DomainError(
            "round.state", _("这个班现在是“%(state)s”，还不能结班。") % {"state": round_.get_state_display()}
        )
    # Who is signing in this moment is waited for; who comes later finds the round closed.
    list(Registration.objects.select_for_update().filter(round=round_).order_by("pk").values_list("pk"))
    people = standings(round_)
    missing = [check for check in checklist(round_, people) if not check.is_done]
    if missing:
        raise DomainError(
            "round.not_ready",
            _("结班还差 %(n)s 项：%(what)s。")
            % {"n": len(missing), "what": "、".join(f"{c.label} {c.have}／{c.need}" for c in missing)},
            missing=[check.code for check in missing],
        )
    survey = Survey.objects.filter(round=round_).first()
    if survey:
        surveys.seal(survey, actor)
    issue(round_, [person for person in people if person.passes], actor)
    round_.closed_at = clock.now()
    round_.save(update_fields=["closed_at"])
    move(round_, Round.State.CLOSED, actor=actor)
    ledger.services.post(
        activity_line(round_, people, facts_of(round_, people)),
        [entry_line(round_, person) for person in people if person.counts],
        kind=Posting.Kind.CLOSING,
        actor=actor,
    )
    return round_


def advance():
    """Move rounds along by the clock: 报名截止 once the first session begins, 待考核 or 待结班 once the last has ended.

    Returns how many moved. Run by beat; running it again moves nothing.
    """
    now = clock.now()
    moved = 0
    started = Round.objects.filter(
        state=Round.State.OPEN, sessions__starts_at__lte=now, sessions__cancelled_at=None
    ).distinct()
    shut = Round.objects.filter(state=Round.State.OPEN, register_until__lt=clock.today())
    going = Session.objects.filter(round=OuterRef("pk"), ends_at__gt=now)
    over = Round.objects.filter(~Exists(going), state__in=[Round.State.RUNNING, Round.State.EXAM])
    due = [rounds.values_list("pk", flat=True) for rounds in (started, shut, over)]
    for pk in sorted(set().union(*due)):
        with transaction.atomic():
            round_ = Round.objects.select_for_update().get(pk=pk)
            state = _due_state(round_, now)
            if state != round_.state:
                move(round_, state, actor=None, reason=_("到时间自动变更"))
                moved += 1
    return moved


def _due_state(round_, now):
    if round_.state == Round.State.OPEN:
        return Round.State.FULL
    # Asked again behind the lock: the first sign-in may have started the round since it was listed.
    if round_.state not in (Round.State.RUNNING, Round.State.EXAM) or round_.sessions.filter(ends_at__gt=now).exists():
        return round_.state
    if round_.has_exam and any(p.counts and p.registration.mark is None for p in standings(round_)):
        return Round.State.EXAM
    return Round.State.TO_CLOSE


def activity_line(round_, people, facts):
    """The ledger.services.ActivityLine of a round with its Standings and these facts."""
    return ledger.services.ActivityLine(
        key=round_.activity_key,
        title=round_.title,
        kind=round_.kind,
        mode=round_.mode,
        fee_nature=round_.fee_nature,
        started_on=round_.starts_on,
        ended_on=round_.ends_on,
        class_hours=people[0].total if people else Decimal(0),
        held=True,
        owner_id=round_.owner_id,
        district_id=round_.owner.district_id,
        pilot_id=round_.pilot_id,
        facts=facts,
    )


def facts_of(round_, people):
    """{(district, ActivityFact.Name): n} of a round's Standings: 应到, 报名, 实考, 合格, 发证; and what the survey says."""
    facts = Counter(surveys.facts_of(round_))
    for person in people:
        district = person.registration.district_id
        row = person.registration
        facts[district, ActivityFact.Name.EXPECTED] += 1
        facts[district, ActivityFact.Name.REGISTERED] += 1
        facts[district, ActivityFact.Name.CERTIFIED] += person.passes
        if round_.has_exam and person.counts and row.mark is not None:
            facts[district, ActivityFact.Name.EXAMINED] += 1
            facts[district, ActivityFact.Name.PASSED] += row.mark >= round_.pass_mark
            facts[district, ActivityFact.Name.PASSED_FIRST] += row.first_mark >= round_.pass_mark
    return dict(facts)


def entry_line(round_, person):
    """The ledger.services.EntryLine of a Standing that counts."""
    row = person.registration
    organisation = row.organisation
    if round_.kind == Kind.INTERNAL_AUDITOR:
        # Who passes through an internal-auditor round is counted under 其中：内审员.
        organisation["is_auditor"] = True
    return ledger.services.EntryLine(
        person_id=row.person_id,
        organisation=organisation,
        class_hours=person.credited,
        # Rule A1: the day the round ended, in Asia/Shanghai.
        occurred_on=round_.ends_on,
    )


def certificate_words(round_, person):
    """Every printed field of a round's certificate, as text, frozen at issue."""
    row = person.registration
    start, end = round_.starts_on, round_.ends_on
    return {
        "name": row.person.name,
        "enterprise": row.enterprise.name if row.enterprise else "",
        "course_title": round_.title,
        "round_label": round_.label,
        "period": f"{start:%Y}年{start.month}月{start.day}日至{end:%Y}年{end.month}月{end.day}日",
        "class_hours": plain(person.credited),
        "result": _("合格") if round_.has_exam else _("完成"),
        "basis": round_.edition,
        "organiser": round_.owner.name,
    }


def issue(round_, people, actor):
    """Certificates for the Standings ``people``, who all pass; kept on their registrations."""
    issued = certificates.services.issue_many(
        series_key=round_.certificate_series,
        template_key="round",
        issued_on=clock.today(),
        actor=actor,
        items=[
            {
                "source_key": _source_key(person.registration),
                "holder": person.registration.person,
                "words": certificate_words(round_, person),
            }
            for person in people
        ],
    )
    for person, certificate in zip(people, issued, strict=True):
        person.registration.certificate = certificate
    Registration.objects.bulk_update([person.registration for person in people], ["certificate"])


@dataclass(frozen=True)
class Issued:
    """Certificates of a round: ``total`` numbers given, of them ``drawn`` (the file is there) and ``failed`` (it could not be made)."""

    total: int
    drawn: int
    failed: int

    @property
    def is_done(self):
        return self.drawn + self.failed >= self.total


def issued(round_):
    """The Issued of a round. One query."""
    there = Q(certificate__rendered_at__isnull=False) | Q(certificate__erased_at__isnull=False)
    rows = Registration.objects.filter(round=round_, certificate__isnull=False)
    return Issued(
        **rows.aggregate(
            total=Count("pk"),
            drawn=Count("pk", filter=there),
            failed=Count("pk", filter=~there & ~Q(certificate__render_error="")),
        )
    )


def _source_key(registration):
    """A revoked certificate stays revoked: who passes after all gets a new one, in its succession."""
    first = f"registration:{registration.pk}"
    return f"{first}:after:{registration.certificate_id}" if registration.certificate_id else first


def follow_certificate(old, new):
    """A registration points at the newest version of its certificate."""
    Registration.objects.filter(certificate=old).update(certificate=new)
