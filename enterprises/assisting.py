"""The verbs of the 帮扶台账: enter an enterprise, its needs, the dated steps with their papers, the expert who helps.

The order and the papers of the steps are asked for, never forced (the work happens in a workshop, the ledger records it): what is
missing is said beside the row. Binding are the two years an expert keeps out of the audit (the register of conflicts).
"""

import calendar
import hashlib
from datetime import date

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_name
from core.uploads import cleaned

from .models import Assistance, AssistanceNeed, AssistancePaper, AssistanceStep, Conflict, EligibilityCheck, Enterprise
from .policies.assistance import may_assist, may_keep

Kind = AssistanceStep.Kind
Paper = AssistancePaper.Kind

TRIAL_MONTHS = 3
"""Months a system runs before internal audit and application (notice of 2023, annex: 至少运行三个月)."""
MOST_ENTERPRISES = 2
"""Enterprises one expert helps at a time, as the notice of 2023 advises (1–2 家). A soft limit."""
ORDER = [kind for kind in Kind if kind != Kind.FOLLOW_UP]
"""The usual order of the steps."""


@transaction.atomic
def enter(actor, enterprise, *, year, organiser=None, certified_before=None, entered_on=None, note=""):
    """Put an enterprise into a year's 帮扶台账; returns the Assistance. Asking again returns the same row.

    Raises DomainError ``assistance.not_yours``, ``assistance.merged``, ``assistance.closed``, ``assistance.dishonest`` (the newest
    check within two years found 严重违法失信) or ``assistance.year``.
    """
    if not may_keep(actor, enterprise):
        raise DomainError("assistance.not_yours", _("这家企业不在您管的范围里，请找它所在区。"))
    if not 2019 <= year <= clock.today().year + 1:
        raise DomainError(
            "assistance.year", _("年度不对，请填四位数的年份，例如 %(year)s。") % {"year": clock.today().year}
        )
    enterprise = Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
    if enterprise.merged_into_id:
        raise DomainError("assistance.merged", _("这家企业已并入另一家，请把留下的那家列入台账。"))
    known = Assistance.objects.filter(enterprise=enterprise, year=year).first()
    if known:
        return known
    if enterprise.status == Enterprise.Status.CLOSED:
        raise DomainError("assistance.closed", _("这家企业已注销，不能列入台账；登记错了请先改企业状态。"))
    check = EligibilityCheck.objects.filter(enterprise=enterprise).first()
    recent = check and (clock.today() - check.checked_on).days <= 730
    if recent and check.result == EligibilityCheck.Result.DISHONEST:
        raise DomainError(
            "assistance.dishonest",
            _("%(day)s 核查在严重违法失信名单里，两年内不能列入；已移出的请先登记新的核查结果。")
            % {"day": check.checked_on},
        )
    if certified_before is None and enterprise.iso != Enterprise.Iso.UNKNOWN:
        certified_before = enterprise.iso == Enterprise.Iso.HELD
    row = Assistance.objects.create(
        enterprise=enterprise,
        year=year,
        organiser=organiser,
        certified_before=certified_before,
        entered_on=entered_on or clock.today(),
        note=note,
    )
    record(actor, "assistance.enter", row, changes={"enterprise": ["", enterprise.code], "year": ["", year]})
    return row


@transaction.atomic
def describe(actor, assistance, *, organiser, certified_before, note=""):
    """Change who helps and what was known at the beginning; returns the Assistance. Raises ``assistance.not_yours``."""
    row = _locked(actor, assistance, keep=True)
    wanted = {"organiser": organiser, "certified_before": certified_before, "note": note.strip()}
    changes = {
        name: [str(getattr(row, name)), str(value)] for name, value in wanted.items() if getattr(row, name) != value
    }
    for name in changes:
        setattr(row, name, wanted[name])
    if changes:
        row.save(update_fields=list(changes))
        record(actor, "assistance.describe", row, changes=changes)
    return row


