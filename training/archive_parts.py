"""What goes into the archive of a round: lists as workbooks, papers as they were handed in, certificates, the closing report."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

import certificates.batches
import quizzes.models
from core import clock, pdf, pdf_fonts
from core.big_sheets import write_sheet
from core.exceptions import DomainError
from ledger.models import Activity, ActivityFact, Entry, Posting
from notices.models import Notice

from . import closing, exams, reconciling, surveys
from .announcing import subject_of
from .models import Attendance, Correction, Evidence, Registration, Scan
from .refusals import refusals

FOLDERS = {
    Evidence.Kind.NOTICE: "06 通知和课程表",
    Evidence.Kind.SIGN_IN: "07 签到表",
    Evidence.Kind.PHOTO: "08 现场照片",
    Evidence.Kind.SLIDES: "09 课件",
    Evidence.Kind.MARKS: "10 试卷和成绩单",
    Evidence.Kind.OTHER: "11 其他材料",
}
REPLACED = "13 换下和撤下的"


@dataclass(frozen=True)
class Part:
    """One file of the package: ``content`` gives its bytes when its turn comes; ``step`` says what is being done then."""

    path: str
    step: str
    content: Callable


def parts_of(round_, package):
    """The Parts of a closed round, in the order of the package."""
    lists = [
        ("01 结班报告.pdf", _("结班报告"), partial(report, round_, package)),
        ("02 学员名册.xlsx", _("学员名册"), partial(roster, round_)),
        ("03 考勤.xlsx", _("考勤"), partial(attendance, round_)),
        ("03 没签上的.xlsx", _("考勤"), partial(refused, round_)),
        ("04 统计.xlsx", _("统计"), partial(statistics, round_)),
        ("05 通知往来.xlsx", _("通知往来"), partial(letters, round_)),
    ]
    if round_.has_exam:
        lists.append(("10 试卷和成绩单/网上答卷.xlsx", _("成绩"), partial(attempts, round_)))
    papers = Evidence.everything.filter(round=round_).order_by("kind", "uploaded_at", "pk")
    found = [Part(*one) for one in lists]
    found += [Part(_path(row), row.get_kind_display(), partial(stored, row)) for row in papers]
    # Of who was erased there is no paper any more.
    rows = Registration.objects.filter(round=round_, certificate__isnull=False, certificate__erased_at=None)
    rows = rows.select_related("certificate__template", "certificate__seal")
    for row in rows.order_by("sequence"):
        path = f"12 培训合格证明/{certificates.batches.file_name(row.certificate)}"
        found.append(Part(path, _("培训合格证明"), partial(certificates.batches.stored, row.certificate)))
    return found


def _path(row):
    name = "".join("_" if sign in '\\/:*?"<>|' else sign for sign in row.name)
    return f"{REPLACED if row.withdrawn_at else FOLDERS[row.kind]}/{name}"


def stored(row):
    """The bytes of a piece of evidence. Raises DomainError ``evidence.lost`` and ``evidence.changed``."""
    try:
        with row.file.open("rb") as file:
            content = file.read()
    except (OSError, ValueError):
        raise DomainError("evidence.lost", _("文件找不到了，请重新上传一份。")) from None
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise DomainError("evidence.changed", _("文件和上传时不一样，请报告管理员。"))
    return content


# Workbooks -------------------------------------------------------------------------------------------------------------


def _workbook(title, header, rows, widths=()):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_sheet(path, title, header, rows, widths=widths)
        return path.read_bytes()


def _when(moment):
    return f"{moment.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}" if moment else ""


def _name(user):
    return user.display_name if user else _("系统")


def roster(round_):
    """Everybody who was ever on the list, with what came of it."""
    standings = {one.registration.pk: one for one in closing.standings(round_)}
    rows = Registration.objects.filter(round=round_).select_related(
        "person", "enterprise", "district", "membership", "certificate"
    )
    header = [
        *(_("序号"), _("姓名"), _("单位"), _("统一社会信用代码"), _("区"), _("层级"), _("部门"), _("岗位")),
        *(_("报名时间"), _("状态"), _("现场自己报的"), _("到课学时"), _("计入人次"), _("为什么没计入")),
        *(_("首考成绩"), _("成绩"), _("证书编号")),
    ]

    def lines():
        for number, row in enumerate(rows.order_by("sequence"), 1):
            one = standings.get(row.pk)
            yield [
                number,
                row.person.name,
                row.enterprise.name if row.enterprise else "",
                row.enterprise.code if row.enterprise else "",
                row.district.name if row.district else "",
                row.get_layer_display(),
                row.membership.department if row.membership else "",
                row.membership.post if row.membership else "",
                _when(row.registered_at),
                row.get_state_display(),
                _("是") if row.walked_in else "",
                closing.plain(one.credited) if one else "",
                (_("是") if one.counts else _("否")) if one else "",
                one.sentence if one else "",
                "" if row.first_mark is None else closing.plain(row.first_mark),
                "" if row.mark is None else closing.plain(row.mark),
                row.certificate.number if row.certificate else "",
            ]

    return _workbook(_("学员名册"), header, lines(), [6, 12, 30, 22, 10, 14, 14, 14, 18, 10, 10, 10, 10, 30, 8, 8, 30])


def attendance(round_):
    """Every row of the register: what, when, how, by whom and why."""
    rows = (
        Attendance.objects.filter(session__round=round_)
        .select_related("session", "registration__person", "recorded_by__person")
        .order_by("session__starts_at", "registration__sequence")
    )
    header = [
        *(_("课次"), _("内容"), _("姓名"), _("考勤"), _("到课"), _("签退"), _("方式"), _("原因"), _("登记人")),
        *(_("登记时间"), _("离线补传")),
    ]

    def lines():
        for row in rows.iterator(chunk_size=500):
            yield [
                row.session.number,
                row.session.title,
                row.registration.person.name,
                row.get_state_display(),
                _when(row.arrived_at),
                _when(row.left_at),
                row.get_method_display(),
                row.reason,
                _name(row.recorded_by) if row.recorded_by_id else _("本人"),
                _when(row.recorded_at),
                _("是") if row.offline else "",
            ]

    return _workbook(_("考勤"), header, lines(), [6, 24, 12, 6, 18, 18, 10, 30, 12, 18, 8])


def refused(round_):
    """Every try at the door that failed, and why."""
    said = refusals()
    rows = Scan.objects.filter(session__round=round_, outcome__startswith="check_in.").select_related(
        "session", "person"
    )

    def lines():
        for row in rows.order_by("pk").iterator(chunk_size=500):
            number, title, _mend = said.get(row.outcome, ("", row.outcome, ""))
            name = row.person.name if row.person else _("认不出")
            yield [row.session.number, name, _when(row.at), row.get_method_display(), number, title]

    header = [_("课次"), _("姓名"), _("时间"), _("方式"), _("提示号"), _("为什么没签上")]
    return _workbook(_("没签上的"), header, lines(), [6, 12, 18, 10, 10, 36])


def statistics(round_):
    """The round's facts as the ledger has them, the count of signatures, and the survey: what, of which, how many, remark."""

    def lines():
        for label, value in figures_of(round_):
            yield [_("人数"), label, value, ""]
        for line in reconciling.lines(round_):
            lesson = _("第 %(n)s 课") % {"n": line.session.number}
            for way, label in reconciling.labels():
                yield [_("人数核对"), f"{lesson} {label}", line.ways[way], ""]
            counted = line.headcount
            yield [_("人数核对"), f"{lesson} {_('系统到课')}", line.registered, ""]
            signed = ["", ""] if counted is None else [counted.signed, counted.explanation]
            yield [_("人数核对"), f"{lesson} {_('签名人数')}", *signed]
        result = surveys.results(round_)
        yield [_("满意度"), _("发放"), result.issued, ""]
        yield [_("满意度"), _("收回"), result.returned, ""]
        yield [_("满意度"), _("有效"), result.valid, "" if result.is_shown else _("份数太少，不列结果")]
        if result.is_shown:
            yield [_("满意度"), _("满意和很满意"), result.satisfied, ""]
            for item in result.items:
                mean = "" if item.mean is None else f"{item.mean:.2f}"
                yield [_("满意度"), item.label, mean, _("平均分，满分 5")]

    return _workbook(_("统计"), [_("类别"), _("项目"), _("数"), _("说明")], lines(), [12, 30, 10, 50])


