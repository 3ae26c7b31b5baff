"""帮扶台账: one row for an enterprise and a year, its needs and the dates of its steps. What stands there already stays."""

from dataclasses import replace
from datetime import timedelta

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import bulk, clock
from core.exceptions import DomainError
from core.text import normalise

from ..models import (
    Assistance,
    AssistanceNeed,
    AssistanceStep,
    EligibilityCheck,
    Enterprise,
    Organiser,
)
from . import columns
from .columns import Field
from .places import CODE, enterprises_of

LABEL = lazy("帮扶台账")

Kind = AssistanceStep.Kind
Dimension = AssistanceNeed.Dimension
SET_ASIDE = timedelta(days=730)
"""How long a finding of 严重违法失信 keeps an enterprise out, as when it is entered by hand (``assisting.enter``)."""


def _year(text):
    value = columns.number(text.replace("年", ""))
    if not 2019 <= value <= clock.today().year + 1:
        raise DomainError("import.year", _("年度不对，请填四位数的年份，如 2026。"))
    return value


def _yes_no(text):
    words = {"是": True, "有": True, "已获证": True, "否": False, "无": False, "未获证": False}
    try:
        return words[normalise(text)]
    except KeyError:
        raise DomainError("import.choice", _("请填“是”或“否”。")) from None


def _urgency(text):
    return columns.choice(AssistanceNeed.Urgency, {"高": "high", "中": "middle", "低": "low", "急": "high"})(text)


def _step(kind, label, *headings):
    return Field(f"step_{kind}", label, columns.day, headings, example="2026-03-02" if kind == Kind.DIAGNOSIS else "")


NEEDS = tuple(
    Field(
        f"need_{dimension}",
        format_lazy(lazy("需求与问题：{what}"), what=dimension.label),
        columns.text_of(300, columns.sentence),
        (f"{dimension.label}需求", f"{dimension.label}问题", f"需求与问题（{dimension.label}）"),
        example=lazy("首件检验没有记录") if dimension == Dimension.MANAGEMENT else "",
        width=26,
    )
    for dimension in Dimension
)
STEPS = (
    _step(Kind.DIAGNOSIS, lazy("现场诊断日期"), "诊断日期"),
    _step(Kind.PLAN, lazy("提升方案日期"), "方案日期"),
    _step(Kind.DOCUMENTS, lazy("体系文件发布日"), "文件发布日期"),
    _step(Kind.TRIAL, lazy("试运行起始日"), "试运行日期", "体系运行日期"),
    _step(Kind.INTERNAL_AUDIT, lazy("内审开始日期"), "内审日期", "内部审核日期"),
    _step(Kind.REVIEW, lazy("管理评审日期"), "管评日期"),
    _step(Kind.APPLICATION, lazy("申请认证日期"), "认证申请日期"),
    _step(Kind.CERTIFICATE, lazy("新获证日期"), "获证日期", "发证日期"),
)
FIELDS = (
    replace(CODE, hint=lazy("营业执照上的 18 位代码；企业要先登记过")),
    Field("year", lazy("年度"), _year, ("帮扶年度", "年份"), required=True, example="2026", width=8),
    Field("entered_on", lazy("入库日期"), columns.day, ("列入日期", "入库时间"), example="2026-02-10"),
    Field("organiser", lazy("帮扶机构"), normalise, ("帮扶单位", "承担机构"), width=26),
    Field(
        "certified_before", lazy("入库时已获证"), _yes_no, ("是否已获证", "原有证书"), choices=(lazy("是"), lazy("否"))
    ),
    *NEEDS,
    Field(
        "urgency",
        lazy("紧要级别"),
        _urgency,
        ("紧急程度", "紧要程度"),
        choices=tuple(AssistanceNeed.Urgency.labels),
        hint=lazy("这一行里各项需求的紧要级别"),
    ),
    *STEPS,
    Field("audit_ended_on", lazy("内审结束日期"), columns.day, ("内审止",)),
    Field("number", lazy("新证书号"), columns.text_of(60), ("证书号", "证书编号"), width=20),
    Field("body", lazy("发证机构"), columns.text_of(120), ("认证机构",), width=24),
    Field("note", lazy("备注"), columns.text_of(300, columns.sentence), (), width=24),
)


def fields_for(enterprise):
    """The columns asked for. The ledger is kept by district and city, never by an enterprise."""
    return FIELDS


def compare(rows, scope, seen):
    """Find each row's place in the ledger; ``todo`` is ``(assistance key or None, enterprise key, year, organiser, needs, steps)``."""
    firms = enterprises_of(rows, scope, seen)
    rows = [row for row in rows if not row.errors]
    helpers = _organisers(rows, seen)
    refused = _kept_out({firms[row.number] for row in rows})
    known = _known({firms[row.number] for row in rows}, {row.values["year"] for row in rows})
    needs, steps = _standing([key for key, _out in known.values()])
    for row in rows:
        values, firm = row.values, firms[row.number]
        place = (firm, values["year"])
        before = seen.keys.setdefault(place, row.number)
        if before != row.number:
            row.refuse(CODE.label, _("与第 %(row)s 行是同一家企业同一年度，请并成一行。") % {"row": before})
            continue
        organiser = helpers.get(values.get("organiser"))
        if values.get("organiser") and organiser is None:
            row.refuse(_("帮扶机构"), _("没有登记过这个机构，请核对全称，或先在“授权 → 机构”里登记。"))
            continue
        key, withdrawn = known.get(place, (None, None))
        if withdrawn:
            row.refuse(CODE.label, _("这家企业 %(day)s 已退出帮扶，不能再记。") % {"day": withdrawn})
            continue
        if key is None and firm in refused:
            row.refuse(CODE.label, refused[firm])
            continue
        wanted_needs = [
            (dimension, values[f"need_{dimension}"])
            for dimension in Dimension.values
            if values.get(f"need_{dimension}") and (dimension, values[f"need_{dimension}"]) not in needs.get(key, ())
        ]
        wanted_steps, clash = _steps(values, steps.get(key, {}))
        if clash:
            row.refuse(*clash)
            continue
        row.outcome = "new" if key is None else "changed" if wanted_needs or wanted_steps else "same"
        row.todo = None if row.outcome == "same" else (key, firm, organiser, wanted_needs, wanted_steps)


