"""Closing a round: one atomic, checked step that posts to the ledger and issues certificates. After it, corrections only."""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

import certificates.services
import ledger.services
from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from ledger.models import ActivityFact, Kind, Posting

from . import reconciling, resits, surveys
from .models import Registration, Round, Session, Survey
from .scheduling import move
from .standing import plain, standings

PHOTOS = 3
"""Photos a round needs: the whole room, the lecturer, the practice (customary evidence per event)."""

READY = {Round.State.RUNNING, Round.State.EXAM, Round.State.TO_CLOSE}


@dataclass(frozen=True)
class Check:
    """One line of the closing checklist: what, how many of how many, the way to mend it, and the people it waits for (names for
    who may see the whole list)."""

    code: str
    label: str
    have: int
    need: int
    mend: str = ""
    people: tuple = ()

    @property
    def is_done(self):
        return self.have >= self.need


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
    eligible = [person for person in people if person.counts]
    if round_.practice_needed:
        waiting = tuple(person.registration.person.name for person in eligible if person.not_judged)
        mend = _("出勤达标的人，每一课实操都要评合格或不合格")
        checks.append(Check("practice", _("实操评定"), len(eligible) - len(waiting), len(eligible), mend, waiting))
    if round_.has_exam:
        waiting = tuple(person.registration.person.name for person in eligible if person.registration.mark is None)
        marked, mend = len(eligible) - len(waiting), _("出勤达标的人都要有成绩，缺考记 0 分")
        checks += [
            Check("marks", _("成绩全部登记"), marked, len(eligible), mend, waiting),
            Check("marks_file", _("试卷和成绩单"), kinds["marks"], 1, _("上传成绩单或试卷扫描件")),
        ]
    return checks


def check_mark(mark):
    """Raises DomainError ``mark.range`` unless it is 0–100 in steps of 0.5."""
    if mark < 0 or mark > 100 or mark % Decimal("0.5"):
        raise DomainError("mark.range", _("成绩要在 0 到 100 分之间，最小半分。"))


@transaction.atomic
def enter_mark(registration, mark, *, actor, resit=None, reason=""):
    """Write a mark before closing (0–100, steps of 0.5); returns the Registration.

    ``resit`` None: it is that of a resit when one was opened and not sat yet (``training.resits``). A resit's mark is kept beside
    the first one, and the better of the two holds; any other corrects what was written, the first mark too. Raises DomainError
    ``mark.range`` or ``round.closed``.
    """
    check_mark(mark)
    round_ = Round.objects.select_for_update().get(pk=registration.round_id)
    if round_.is_settled:
        raise DomainError("round.closed", _("这个班已经结班，补考成绩请开更正单。"))
    row = Registration.objects.get(pk=registration.pk)
    before = row.mark
    taken = resit is not False and resits.take(row, mark, actor=actor)
    resit = resit or taken
    row.mark = max(mark, before) if resit and before is not None else mark
    if row.first_mark is None or (not resit and row.first_mark == before):
        row.first_mark = mark
    row.save(update_fields=["mark", "first_mark"])
    # The first mark that comes from an exam has its paper behind it; what a hand wrote or changed has nothing but this.
    if before != row.mark and (actor or before is not None):
        said = None if before is None else str(before)
        record(actor, "training.mark", row, changes={"mark": [said, str(row.mark)]}, reason=reason)
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