def _locked(actor, assistance, *, keep=False):
    row = (
        Assistance.objects.select_for_update(of=("self",))
        .select_related("enterprise", "organiser", "expert__person")
        .get(pk=assistance.pk)
    )
    if not (may_keep(actor, row.enterprise) if keep else may_assist(actor, row)):
        raise DomainError("assistance.not_yours", _("这家企业的帮扶不归您记，请找它所在区或帮扶机构。"))
    if row.withdrawn_on:
        raise DomainError("assistance.withdrawn", _("这家企业已退出帮扶，不能再记。"))
    return row


@transaction.atomic
def withdraw(actor, assistance, *, reason):
    """Take an enterprise out of the ledger from today; the row and its steps stay. Asking twice is success.

    The expert's conflict ends the same day; the two years begin. Raises ``reason.missing``, ``assistance.not_yours``.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("退出要写原因，例如“企业自愿退出”。"))
    if Assistance.objects.filter(pk=assistance.pk).exclude(withdrawn_on=None).exists():
        return Assistance.objects.get(pk=assistance.pk)
    row = _locked(actor, assistance, keep=True)
    row.withdrawn_on, row.withdrawn_because = clock.today(), reason.strip()[:300]
    row.save(update_fields=["withdrawn_on", "withdrawn_because"])
    if row.expert_id:
        _end_conflict(row.expert_id, row.enterprise_id)
    record(actor, "assistance.withdraw", row, reason=row.withdrawn_because)
    return row


@transaction.atomic
def add_need(actor, assistance, *, dimension, text, urgency=AssistanceNeed.Urgency.LOW):
    """Write down a need or problem; returns the AssistanceNeed. The same words in the same dimension again change nothing.

    Raises ``need.missing``, ``assistance.not_yours``, ``assistance.withdrawn``.
    """
    text = " ".join(text.split())
    if not text:
        raise DomainError("need.missing", _("请写清需求或问题，例如“首件检验没有记录”。"))
    row = _locked(actor, assistance)
    need, created = AssistanceNeed.objects.get_or_create(
        assistance=row, dimension=dimension, text=text[:300], defaults={"urgency": urgency}
    )
    if created:
        record(actor, "assistance.need", need, changes={"text": ["", need.text], "urgency": ["", urgency]})
    return need


@transaction.atomic
def solve_need(actor, need, *, on=None):
    """A need is met on a day (default today); returns it. Asking twice keeps the first day. Raises ``step.future``."""
    on = on or clock.today()
    if on > clock.today():
        raise DomainError("step.future", _("日期还没到，请填已经发生的日子。"))
    _locked(actor, need.assistance)
    need = AssistanceNeed.objects.get(pk=need.pk)
    if need.solved_on is None:
        need.solved_on = on
        need.save(update_fields=["solved_on"])
        record(actor, "assistance.solve", need, changes={"solved_on": ["", str(on)]})
    return need


@transaction.atomic
def record_step(
    actor, assistance, *, kind, started_on, ended_on=None, number="", body="", note="", checked_only=False, papers=()
):
    """Write down a dated step with its papers ([(AssistancePaper.Kind, uploaded file)]); returns the AssistanceStep.

    Raises DomainError ``step.future``, ``step.dates`` (the end before the beginning), ``step.number`` (a certificate without number
    or body), ``assistance.not_yours``, ``assistance.withdrawn``, and those of ``core.uploads.cleaned``. What is only advisable
    (order, three months, papers) is in ``warnings_of``.
    """
    if max(started_on, ended_on or started_on) > clock.today():
        raise DomainError("step.future", _("日期还没到，请填已经发生的日子。"))
    if ended_on and ended_on < started_on:
        raise DomainError("step.dates", _("结束日期早于开始日期，请核对。"))
    if kind == Kind.CERTIFICATE and not (number.strip() and body.strip()):
        raise DomainError("step.number", _("新获证要填证书号和发证机构，照证书上抄。"))
    row = _locked(actor, assistance)
    safe = [(paper, *cleaned(file)) for paper, file in papers]
    step = AssistanceStep.objects.create(
        assistance=row,
        kind=kind,
        started_on=started_on,
        ended_on=ended_on,
        number=number.strip(),
        body=body.strip(),
        note=note.strip(),
        checked_only=checked_only,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    for paper, name, content in safe:
        _keep(step, paper, name, content, actor)
    changes = {"kind": ["", kind], "started_on": ["", str(started_on)], "papers": [0, len(safe)]}
    record(actor, "assistance.step", step, changes=changes)
    return step


def _keep(step, kind, name, content, actor):
    paper = AssistancePaper(step=step, kind=kind, name=name[-120:], sha256=hashlib.sha256(content).hexdigest())
    paper.uploaded_by, paper.uploaded_at = actor, clock.now()
    paper.file.save(name, ContentFile(content), save=False)
    paper.save()


@transaction.atomic
def add_paper(actor, step, *, kind, file):
    """Add a paper to a step already written down; returns the step. Raises as ``record_step``."""
    _locked(actor, step.assistance)
    name, content = cleaned(file)
    _keep(step, kind, name, content, actor)
    record(actor, "assistance.paper", step, changes={"paper": ["", kind]})
    return step


# What the rules say of the steps -------------------------------------------------------------------------------------


def months_later(day, months):
    """The same day of the month ``months`` later, or the last one there is (30 November + 3 months = 28 February)."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def warnings_of(assistance):
    """Sentences about what does not fit yet: papers, the three months, the order. Uses prefetched steps; no query."""
    first = {}
    for step in assistance.steps.all():
        first.setdefault(step.kind, step)
    return [*_trial(first), *_papers(first), *_order(first)]


