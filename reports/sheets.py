"""What goes out of the counting screens: 汇总表, 培训场次台账, 参训人员名册, 帮扶覆盖表. One ``Sheet`` each, for xlsx and csv alike."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from core import clock
from core.official_sheets import Heading
from core.text import mask_phone
from enterprises.models import Assistance, District, Layer
from ledger.models import Activity, ActivityFact, Entry
from ledger.rows import SMALL, readable
from training.models import Attendance, Registration, Round

from . import summary
from .narrowing import narrowed
from .progress import pace_of

CHUNK = 500


def _chunks(keys):
    """Lists of CHUNK keys, read bit by bit."""
    while chunk := list(islice(keys, CHUNK)):
        yield chunk


@dataclass
class Sheet:
    """A table on its way out: ``rows`` are read once; ``length`` is how many there will be, for the progress."""

    name: str
    title: str
    headings: list
    rows: object
    length: int
    total: list | None = None
    above: tuple = ()
    below: tuple = ()
    corner: str = ""

    @property
    def header(self):
        """One row of headings for csv: the words of the merged header in one, from the outside in."""
        return ["·".join(dict.fromkeys(word for word in heading.words if word)) for heading in self.headings]


def period_words(scope):
    """2025年9月, or 2025年1—9月, or both days."""
    start, end = scope.start, scope.end
    if (start.day, end) == (1, summary.last_day(end.replace(day=1))):
        if (start.year, start.month) == (end.year, end.month):
            return f"{start.year}年{start.month}月"
        if start.year == end.year:
            return f"{start.year}年{start.month}—{end.month}月"
    return f"{start:%Y-%m-%d}至{end:%Y-%m-%d}"


def unit_words(scope):
    """Who fills it in: the bureau of the district, or of the city."""
    if scope.district:
        return _("%(district)s市场监管局") % {"district": District.objects.get(pk=scope.district).name}
    return _("天津市市场监管委")


SIGN = "填报人：＿＿＿＿　　审核人：＿＿＿＿　　单位负责人：＿＿＿＿　　联系电话：＿＿＿＿　　填报日期：{day}"


def _signed():
    today = clock.today()
    return SIGN.format(day=f"{today.year}年{today.month}月{today.day}日")


# 汇总表 -------------------------------------------------------------------------------------------------------------


def summary_sheet(scope, table=None):
    """附件1 汇总表 of a month's scope; ``table`` when it is already there (a frozen return's)."""
    table = table or summary.table(scope)
    year = _("本年累计")
    times, firms, auditors = _("培训人次"), _("参训企业"), _("内审员")
    headings = [
        Heading([_("序号")], 5),
        Heading([_("区")], 11, "text"),
        *(Heading([_("培训场次"), word], 7) for word in (_("线上"), _("线下"), _("合计"), year)),
        *(Heading([times, _("本月"), word], 7) for word in ("最高", "中层", "一线", "其他", _("合计"))),
        Heading([times, year], 8),
        *(Heading([firms, _("本月"), word], 7) for word in (_("家"), _("其中：小微"))),
        *(Heading([firms, year, word], 7) for word in (_("家"), _("其中：小微"))),
        *(Heading([auditors, word], 7) for word in (_("轮次"), _("人次"))),
        Heading([_("考核合格率")], 9, "percent"),
        Heading([_("满意度")], 9, "percent"),
    ]
    lines = [_summary_row(n, name, line) for n, (_code, name, line) in enumerate(table.lines, 1)]
    day = min(scope.end, clock.today())
    when = period_words(scope)
    return Sheet(
        _("汇总表"),
        _("天津市小微企业质量管理体系认证提升行动培训情况汇总表（%(when)s）") % {"when": when},
        headings,
        lines,
        len(lines),
        total=_summary_row(None, _("合计"), table.total),
        corner=_("附件1"),
        above=(
            _("填报单位：%(unit)s（盖章）") % {"unit": unit_words(scope)},
            _("统计期：%(when)s") % {"when": when},
            _("单位：场、人次、家、轮次、%"),
        ),
        below=(
            _signed(),
            _(
                "注：1. 人次按“一人一场计一次”。2. 家数按统一社会信用代码去重，合计是重新数的，不是各行相加。3. 场次、轮次归"
                "主办单位所在区，人次、家数归学员企业所在区；没有区的和没有单位的在“市级”。4. 线上线下结合的算线下。5. 内审员是其中数，"
                "已含在场次和人次里。6. 没有数据写“—”。7. 序时进度 %(pace)s%%。"
            )
            % {
                "pace": f"{pace_of(scope.start.replace(month=1, day=1), scope.end.replace(month=12, day=31), day) * 100:.1f}"
            },
        ),
    )


def _summary_row(number, name, line):
    def rate(value):
        return "—" if value is None else value

    return [
        number, name, line.online, line.on_site, line.sessions, line.year_sessions,
        *(getattr(line, layer) for layer in Layer.values), line.person_times, line.year_person_times,
        line.enterprises, line.small, line.year_enterprises, line.year_small, line.rounds, line.auditor_times,
        rate(line.pass_rate), rate(line.satisfaction),
    ]  # fmt: skip


# 培训场次台账 ------------------------------------------------------------------------------------------------------------


def activities_sheet(scope):
    """One row for each activity in scope, in the order they were held."""
    text = "text"
    columns = [
        (_("序号"), 6, "number"), (_("活动编号"), 16, text), (_("活动名称"), 30, text), (_("培训类型"), 12, text),
        (_("授课方式"), 10, text), (_("对象层级"), 14, text), (_("行业/试点"), 12, text), (_("主办单位"), 22, text),
        (_("承办单位"), 22, text), (_("开始时间"), 12, "date"), (_("结束时间"), 12, "date"), (_("地点/平台"), 18, text),
        (_("讲师"), 14, text), (_("学时"), 7, "hours"), (_("应到人数"), 8, "number"), (_("实到人次"), 8, "number"),
        (_("参训企业（家）"), 9, "number"), (_("其中小微企业（家）"), 9, "number"), (_("考核人数"), 8, "number"),
        (_("合格人数"), 8, "number"), (_("合格率"), 9, "percent"), (_("满意度"), 9, "percent"), (_("收费性质"), 9, text),
        (_("佐证材料"), 24, text), (_("填报人"), 10, text), (_("审核人"), 10, text), (_("备注"), 12, text),
    ]  # fmt: skip
    rows = scope.activities().order_by("ended_on", "pk")
    return Sheet(
        _("培训场次台账"),
        _("培训场次台账（%(when)s）") % {"when": period_words(scope)},
        [Heading([name], width, kind) for name, width, kind in columns],
        _activity_rows(scope, rows),
        rows.count(),
        above=(_("填报单位：%(unit)s") % {"unit": unit_words(scope)}, "", _("单位：场、人次、家、%")),
        below=(_signed(),),
    )


def _activity_rows(scope, rows):
    keys = rows.values_list("pk", flat=True)
    number = 0
    for chunk in _chunks(keys.iterator(chunk_size=CHUNK)):
        found = Activity.objects.select_related("owner", "pilot", "posting__actor__person").in_bulk(chunk)
        rounds = _rounds([row.key for row in found.values()])
        # Who took part: whoever counts as of then, from every district; the activity is one row.
        people = Entry.objects.as_of(scope.as_of).filter(activity__in=chunk).order_by().values("activity")
        people = {
            row["activity"]: row
            for row in people.annotate(
                n=Count("pk"),
                firms=Count("enterprise", distinct=True),
                small=Count("enterprise", filter=Q(size_class__in=SMALL), distinct=True),
            )
        }
        facts = _facts(chunk, scope.as_of)
        for key in chunk:
            number += 1
            row, round_ = found[key], rounds.get(found[key].key)
            yield _activity_row(number, row, round_, people.get(key, {}), facts[key])


def _rounds(keys):
    ids = [key.removeprefix("round:") for key in keys if key.startswith("round:")]
    rows = Round.objects.filter(pk__in=ids).prefetch_related("co_organisers", "trainers", "evidence")
    return {row.activity_key: row for row in rows}


def _facts(activities, as_of):
    rows = ActivityFact.objects.filter(activity__in=activities).order_by("posting")
    if as_of is not None:
        rows = rows.filter(posting__lte=as_of)
    newest = {}
    for activity, district, name, value in rows.values_list("activity", "district", "name", "value"):
        newest[activity, district, name] = value
    sums = defaultdict(lambda: defaultdict(int))
    for (activity, _district, name), value in readable(newest).items():
        sums[activity][name] += value
    return sums


def _share(part, whole):
    return part / whole if whole else "—"


def _activity_row(number, row, round_, people, facts):
    evidence = _kinds(round_.evidence.all()) if round_ else {}
    return [
        number,
        round_.code if round_ else row.key,
        row.title,
        row.get_kind_display(),
        row.get_mode_display(),
        "、".join(round_.layer_labels) or _("不限") if round_ else "",
        row.pilot.name if row.pilot else "",
        row.owner.name if row.owner else "",
        "、".join(one.name for one in round_.co_organisers.all()) if round_ else "",
        row.started_on,
        row.ended_on,
        (round_.venue or round_.online_url) if round_ else _("平台自学"),
        "、".join(one.name for one in round_.trainers.all()) if round_ else "",
        row.class_hours,
        facts["expected"] or "—",
        people.get("n", 0),
        people.get("firms", 0),
        people.get("small", 0),
        facts["examined"],
        facts["passed"],
        _share(facts["passed"], facts["examined"]),
        _share(facts["satisfied"], facts["answered"]),
        row.get_fee_nature_display(),
        "、".join(f"{label} {n}" for label, n in evidence.items()),
        row.posting.actor.display_name if row.posting.actor else "",
        "",
        "" if row.held else _("自学，不计场次"),
    ]


def _kinds(files):
    found = {}
    for file in files:
        found[file.get_kind_display()] = found.get(file.get_kind_display(), 0) + 1
    return found


# 参训人员名册 ------------------------------------------------------------------------------------------------------------


def people_sheet(scope):
    """One row for each entry in scope: a person in an event."""
    text = "text"
    columns = [
        (_("序号"), 6, "number"), (_("区"), 10, text), (_("企业名称"), 30, text), (_("统一社会信用代码"), 21, text),
        (_("企业规模"), 8, text), (_("行业代码"), 9, text), (_("姓名"), 10, text), (_("部门/岗位"), 16, text),
        (_("层级"), 13, text), (_("手机号（脱敏）"), 14, text), (_("活动"), 28, text), (_("归属日期"), 12, "date"),
        (_("签到时间"), 17, text), (_("签退时间"), 17, text), (_("认定学时"), 8, "hours"), (_("出勤率"), 8, "percent"),
        (_("成绩"), 7, "hours"), (_("是否合格"), 9, text), (_("证书编号"), 26, text), (_("备注"), 14, text),
    ]  # fmt: skip
    rows = scope.entries().order_by("occurred_on", "pk")
    return Sheet(
        _("参训人员名册"),
        _("参训人员名册（%(when)s）") % {"when": period_words(scope)},
        [Heading([name], width, kind) for name, width, kind in columns],
        _people_rows(rows),
        rows.count(),
        above=(_("填报单位：%(unit)s") % {"unit": unit_words(scope)}, "", _("一人一场一行")),
        below=(_signed(), _("注：企业、区、层级、规模是签到当时的；手机号中间四位不显示；本表含个人信息，请勿外传。")),
    )


def _people_rows(rows):
    number = 0
    related = ("person", "enterprise", "district", "activity")
    for chunk in _chunks(rows.values_list("pk", flat=True).iterator(chunk_size=CHUNK)):
        found = Entry.objects.select_related(*related).in_bulk(chunk)
        ids = {entry.activity.key.removeprefix("round:") for entry in found.values() if _is_round(entry)}
        seats = Registration.objects.filter(round__in=ids, person__in={entry.person_id for entry in found.values()})
        seats = {
            (seat.round_id, seat.person_id): seat
            for seat in seats.select_related("certificate", "membership", "round").annotate(
                first=Min("attendances__arrived_at", filter=Q(attendances__state__in=Attendance.COUNTED)),
                last=Max("attendances__left_at"),
            )
        }
        for key in chunk:
            number += 1
            entry = found[key]
            seat = (
                seats.get((int(entry.activity.key.removeprefix("round:")), entry.person_id))
                if _is_round(entry)
                else None
            )
            yield _people_row(number, entry, seat)


def _is_round(entry):
    return entry.activity.key.startswith("round:")


def _moment(moment):
    return moment.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


def _people_row(number, entry, seat):
    firm, whole = entry.enterprise, entry.activity.class_hours
    job = seat.membership if seat else None
    passed = seat.has_passed if seat and seat.round.has_exam else None
    return [
        number,
        entry.district.name if entry.district else "",
        firm.name if firm else _("没写单位"),
        firm.code if firm else "",
        entry.get_size_class_display() if entry.size_class else "",
        firm.industry_code if firm else "",
        entry.person.name,
        " ".join(filter(None, (job.department, job.post))) if job else "",
        entry.get_layer_display(),
        mask_phone(entry.person.phone or ""),
        entry.activity.title,
        entry.occurred_on,
        _moment(seat.first) if seat else "",
        _moment(seat.last) if seat else "",
        entry.class_hours,
        entry.class_hours / whole if whole else "—",
        seat.mark if seat else None,
        {True: _("合格"), False: _("不合格"), None: ""}[passed],
        seat.certificate.number if seat and seat.certificate else "",
        entry.reason,
    ]


# 帮扶覆盖 ----------------------------------------------------------------------------------------------------------------


def coverage_sheet(scope):
    """帮扶覆盖: of the enterprises in the 帮扶台账 of the year, how many came to a training in scope; the denominator is printed."""
    rows = Assistance.objects.standing().filter(year=scope.start.year)
    if scope.district:
        rows = rows.filter(enterprise__district=scope.district)
    reached = scope.of(district=None).entries().values("enterprise")
    in_district = rows.order_by().values("enterprise__district")
    whole = dict(in_district.annotate(n=Count("enterprise", distinct=True)).values_list("enterprise__district", "n"))
    came = rows.filter(enterprise__in=reached).order_by().values("enterprise__district")
    came = dict(came.annotate(n=Count("enterprise", distinct=True)).values_list("enterprise__district", "n"))
    places = [place for place in District.objects.all() if scope.district in (None, place.pk)]
    lines = [
        [
            n,
            place.name,
            whole.get(place.pk, 0),
            came.get(place.pk, 0),
            _share(came.get(place.pk, 0), whole.get(place.pk, 0)),
        ]
        for n, place in enumerate(places, 1)
    ]
    all_rows, all_came = sum(whole.values()), sum(came.values())
    columns = [
        (_("序号"), 6, "number"), (_("区"), 14, "text"), (_("台账企业（家）"), 14, "number"),
        (_("其中参训（家）"), 14, "number"), (_("覆盖率"), 12, "percent"),
    ]  # fmt: skip
    return Sheet(
        _("帮扶覆盖"),
        _("帮扶企业培训覆盖情况（%(when)s）") % {"when": period_words(scope)},
        [Heading([name], width, kind) for name, width, kind in columns],
        lines,
        len(lines),
        total=[None, _("合计"), all_rows, all_came, _share(all_came, all_rows)],
        above=(_("填报单位：%(unit)s") % {"unit": unit_words(scope)}, "", _("单位：家、%")),
        below=(_signed(), _("注：区是企业现在登记的区；分母是当年帮扶台账里没有退出、没有并入别家的企业。")),
    )


SHEETS = {
    "summary": summary_sheet,
    "activities": activities_sheet,
    "people": people_sheet,
    "coverage": coverage_sheet,
}
FILE_NAMES = {
    "summary": "天津市小微企业培训情况汇总表",
    "activities": "天津市小微企业培训场次台账",
    "people": "天津市小微企业参训人员名册",
    "coverage": "天津市小微企业帮扶培训覆盖表",
}


def file_name(kind, scope, ending):
    """天津市小微企业培训情况汇总表_2026年11月_20261203.xlsx; of a district with its name after the title, narrowed further: 部分."""
    place = f"_{District.objects.get(pk=scope.district).name}" if scope.district else ""
    place += _("_部分") if narrowed(scope) else ""
    return f"{FILE_NAMES[kind]}{place}_{period_words(scope)}_{clock.today():%Y%m%d}.{ending}"