def figures_of(round_):
    """[(label, n)] of the facts of a round that the ledger keeps, all districts together, and how many it counts."""
    people = closing.standings(round_)
    facts = closing.facts_of(round_, people)
    labels = dict(ActivityFact.Name.choices)
    sums = {}
    for (_district, name), value in facts.items():
        sums[name] = sums.get(name, 0) + value
    counted = [(_("计入人次"), sum(1 for one in people if one.counts))]
    return counted + [(str(labels[name]), sums[name]) for name in labels if name in sums]


def postings_of(round_):
    """The Postings that wrote or reversed anything of a round, in their order."""
    activities = Activity.objects.filter(key=round_.activity_key)
    entries = Entry.objects.filter(activity__in=activities)
    facts = ActivityFact.objects.filter(activity__in=activities)
    found = set(facts.values_list("posting", flat=True))
    for rows in (activities, entries):
        for written, reversed_by in rows.values_list("posting", "reversed_by"):
            found |= {written, reversed_by}
    return Posting.objects.filter(pk__in=found - {None})


def letters(round_):
    """Everything anybody was told about the round, and whether it was sent."""
    rows = Notice.objects.about(subject_of(round_.pk)).select_related("person").prefetch_related("deliveries")

    def lines():
        for row in rows.order_by("created_at", "pk").iterator(chunk_size=500):
            ways = "、".join(f"{one.get_channel_display()} {one.get_state_display()}" for one in row.deliveries.all())
            read = _when(row.read_at)
            yield [_when(row.created_at), row.person.name, str(row.kind_label), row.title, row.body, ways, read]

    header = [_("时间"), _("收的人"), _("种类"), _("标题"), _("正文"), _("短信和邮件"), _("看过")]
    return _workbook(_("通知往来"), header, lines(), [18, 12, 18, 30, 60, 24, 18])


