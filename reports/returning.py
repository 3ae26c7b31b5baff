"""The verbs of the monthly return: prepare, submit, send back, approve, freeze. Correcting a frozen one is ``amending``."""

import hashlib
import json
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.models import District
from ledger.models import LedgerHead
from ledger.services import last_number

from . import diff, rules, summary
from .completeness import completeness
from .models import CITY, Freeze, Return, ReturnChange

State = Return.State

SWING = 25
"""A figure that went up or down by more than so many percent since last month needs a word of explanation …"""
SWING_FROM = 20
"""… when it was at least this much in one of the two months."""
EXPLAINED = ("sessions", "person_times", "enterprises")


@transaction.atomic
def prepare(month, *, actor=None):
    """Make the drafts of a month for the city and each district; returns how many were missing. Asking again makes none.

    Raises DomainError ``return.early`` while the month is not over.
    """
    month = month.replace(day=1)
    if summary.last_day(month) >= clock.today():
        raise DomainError(
            "return.early",
            _("%(month)s月还没过完，过完再生成月报；这个月到今天的数在“总览”里看。") % {"month": month.month},
        )
    known = set(Return.objects.filter(month=month).values_list("scope", flat=True))
    scopes = [None, *District.objects.values_list("pk", flat=True)]
    wanted = [(district, district or CITY) for district in scopes if (district or CITY) not in known]
    Return.objects.bulk_create(
        [Return(month=month, district_id=district, scope=scope) for district, scope in wanted], ignore_conflicts=True
    )
    number = last_number()
    fresh = Return.objects.filter(month=month, version=1, changes=None)
    steps = [ReturnChange(report=report, state=State.DRAFT, actor=actor, posting=number) for report in fresh]
    ReturnChange.objects.bulk_create(steps)
    if steps:
        record(
            actor, "return.prepare", steps[0].report, changes={"drafts": [0, len(steps)], "month": [None, str(month)]}
        )
    return len(steps)


def last_month():
    """The first day of the month before today's."""
    first = clock.today().replace(day=1)
    return date.fromordinal(first.toordinal() - 1).replace(day=1)


# What it says ----------------------------------------------------------------------------------------------------------


def previous(report):
    """The Freeze of the newest earlier month of the same scope, its newest frozen version; None for the first."""
    rows = Freeze.objects.filter(report__scope=report.scope, report__month__lt=report.month)
    return rows.select_related("report").order_by("-report__month", "-report__version").first()


def figures_of(report, as_of, before=None):
    """What a return says as of a posting, as JSON holds it: the rows of its month, and the adjustments since the Freeze ``before``.

    Adjustments concern months up to that of ``before``: what was closed late, corrected or merged after it was frozen.
    """
    since, since_month = (before.posting, before.report.month) if before else (None, None)
    return recount(report, as_of, since, since_month)


def recount(report, as_of, since, since_month):
    """``figures_of`` from the numbers a Freeze keeps."""
    scope = summary.month_scope(report.month, report.district_id, as_of)
    answer = summary.table(scope).as_dict()
    answer["adjustments"] = None
    if since is not None:
        answer["adjustments"] = diff.as_dict(diff.adjustments(late_scope(report, as_of, since_month), since))
    return answer


def late_scope(report, as_of, since_month):
    """Where the adjustments of a return lie: everything up to the end of the month last frozen."""
    scope = summary.month_scope(report.month, report.district_id, as_of)
    return scope.of(start=None, end=summary.last_day(since_month))