def _trial(first):
    trial = first.get(Kind.TRIAL)
    for kind in (Kind.INTERNAL_AUDIT, Kind.APPLICATION):
        step = first.get(kind)
        if step is None or step.checked_only:
            continue
        if trial is None:
            yield _("有%(what)s，还没记试运行哪天开始；体系要先运行满三个月。") % {"what": kind.label}
        elif step.started_on < (due := months_later(trial.started_on, TRIAL_MONTHS)):
            yield _("%(what)s在 %(day)s，试运行要到 %(due)s 才满三个月。") % {
                "what": kind.label,
                "day": step.started_on,
                "due": due,
            }


def _papers(first):
    wanted = {
        Kind.DIAGNOSIS: [Paper.REPORT],
        Kind.PLAN: [Paper.PLAN],
        Kind.INTERNAL_AUDIT: [Paper.PLAN, Paper.REPORT],
        Kind.REVIEW: [Paper.PLAN, Paper.REPORT],
    }
    for kind, papers in wanted.items():
        step = first.get(kind)
        if step is None or step.checked_only:
            continue
        have = {paper.kind for paper in step.papers.all()}
        lacks = [str(paper.label) for paper in papers if paper not in have]
        if kind == Kind.INTERNAL_AUDIT and step.ended_on is None:
            lacks.insert(0, _("结束日期"))
        if lacks:
            yield _("%(what)s还缺：%(lacks)s。") % {"what": kind.label, "lacks": "、".join(lacks)}


def _order(first):
    before = None
    for kind in ORDER:
        step = first.get(kind)
        if step is None:
            continue
        if before and step.started_on < before.started_on:
            yield _("%(later)s（%(day)s）早于%(earlier)s，请核对日期。") % {
                "later": kind.label,
                "day": step.started_on,
                "earlier": before.get_kind_display(),
            }
        before = step


def next_step(assistance):
    """The first step of the usual order that is not there yet, or None. An enterprise certified before needs none of the last two."""
    have = {step.kind for step in assistance.steps.all()}
    wanted = ORDER[:-2] if assistance.certified_before else ORDER
    return next((kind for kind in wanted if kind not in have), None)


# Experts and conflicts -----------------------------------------------------------------------------------------------