def attempts(round_):
    """Who sat the exam here when, and with what result; the marks that count are in the roster."""
    names = {
        exams.context_of(row): row.person.name
        for row in Registration.objects.filter(round=round_).select_related("person")
    }
    rows = (
        quizzes.models.Attempt.objects.filter(context__in=names).defer("paper", "key", "marks").select_related("quiz")
    )

    def lines():
        for row in rows.order_by("context", "number"):
            yield [
                names[row.context],
                row.quiz.title,
                row.number,
                _when(row.started_at),
                _when(row.submitted_at),
                row.get_state_display(),
                "" if row.score is None else closing.plain(row.score),
                closing.plain(row.max_score),
                row.printed.code if row.printed_id else "",
            ]

    header = [
        *(_("姓名"), _("试卷"), _("第几次"), _("开始"), _("交卷"), _("状态"), _("得分"), _("满分"), _("纸卷卷号")),
    ]
    return _workbook(_("网上答卷"), header, lines(), [12, 30, 8, 18, 18, 10, 8, 8, 14])


# The closing report ----------------------------------------------------------------------------------------------------


def report(round_, package):
    """结班报告 as PDF bytes: what was held, who counts, how the sources agree, who decided what. Raises DomainError ``pdf.…``."""
    pdf_fonts.register()
    people = closing.standings(round_)
    context = {
        "round": round_,
        "package": package,
        "trainers": list(round_.trainers.all()),
        "people": people,
        "counted": sum(1 for one in people if one.counts),
        "figures": figures_of(round_),
        "lines": reconciling.lines(round_),
        "checks": closing.checklist(round_, people),
        "survey": surveys.results(round_),
        "changes": round_.changes.select_related("actor__person"),
        "postings": postings_of(round_).select_related("actor__person"),
        "corrections": Correction.objects.filter(registration__round=round_).select_related(
            "registration__person", "asked_by__person", "decided_by__person"
        ),
        "withdrawn": Evidence.everything.filter(round=round_)
        .exclude(withdrawn_at=None)
        .select_related("withdrawn_by__person"),
        "now": clock.now(),
    }
    html = render_to_string("training/pdf/report.html", context)
    pdf.refuse_missing_glyphs("".join(strip_tags(html).split()))
    return pdf.from_html(html, title=_("结班报告 %(code)s") % {"code": round_.code})