def _steps(values, standing):
    """``([(kind, date), …] not there yet, None)`` or ``([], (heading, why not))`` when a step has another date already."""
    wanted = []
    for field in STEPS:
        kind, day = field.name.removeprefix("step_"), values.get(field.name)
        if day is None or standing.get(kind) == day:
            continue
        if kind in standing:
            return [], (
                field.label,
                _("台账里已登记为 %(day)s，与这里不同。请核对；要更正请到这家企业的帮扶页上改。")
                % {"day": standing[kind]},
            )
        if day > clock.today():
            return [], (field.label, _("日期还没到，做完了再登记。"))
        wanted.append((kind, day))
    ended, started = values.get("audit_ended_on"), values.get(f"step_{Kind.INTERNAL_AUDIT}")
    if ended and started and ended < started:
        return [], (_("内审结束日期"), _("结束早于开始，请核对两个日期。"))
    return wanted, None


def _organisers(rows, seen):
    known = seen.known.setdefault("organisers", {})
    names = {row.values["organiser"] for row in rows if row.values.get("organiser")} - known.keys()
    if names:
        known |= dict.fromkeys(names)
        known |= dict(Organiser.objects.filter(name__in=names).values_list("name", "pk"))
    return known


def _kept_out(firms):
    """{enterprise key: why it may not be entered}."""
    closed = Enterprise.objects.filter(pk__in=firms, status=Enterprise.Status.CLOSED).values_list("pk", flat=True)
    answer = dict.fromkeys(closed, _("这家企业已注销，不能列入台账；登记错了请先改企业状态。"))
    newest = {}
    checks = EligibilityCheck.objects.filter(enterprise__in=firms, checked_on__gte=clock.today() - SET_ASIDE)
    for firm, result in checks.order_by("checked_on", "pk").values_list("enterprise", "result"):
        newest[firm] = result
    for firm, result in newest.items():
        if result == EligibilityCheck.Result.DISHONEST:
            answer[firm] = _("近两年核查在严重违法失信名单里，不能列入；已移出的请先登记新的核查结果。")
    return answer


def _known(firms, years):
    found = Assistance.objects.filter(enterprise__in=firms, year__in=years)
    names = ("enterprise", "year", "pk", "withdrawn_on")
    return {(firm, year): (key, out) for firm, year, key, out in found.values_list(*names)}


def _standing(keys):
    """``({key: {(dimension, text), …}}, {key: {kind: date}})`` of what stands in the ledger."""
    needs, steps = {}, {}
    for key, dimension, text in AssistanceNeed.objects.filter(assistance__in=keys).values_list(
        "assistance", "dimension", "text"
    ):
        needs.setdefault(key, set()).add((dimension, text))
    for key, kind, day in AssistanceStep.objects.filter(assistance__in=keys).values_list(
        "assistance", "kind", "started_on"
    ):
        steps.setdefault(key, {})[kind] = day
    return needs, steps


def write(rows, scope, log):
    """Write the todos: the rows of the ledger that are new, then needs and steps."""
    todos = [row for row in rows if row.todo]
    fresh = [row for row in todos if row.todo[0] is None]
    names = ("enterprise", "year", "entered_on", "organiser", "certified_before", "note")
    values = [
        (
            row.todo[1],
            row.values["year"],
            row.values.get("entered_on") or clock.today(),
            row.todo[2],
            row.values.get("certified_before"),
            row.values.get("note", ""),
        )
        for row in fresh
    ]
    made = bulk.insert(Assistance, names, values)
    log.made(Assistance, ("withdrawn_on",), made, [(None,)] * len(made))
    keys = dict(zip((row.number for row in fresh), made, strict=True))
    needs, steps = [], []
    now = clock.now()
    for row in todos:
        key = row.todo[0] or keys[row.number]
        urgency = row.values.get("urgency", AssistanceNeed.Urgency.LOW)
        needs += [(key, dimension, text, urgency) for dimension, text in row.todo[3]]
        for kind, day in row.todo[4]:
            ended = row.values.get("audit_ended_on") if kind == Kind.INTERNAL_AUDIT else None
            paper = (row.values.get("number", ""), row.values.get("body", "")) if kind == Kind.CERTIFICATE else ("", "")
            steps.append((key, kind, day, ended, *paper, scope.user.pk, now))
    made = bulk.insert(AssistanceNeed, ("assistance", "dimension", "text", "urgency"), needs)
    log.made(AssistanceNeed, ("text", "solved_on"), made, [(values[2], None) for values in needs])
    names = ("assistance", "kind", "started_on", "ended_on", "number", "body", "recorded_by", "recorded_at")
    made = bulk.insert(AssistanceStep, names, steps)
    log.made(AssistanceStep, ("kind", "started_on"), made, [values[1:3] for values in steps])