def reservations(assistance, expert):
    """Sentences that speak against assigning an expert (soft: they are confirmed, not refused)."""
    others = Assistance.objects.standing().filter(expert=expert, year=assistance.year).exclude(pk=assistance.pk).count()
    if others >= MOST_ENTERPRISES:
        yield _("%(name)s 今年已帮扶 %(n)s 家，通知建议每位专家 1—2 家。") % {"name": expert.person.name, "n": others}
    districts = {district.pk for district in expert.districts.all()}
    if districts and assistance.enterprise.district_id not in districts:
        yield _("%(name)s 的服务区域不含%(district)s，通知建议不跨区域帮扶。") % {
            "name": expert.person.name,
            "district": assistance.enterprise.district.name,
        }
    ties = Conflict.objects.in_force().filter(expert=expert, enterprise=assistance.enterprise)
    for tie in ties.exclude(kind=Conflict.Kind.ASSISTED):
        yield _("利益冲突登记里有：%(kind)s（%(day)s 起）。") % {"kind": tie.get_kind_display(), "day": tie.started_on}


@transaction.atomic
def assign_expert(actor, assistance, expert, *, confirmed=False):
    """Let an expert help an enterprise and write the conflict that comes of it; returns the Assistance.

    The expert before, if any, stops today. Asking again changes nothing. Raises DomainError ``expert.unavailable``,
    ``assign.confirm`` (``reservations`` exist and ``confirmed`` is not set; its params hold them), ``assistance.not_yours``,
    ``assistance.withdrawn``.
    """
    row = _locked(actor, assistance, keep=True)
    if row.expert_id == expert.pk:
        return row
    if not (expert.active and expert.assists):
        raise DomainError("expert.unavailable", _("这位专家不在库或不做帮扶，请另选一位。"))
    against = list(reservations(row, expert))
    if against and not confirmed:
        raise DomainError("assign.confirm", _("请先看清再确认：%(what)s") % {"what": "".join(against)}, against=against)
    before = row.expert
    if before:
        _end_conflict(before.pk, row.enterprise_id)
    row.expert = expert
    row.save(update_fields=["expert"])
    Conflict.objects.get_or_create(
        expert=expert,
        enterprise_id=row.enterprise_id,
        kind=Conflict.Kind.ASSISTED,
        ended_on=None,
        defaults={"started_on": clock.today(), "recorded_by": actor, "recorded_at": clock.now(), "note": f"{row.year}"},
    )
    names = [mask_name(before.person.name) if before else "", mask_name(expert.person.name)]
    record(actor, "assistance.assign", row, changes={"expert": names}, reason=" ".join(against)[:300])
    return row


def _end_conflict(expert_id, enterprise_id):
    rows = Conflict.objects.filter(
        expert=expert_id, enterprise=enterprise_id, kind=Conflict.Kind.ASSISTED, ended_on=None
    )
    rows.update(ended_on=clock.today())


@transaction.atomic
def record_conflict(actor, expert, enterprise, *, kind, started_on, ended_on=None, note=""):
    """Write a conflict of interest into the register; returns it. The same expert, enterprise, kind and beginning: the same row.

    Raises ``step.dates``, ``assistance.not_yours``.
    """
    if not may_keep(actor, enterprise):
        raise DomainError("assistance.not_yours", _("这家企业不在您管的范围里，请找它所在区。"))
    if ended_on and ended_on < started_on:
        raise DomainError("step.dates", _("结束日期早于开始日期，请核对。"))
    row, created = Conflict.objects.get_or_create(
        expert=expert,
        enterprise=enterprise,
        kind=kind,
        started_on=started_on,
        defaults={"ended_on": ended_on, "note": note.strip(), "recorded_by": actor, "recorded_at": clock.now()},
    )
    if created:
        changes = {
            "expert": ["", mask_name(expert.person.name)],
            "enterprise": ["", enterprise.code],
            "kind": ["", kind],
        }
        record(actor, "conflict.record", row, changes=changes)
    return row
