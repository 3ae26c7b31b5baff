"""帮扶台账 and the register of conflicts as workbooks, in the columns people know. Phones masked, codes as text."""

from io import BytesIO

from django.utils.translation import gettext as _

from core import clock
from core.spreadsheets import Column, write_workbook
from core.text import mask_name, mask_phone

from . import assisting
from .models import AssistanceNeed, AssistanceStep

Kind = AssistanceStep.Kind


def ledger_columns():
    """The columns of the 帮扶台账 we hold (a row for each enterprise and year)."""
    text, dates = "text", "date"
    columns = [
        (_("序号"), 6, "number"), (_("年度"), 7, text), (_("区"), 10, text), (_("企业名称"), 28, text),
        (_("统一社会信用代码"), 22, text), (_("行业代码"), 9, text), (_("产业链"), 14, text), (_("规模"), 8, text),
        (_("从业人员（人）"), 10, "number"), (_("联系人"), 10, text), (_("联系电话"), 14, text), (_("帮扶机构"), 22, text),
        (_("帮扶专家"), 10, text), (_("入库日期"), 12, dates), (_("入库时是否已获证"), 10, text),
        *((str(label), 26, text) for label in AssistanceNeed.Dimension.labels),
        (_("最高紧要级别"), 10, text), (_("现场诊断日期"), 12, dates), (_("提升方案日期"), 12, dates),
        (_("体系文件发布日"), 12, dates), (_("试运行起始日"), 12, dates), (_("内审起"), 12, dates), (_("内审止"), 12, dates),
        (_("内审计划、报告"), 12, text), (_("管理评审日期"), 12, dates), (_("评审计划、报告"), 12, text),
        (_("申请认证日期"), 12, dates), (_("新获证日期"), 12, dates), (_("证书号"), 20, text), (_("发证机构"), 22, text),
        (_("跟踪诊断"), 12, dates), (_("还差"), 36, text), (_("备注"), 24, text),
    ]  # fmt: skip
    return [Column(name, width, kind) for name, width, kind in columns]


def _papers(step):
    if step is None:
        return ""
    if step.checked_only:
        return _("已完成—核查")
    have = {paper.kind for paper in step.papers.all()}
    return "、".join(label for kind, label in (("plan", _("计划")), ("report", _("报告"))) if kind in have)


def ledger_row(number, row):
    """One Assistance (of ``for_rows``) in the order of ``ledger_columns``; no query."""
    firm = row.enterprise
    first, last = {}, {}
    for step in row.steps.all():
        first.setdefault(step.kind, step)
        last[step.kind] = step
    needs = {value: [] for value in AssistanceNeed.Dimension.values}
    ranks = list(AssistanceNeed.Urgency.values)
    for need in row.needs.all():
        needs[need.dimension].append(need.text + (_("（已解决）") if need.solved_on else ""))
    urgent = min((ranks.index(need.urgency) for need in row.needs.all() if not need.solved_on), default=None)
    audit, review, certificate = (first.get(kind) for kind in (Kind.INTERNAL_AUDIT, Kind.REVIEW, Kind.CERTIFICATE))

    def on(kind, steps=first):
        return steps[kind].started_on if kind in steps else None

    return [
        number,
        str(row.year),
        firm.district.name,
        firm.name,
        firm.code,
        firm.industry_code,
        "、".join(pilot.name for pilot in firm.pilots.all()),
        firm.get_size_class_display(),
        firm.employees,
        mask_name(firm.contact_name),
        mask_phone(firm.contact_phone),
        row.organiser.name if row.organiser else "",
        row.expert.person.name if row.expert else "",
        row.entered_on,
        {True: _("是"), False: _("否"), None: ""}[row.certified_before],
        *("；".join(needs[value]) for value in AssistanceNeed.Dimension.values),
        AssistanceNeed.Urgency(ranks[urgent]).label if urgent is not None else "",
        on(Kind.DIAGNOSIS),
        on(Kind.PLAN),
        on(Kind.DOCUMENTS),
        on(Kind.TRIAL),
        audit.started_on if audit else None,
        audit.ended_on if audit else None,
        _papers(audit),
        review.started_on if review else None,
        _papers(review),
        on(Kind.APPLICATION),
        certificate.started_on if certificate else None,
        certificate.number if certificate else "",
        certificate.body if certificate else "",
        on(Kind.FOLLOW_UP, last),
        "".join(assisting.warnings_of(row)),
        row.note,
    ]


def ledger_workbook(rows, title):
    """The 帮扶台账 of ``rows`` (Assistance) as bytes of an .xlsx."""
    target = BytesIO()
    numbered = (ledger_row(n, row) for n, row in enumerate(rows.for_rows().iterator(chunk_size=500), 1))
    notes = [
        (
            _("口径说明"),
            [
                _("一家企业一年一行；退出的、已并入别家的不列。本表是覆盖率的分母。"),
                _("联系电话中间四位不显示；导出已记入操作日志。"),
                _("新获证：入库时未获证，证书日期在统计期内。"),
                _("导出时间：%(when)s") % {"when": clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M")},
            ],
        )
    ]
    write_workbook(target, title, ledger_columns(), numbered, notes=notes)
    return target.getvalue()


def conflict_workbook(rows):
    """The register of conflicts as bytes of an .xlsx."""
    columns = [
        Column(_("序号"), 6, "number"),
        Column(_("专家"), 12),
        Column(_("所属单位"), 26),
        Column(_("企业"), 30),
        Column(_("统一社会信用代码"), 22),
        Column(_("情形"), 16),
        Column(_("起"), 12, "date"),
        Column(_("止"), 12, "date"),
        Column(_("回避到"), 12, "date"),
        Column(_("说明"), 30),
    ]
    rows = rows.select_related("expert__person", "expert__organiser", "enterprise").order_by("expert", "-started_on")
    lines = (
        [
            number,
            row.expert.person.name,
            row.expert.organiser.name if row.expert.organiser else "",
            row.enterprise.name,
            row.enterprise.code,
            row.get_kind_display(),
            row.started_on,
            row.ended_on,
            row.free_on,
            row.note,
        ]
        for number, row in enumerate(rows.iterator(), 1)
    )
    target = BytesIO()
    rule = _(
        "帮扶过企业的专家，不参加这家企业的审核组，也不参加认证决定；帮扶结束后回避两年。“回避到”空着，表示还在继续。"
    )
    write_workbook(target, _("专家利益冲突登记表"), columns, lines, notes=[(_("说明"), [rule])])
    return target.getvalue()
