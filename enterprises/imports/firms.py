"""Enterprises: known by their credit code, former codes included. What a row leaves empty stays as it is."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import bulk, clock
from core.text import normalise

from ..identity import check_enterprise_name, same_name
from ..models import District, Enterprise, FormerIdentity, Pilot, RevenueBand, SizeClass
from ..size_class import size_of
from . import columns
from .columns import Field

LABEL = lazy("企业")


def _source(text):
    return columns.choice(Enterprise.Source, {"自主": "self", "区里推荐": "district", "链主": "chain_leader"})(text)


def _iso(text):
    words = {"是": "held", "有": "held", "已认证": "held", "否": "none", "无": "none", "未认证": "none"}
    return columns.choice(Enterprise.Iso, words)(text)


FIELDS = (
    Field(
        "name",
        lazy("企业名称"),
        check_enterprise_name,
        ("单位名称", "公司名称", "企业全称", "名称", "参训企业"),
        required=True,
        example="示例五金制品有限公司（填前请删掉这一行）",
        width=34,
    ),
    Field(
        "code",
        lazy("统一社会信用代码"),
        columns.code,
        ("信用代码", "社会信用代码", "企业代码", "统一信用代码", "企业统一社会信用代码", "税号"),
        required=True,
        example="91120112MA0TE5T087",
        width=22,
        hint=lazy("营业执照上的 18 位代码；个体工商户（92 开头）也收"),
    ),
    Field(
        "district", lazy("区"), normalise, ("所在区", "所属区", "行政区", "区县", "辖区"), example="西青区", width=10
    ),
    Field(
        "town",
        lazy("街镇（园区）"),
        columns.text_of(60),
        ("街镇", "街道", "乡镇", "园区", "所在街镇"),
        example="示例镇",
    ),
    Field(
        "address",
        lazy("地址"),
        columns.text_of(200, columns.sentence),
        ("详细地址", "企业地址", "注册地址", "通讯地址", "经营地址"),
        width=28,
    ),
    Field(
        "industry_code",
        lazy("行业代码"),
        columns.industry,
        ("行业", "行业分类代码", "国民经济行业代码", "行业代码gb/t4754"),
        example="3670",
        hint=lazy("GB/T 4754—2017，2 到 4 位数字"),
    ),
    Field(
        "pilots",
        lazy("产业链"),
        normalise,
        ("所属产业链", "产业链试点", "所属试点", "试点", "所属试点链", "所属试点产业链"),
        example="汽车零部件",
        width=18,
        hint=lazy("几条链之间用顿号"),
    ),
    Field(
        "employees",
        lazy("从业人员"),
        columns.number,
        ("从业人数", "职工人数", "员工人数", "人数", "从业人员人"),
        example="36",
    ),
    Field(
        "revenue_band",
        lazy("营业收入"),
        columns.revenue_band,
        ("营收", "营业收入档", "年营业收入", "营业收入万元"),
        choices=tuple(RevenueBand.labels),
        example="500–1000 万元",
        width=18,
    ),
    Field(
        "size_class",
        lazy("规模"),
        columns.size_class,
        ("企业规模", "规模类型", "企业类型规模"),
        choices=tuple(SizeClass.labels),
        example="小型",
        hint=lazy("填了就以填的为准，空着按行业、人数和营业收入算"),
    ),
    Field(
        "contact_name",
        lazy("指定专人"),
        columns.person_name,
        ("联系人", "企业联系人", "专人", "联络员"),
        example="示例·张三",
    ),
    Field(
        "contact_phone",
        lazy("联系电话"),
        columns.contact_phone,
        ("电话", "手机", "手机号", "联系人电话", "联系方式", "联系人手机"),
        example="19900000000",
        width=16,
    ),
    Field(
        "iso",
        lazy("ISO 9001 证书"),
        _iso,
        ("是否已获证", "是否获证", "是否已获ISO9001证书", "是否认证", "认证情况"),
        choices=tuple(Enterprise.Iso.labels),
        example="未获证",
    ),
    Field("iso_number", lazy("证书号"), columns.text_of(60), ("证书编号", "认证证书号"), width=20),
    Field("iso_body", lazy("发证机构"), columns.text_of(120, columns.sentence), ("认证机构", "发证单位"), width=24),
    Field("iso_issued_on", lazy("首次获证日"), columns.day, ("首次获证日期", "获证日期", "发证日期")),
    Field("iso_expires_on", lazy("证书有效期至"), columns.day, ("有效期至", "有效期", "证书有效期")),
    Field("willing_on", lazy("参与意愿声明日期"), columns.day, ("意愿声明日期", "声明日期", "参与意愿声明"), width=18),
    Field(
        "source",
        lazy("来源"),
        _source,
        ("企业来源", "推荐来源"),
        choices=tuple(Enterprise.Source.labels),
        example="区推荐",
    ),
    Field(
        "code_accepted_because",
        lazy("代码校验不符仍收下的理由"),
        columns.text_of(200, columns.sentence),
        ("代码不符理由", "代码例外理由", "仍收下的理由"),
        width=26,
        hint=lazy("只有市级管理员填才算数"),
    ),
)

LABELS = {field.name: field.label for field in FIELDS}
COMPARED = tuple(field.name for field in FIELDS if field.name not in ("code", "district", "pilots"))
COLUMNS = ("code", *COMPARED, "district_id", "size_declared")


def fields_for(enterprise):
    """The columns asked for; one enterprise does not import enterprises."""
    return FIELDS


def compare(rows, scope, seen):
    """Find which enterprise is meant and what a row changes; ``todo`` is ``(key or None, fields, pilots, before)``."""
    _districts(rows, scope, seen)
    _pilots(rows, seen)
    rows = [row for row in rows if not row.errors]
    found = _known({row.values["code"][0] for row in rows})
    pilots_of = _pilots_of([before["pk"] for before in found.values()])
    own = next(iter(scope.districts)) if len(scope.districts) == 1 and not scope.city else None
    for row in rows:
        code, wrong = row.values["code"]
        before = found.get(code)
        if before is None and wrong and not _accepted(row, scope, wrong):
            continue
        if before is not None and not scope.covers(before["pk"], before["district_id"]):
            row.refuse(LABELS["code"], _("这家企业登记在别的区，您不能改它。确要转区的，请联系市级管理员。"))
            continue
        first = seen.keys.setdefault(code, row.number)
        if before is not None:
            first = min(first, seen.keys.setdefault(before["pk"], row.number))
        if first != row.number:
            row.refuse(LABELS["code"], _("与第 %(row)s 行是同一家企业，请删掉其中一行。") % {"row": first})
            continue
        if code.startswith("92"):
            seen.notes["individual"] += 1
        values = {name: value for name, value in row.values.items() if name != "code"}
        if before is not None or not wrong:
            values.pop("code_accepted_because", None)
        _decide(row, code, values, before, pilots_of, own)


def _accepted(row, scope, wrong):
    """Whether a code that fails the check is taken in all the same; else the row is refused."""
    if not row.values.get("code_accepted_because"):
        row.refuse(LABELS["code"], wrong)
    elif not scope.city:
        row.refuse(LABELS["code"], _("%(wrong)s确实无误的，请市级管理员来导入这一家。") % {"wrong": wrong})
    return not row.errors


def _decide(row, code, values, before, pilots_of, own):
    pilots = values.pop("pilots", None)
    district = values.pop("district", None)
    if district:
        values["district_id"] = district
    if values.get("size_class") == SizeClass.UNKNOWN:
        del values["size_class"]
    elif "size_class" in values:
        values["size_declared"] = True
    _size(values, before)
    if before is None:
        values["district_id"] = district or own
        if not values["district_id"]:
            row.refuse(LABELS["district"], _("请填所在区：它从来不能从代码里推出来。"))
            return
        row.outcome, row.todo = "new", (None, values | {"code": code}, pilots or set(), None)
        return
    changed = {name: value for name, value in values.items() if before[name] != value}
    had = pilots_of.get(before["pk"], set())
    new_pilots = pilots if pilots is not None and pilots != had else None
    if changed or new_pilots is not None:
        row.outcome, row.todo = "changed", (before["pk"], changed, new_pilots, before | {"pilots": had})
    else:
        row.outcome = "same"


MEASURES = ("industry_code", "employees", "revenue_band")


def _size(values, before):
    """The size class follows from what the row says and what is known, unless the row or the enterprise declares it."""
    if "size_class" in values or (before and before["size_declared"]):
        return
    if before is None or any(name in values and values[name] != before[name] for name in MEASURES):
        values["size_class"] = size_of(*(values.get(name, before[name] if before else None) for name in MEASURES)).size


def _districts(rows, scope, seen):
    """The district of each row as its code; one outside the scope is refused."""
    if "districts" not in seen.known:
        seen.known["districts"] = {
            text: district.pk
            for district in District.objects.all()
            for text in (district.name, district.code, district.name.removesuffix("区").removesuffix("新"))
        }
    known = seen.known["districts"]
    for row in rows:
        text = row.values.get("district")
        if not text:
            continue
        code = known.get(text.removeprefix("天津市"))
        if code is None:
            row.refuse(
                LABELS["district"],
                _("没有“%(text)s”，请填天津 16 个区之一，如 西青区；功能区填 滨海新区。") % {"text": text[:20]},
            )
        elif not scope.city and code not in scope.districts:
            row.refuse(LABELS["district"], _("您只能导入本区的企业，这一行请交给所在区或市级管理员。"))
        row.values["district"] = code


def _pilots(rows, seen):
    """Names of industry chains as a set of their keys."""
    if "pilots" not in seen.known:
        pilots = list(Pilot.objects.all())
        known = {columns.heading_key(text): pilot.pk for pilot in pilots for text in (pilot.name, pilot.slug)}
        seen.known["pilots"] = known, "、".join(pilot.name for pilot in pilots)
    known, names = seen.known["pilots"]
    for row in rows:
        text = row.values.get("pilots")
        if text is None:
            continue
        words = {word for word in columns.SEPARATORS.split(text) if word and word != "无"}
        foreign = sorted(word for word in words if columns.heading_key(word) not in known)
        if foreign:
            row.refuse(
                LABELS["pilots"],
                _("没有“%(text)s”这条产业链，请从这些里选：%(list)s。") % {"text": foreign[0][:20], "list": names},
            )
        else:
            row.values["pilots"] = {known[columns.heading_key(word)] for word in words}


def _known(codes):
    """{code as sent: the enterprise's columns}; a former code and one merged away lead to the enterprise of today."""
    names = ("pk", "merged_into_id", *COLUMNS)
    found = {row["code"]: row for row in Enterprise.objects.filter(code__among=codes).values(*names)}
    former = dict(FormerIdentity.objects.filter(code__among=codes - found.keys()).values_list("code", "enterprise_id"))
    keys = set(former.values()) | {row["merged_into_id"] for row in found.values() if row["merged_into_id"]}
    if keys:
        others = {row["pk"]: row for row in Enterprise.objects.filter(pk__among=keys).values(*names)}
        found = {code: others.get(row["merged_into_id"], row) for code, row in found.items()}
        found |= {code: others[key] for code, key in former.items()}
    return found


def _pilots_of(keys):
    answer = {}
    if keys:
        through = Enterprise.pilots.through.objects.filter(enterprise__in=keys)
        for enterprise, pilot in through.values_list("enterprise_id", "pilot_id"):
            answer.setdefault(enterprise, set()).add(pilot)
    return answer


def write(rows, scope, log):
    """Write the todos."""
    todos = [row.todo for row in rows if row.todo]
    _write_new([todo for todo in todos if todo[0] is None], log)
    _write_changed([todo for todo in todos if todo[0] is not None], scope, log)


def _write_new(todos, log):
    now = clock.now()
    blank = {name: Enterprise._meta.get_field(name).get_default() for name in (*COMPARED, "size_declared")}
    wanted = []
    for _key, values, _pilots, _before in todos:
        values = blank | values
        wanted.append((*(values[name] for name in COLUMNS), now))
    keys = bulk.insert(Enterprise, (*(name.removesuffix("_id") for name in COLUMNS), "created_at"), wanted)
    log.made(Enterprise, (*COLUMNS, "merged_into_id"), keys, [(*values[:-1], None) for values in wanted])
    links = [
        (key, pilot) for key, (_none, _values, pilots, _before) in zip(keys, todos, strict=True) for pilot in pilots
    ]
    bulk.insert(Enterprise.pilots.through, ("enterprise", "pilot"), links)


def _write_changed(todos, scope, log):
    today = clock.today()
    groups, former, links, relinked = {}, [], [], []
    for key, values, pilots, before in todos:
        if values:
            groups.setdefault(tuple(values), []).append((key, *values.values()))
        if "name" in values and not same_name(before["name"], values["name"]):
            former.append((key, before["name"], today, str(_("导入企业表格")), scope.user.pk))
        was, after = {name: before[name] for name in values}, dict(values)
        if pilots is not None:
            was["pilots"], after["pilots"] = sorted(before["pilots"]), sorted(pilots)
            relinked.append(key)
            links.extend((key, pilot) for pilot in pilots)
        log.changed(Enterprise, key, was, after)
    for names, values in groups.items():
        bulk.update(Enterprise, [name.removesuffix("_id") for name in names], values)
    through = Enterprise.pilots.through
    if relinked:
        through.objects.filter(enterprise__in=relinked).delete()
        bulk.insert(through, ("enterprise", "pilot"), links)
    keys = bulk.insert(FormerIdentity, ("enterprise", "name", "until", "reason", "changed_by"), former)
    log.made(FormerIdentity, ("name",), keys, [values[1:2] for values in former])