def fingerprint(freeze_):
    """SHA-256 of what was frozen, of what month and scope, as of when and by which rules, in canonical JSON (sorted keys, no
    blanks, UTF-8)."""
    report = freeze_.report
    whole = {
        "month": report.month.isoformat(),
        "scope": report.scope,
        "version": report.version,
        "posting": freeze_.posting,
        "since": freeze_.since,
        "rules": freeze_.rules,
        "figures": freeze_.figures,
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def swings(total, before):
    """Names of the figures that moved by more than SWING percent since the Freeze ``before``."""
    if before is None:
        return []
    old = summary.Line.from_dict(before.figures["total"])
    found = []
    for name in EXPLAINED:
        was, now = getattr(old, name), getattr(total, name)
        if max(was, now) >= SWING_FROM and (not was or abs(now - was) * 100 > was * SWING):
            found.append(name)
    return found


# What is missing -------------------------------------------------------------------------------------------------------


def missing(report, act, user=None):
    """Sentences that say why ``act`` (submit, approve, send_back, freeze, amend) cannot be done now; [] when it can.

    The same sentences stand beside the disabled button and in the refusal.
    """
    found = []
    if user is not None and not policy_for(Return).may(user, act, report):
        found.append(WHO[act](report))
    wanted = {
        "submit": (State.DRAFT, State.SENT_BACK),
        "approve": (State.SUBMITTED,),
        "send_back": (State.SUBMITTED, State.APPROVED),
        "freeze": (State.APPROVED,),
        "amend": (State.FROZEN,),
    }[act]
    if report.state not in wanted:
        return [*found, STATES[act](report)]
    if act == "submit":
        found += _unsaid(report)
        if report.scope == CITY:
            found += _districts(report, _("还没审核通过"))
    if act == "freeze" and report.scope == CITY:
        found += _districts(report, _("还没审核通过"))
    if act == "approve" and user is not None and _submitter(report) == user.pk:
        found.append(_("这份是您自己提交的，要另一位市级管理员审核。"))
    if act == "amend":
        found += _amendable(report)
    return found


WHO = {
    "submit": lambda report: (
        _("全市汇总由统计员或市级管理员提交。")
        if report.scope == CITY
        else _("由%(district)s的区级管理员提交；逾期没报的，统计员可以代报。") % {"district": report.scope_name}
    ),
    "approve": lambda report: _("由市级管理员审核。"),
    "send_back": lambda report: _("由市级管理员退回。"),
    "freeze": lambda report: _("由统计员封账。"),
    "amend": lambda report: _("更正单由报的人开：区里的由区级管理员，全市的由统计员。"),
}

STATES = {
    "submit": lambda report: _("现在是“%(state)s”，不用再提交。") % {"state": report.get_state_display()},
    "approve": lambda report: (
        _("已经审核过了。") if report.state in (State.APPROVED, State.FROZEN) else _("还没提交，提交了才能审核。")
    ),
    "send_back": lambda report: (
        _("已封账，不能退回；要改开更正单。") if report.is_frozen else _("还没提交，没有可退的。")
    ),
    "freeze": lambda report: _("已经封账了。") if report.is_frozen else _("还没审核，审核通过才能封账。"),
    "amend": lambda report: _("还没封账，直接改台账就行，不用开更正单。"),
}


def _unsaid(report):
    """What must be said in words before a return goes out: big swings, and rounds that are over but not closed."""
    scope = summary.month_scope(report.month, report.district_id)
    before = previous(report)
    found = []
    if before and any(not report.notes.get(name) for name in EXPLAINED):
        total = summary.table(scope).total
        for name in swings(total, before):
            if not report.notes.get(name):
                was = before.figures["total"][name]
                found.append(
                    _("%(figure)s从 %(was)s 到 %(now)s，变动超过 %(n)s%%，请在“说明”里写一句为什么。")
                    % {"figure": LABELS[name], "was": was, "now": getattr(total, name), "n": SWING}
                )
    open_rounds = completeness(scope).open_rounds
    if open_rounds and not report.notes.get("open_rounds"):
        found.append(_("还有 %(n)s 场讲完没结班，没算进来：请催结班，或在“说明”里写明怎么处理。") % {"n": open_rounds})
    return found


LABELS = {
    "sessions": lazy("场次"),
    "person_times": lazy("人次"),
    "enterprises": lazy("家数"),
    "open_rounds": lazy("没结班的班"),
}


def _districts(report, words):
    done = (State.APPROVED, State.FROZEN)
    rows = Return.objects.filter(month=report.month).exclude(scope=CITY).newest()
    late = list(rows.exclude(state__in=done).order_by("district__order").values_list("district__name", flat=True))
    count = District.objects.count()
    short = count - rows.count()
    if not late and not short:
        return []
    if short:
        return [_("还有 %(n)s 个区没有月报，请先点“生成月报”。") % {"n": short}]
    names = "、".join(late[:5]) + (_("等") if len(late) > 5 else "")
    return [_("%(n)s 个区%(words)s：%(names)s。") % {"n": len(late), "words": words, "names": names}]


def _submitter(report):
    step = report.changes.filter(state=State.SUBMITTED).last()
    return step.actor_id if step else None


def _amendable(report):
    if Return.objects.filter(month=report.month, scope=report.scope, version__gt=report.version).exists():
        return [_("已经有新的一版，请在新的一版上开更正单。")]
    if report.amendments.filter(state="asked").exists():
        return [_("已经有一张更正单在等审批，批完再开下一张。")]
    return []


# The steps -------------------------------------------------------------------------------------------------------------


def _locked(pk):
    return Return.objects.select_for_update(of=("self",)).select_related("district").get(pk=pk)


def _refuse(report, act, user):
    sentences = missing(report, act, user)
    if sentences:
        raise DomainError("return.missing", "".join(sentences))


def _unmoved(report, seen):
    """Raises DomainError ``return.moved`` when the books changed what this return says since posting ``seen``, which the actor
    looked at."""
    if seen is None:
        return
    scope = summary.month_scope(report.month, report.district_id)
    if diff.acts(scope, seen, limit=1) or any(sum(pair) for pair in diff.adjustments(scope, seen).values()):
        raise DomainError("return.moved", _("您看过以后又记了账，这个月的数变了。请看过新的数，再点一次。"))


def _step(report, state, actor, reason="", posting=None):
    before = report.get_state_display()
    report.state = state
    report.save(update_fields=["state"])
    number = last_number() if posting is None else posting
    step = ReturnChange.objects.create(report=report, state=state, actor=actor, reason=reason, posting=number)
    record(actor, f"return.{state}", report, changes={"state": [before, report.get_state_display()]}, reason=reason)
    return step


@transaction.atomic
def explain_swings(pk, notes, *, actor):
    """Write the words of explanation ({figure: text}). Raises DomainError ``return.fixed`` once it is submitted."""
    report = _locked(pk)
    if report.state not in (State.DRAFT, State.SENT_BACK):
        raise DomainError("return.fixed", _("提交以后说明就不能改了；要改，请市里先退回。"))
    report.notes = {name: str(text).strip()[:300] for name, text in notes.items() if str(text).strip()}
    report.save(update_fields=["notes"])
    record(actor, "return.notes", report)
    return report


@transaction.atomic
def submit(pk, *, actor, reason="", seen=None):
    """提交. For a district by its own staff; by the city in its place only with a reason.

    Raises DomainError ``return.missing`` (what), ``return.moved`` (see ``_unmoved``), ``reason.missing``.
    """
    report = _locked(pk)
    _refuse(report, "submit", actor)
    if policy_for(Return).stands_in(actor, report) and len(reason.strip()) < 4:
        raise DomainError("reason.missing", _("代区里报，要写明原因，例如“到 5 日没报，电话核过”。"))
    _unmoved(report, seen)
    _step(report, State.SUBMITTED, actor, reason.strip())
    return report


@transaction.atomic
def send_back(pk, *, actor, reason):
    """退回, with a reason. Raises DomainError ``return.missing``, ``reason.missing``."""
    report = _locked(pk)
    _refuse(report, "send_back", actor)
    if len(reason.strip()) < 4:
        raise DomainError("reason.missing", _("退回要写明原因，让区里知道改什么。"))
    _step(report, State.SENT_BACK, actor, reason.strip())
    return report


@transaction.atomic
def approve(pk, *, actor, seen=None):
    """审核通过, by somebody else than who submitted. Raises DomainError ``return.missing``, ``return.moved``."""
    report = _locked(pk)
    _refuse(report, "approve", actor)
    _unmoved(report, seen)
    _step(report, State.APPROVED, actor)
    return report


@transaction.atomic
def approve_districts(month, *, actor):
    """Approve every submitted district return of a month this actor may approve; returns how many."""
    rows = Return.objects.filter(month=month, state=State.SUBMITTED).exclude(scope=CITY).order_by("pk")
    done = 0
    for report in rows.select_for_update(of=("self",)).select_related("district"):
        if not missing(report, "approve", actor):
            _step(report, State.APPROVED, actor)
            done += 1
    return done


@transaction.atomic
def freeze(pk, *, actor, seen=None):
    """封账: keep what the return says, as of a posting no other can slip under; returns its Freeze. Asking again returns it.

    The city's return takes the sixteen districts along, as of the same posting. Locks: the returns first, in the order of their
    keys, the ledger's head last (as every poster takes it); figures are as of that number, so they are exact however long the
    counting takes. Raises DomainError ``return.missing``, ``return.moved``.
    """
    report = _locked(pk)
    if report.is_frozen:
        return report.freeze
    together = [report]
    if report.scope == CITY:
        rows = Return.objects.filter(month=report.month).exclude(scope=CITY).order_by("pk")
        rows = rows.select_for_update(of=("self",)).select_related("district")
        together += [each for each in rows if each.state == State.APPROVED]
    _refuse(report, "freeze", actor)
    number = LedgerHead.objects.select_for_update().get(pk=1).last_number
    _unmoved(report, seen)
    for each in together:
        _freeze(each, number, actor)
    return report.freeze


def _freeze(report, number, actor):
    before = previous(report)
    known = completeness(summary.month_scope(report.month, report.district_id, number))
    row = Freeze(
        report=report,
        posting=number,
        since=before.posting if before else None,
        since_month=before.report.month if before else None,
        rules=rules.version(),
        figures=figures_of(report, number, before),
        circumstances={name: getattr(known, name) for name in ("held", "closed", "waiting", "homeless")},
        actor=actor,
    )
    row.sha256 = fingerprint(row)
    row.save()
    _step(report, State.FROZEN, actor, posting=number)


def verify(freeze_):
    """Sentences about what a frozen return no longer agrees with: its own hash, or a recount as of its posting. [] when all is well."""
    found = []
    if fingerprint(freeze_) != freeze_.sha256:
        found.append(_("封账数和指纹对不上，有人直接改过数据库。"))
    again = recount(freeze_.report, freeze_.posting, freeze_.since, freeze_.since_month)
    if again != freeze_.figures:
        wrong = sorted(_differences("", freeze_.figures, again))
        found.append(_("按当时的记账号重新数，和封账数不一样：%(where)s。") % {"where": "、".join(wrong[:5])})
    return found


def _differences(path, old, new):
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() | new.keys():
            yield from _differences(f"{path}.{key}" if path else key, old.get(key), new.get(key))
    elif old != new:
        yield f"{path} {old} → {new}"
