"""大中小微: the size class of an enterprise from its industry, staff and revenue. Pure; the limits are data.

Source: 中小企业划型标准规定 (工信部联企业〔2011〕300号) and 统计上大中小微型企业划分办法（2017）. Large, medium and small must
reach both lower limits of their sector; who misses one drops a class; micro is what misses one limit of small.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .models import SizeClass

SOURCE = gettext_lazy("工信部联企业〔2011〕300号；统计上大中小微型企业划分办法（2017）")

EMPLOYEES, REVENUE, ASSETS = "employees", "revenue", "assets"
"""从业人员 (persons); 营业收入 and 资产总额 (万元)."""


@dataclass(frozen=True)
class Sector:
    """One line of the table. ``limits`` maps a criterion to its lower limits (large, medium, small)."""

    name: str
    ranges: tuple
    """Codes it covers, as pairs (first, last) of equal length, compared with that many leading digits of the code."""
    limits: dict


SECTORS = (
    Sector(gettext_lazy("农、林、牧、渔业"), (("01", "05"),), {REVENUE: (20000, 500, 50)}),
    Sector(gettext_lazy("工业"), (("06", "46"),), {EMPLOYEES: (1000, 300, 20), REVENUE: (40000, 2000, 300)}),
    Sector(gettext_lazy("建筑业"), (("47", "50"),), {REVENUE: (80000, 6000, 300), ASSETS: (80000, 5000, 300)}),
    Sector(gettext_lazy("批发业"), (("51", "51"),), {EMPLOYEES: (200, 20, 5), REVENUE: (40000, 5000, 1000)}),
    Sector(gettext_lazy("零售业"), (("52", "52"),), {EMPLOYEES: (300, 50, 10), REVENUE: (20000, 500, 100)}),
    # Railways (53) are in no line of the table. Of 59 the group 591 (loading) is transport, the others are storage.
    Sector(
        gettext_lazy("交通运输业"),
        (("54", "58"), ("591", "591")),
        {EMPLOYEES: (1000, 300, 20), REVENUE: (30000, 3000, 200)},
    ),
    Sector(gettext_lazy("仓储业"), (("592", "599"),), {EMPLOYEES: (200, 100, 20), REVENUE: (30000, 1000, 100)}),
    Sector(gettext_lazy("邮政业"), (("60", "60"),), {EMPLOYEES: (1000, 300, 20), REVENUE: (30000, 2000, 100)}),
    Sector(gettext_lazy("住宿业"), (("61", "61"),), {EMPLOYEES: (300, 100, 10), REVENUE: (10000, 2000, 100)}),
    Sector(gettext_lazy("餐饮业"), (("62", "62"),), {EMPLOYEES: (300, 100, 10), REVENUE: (10000, 2000, 100)}),
    Sector(gettext_lazy("信息传输业"), (("63", "64"),), {EMPLOYEES: (2000, 100, 10), REVENUE: (100000, 1000, 100)}),
    Sector(
        gettext_lazy("软件和信息技术服务业"), (("65", "65"),), {EMPLOYEES: (300, 100, 10), REVENUE: (10000, 1000, 50)}
    ),
    Sector(
        gettext_lazy("房地产开发经营"), (("701", "701"),), {REVENUE: (200000, 1000, 100), ASSETS: (10000, 5000, 2000)}
    ),
    Sector(gettext_lazy("物业管理"), (("702", "702"),), {EMPLOYEES: (1000, 300, 100), REVENUE: (5000, 1000, 500)}),
    Sector(gettext_lazy("租赁和商务服务业"), (("71", "72"),), {EMPLOYEES: (300, 100, 10), ASSETS: (120000, 8000, 100)}),
    Sector(
        gettext_lazy("其他未列明行业"),
        (("703", "703"), ("709", "709"), ("73", "82"), ("85", "90")),
        {EMPLOYEES: (300, 100, 10)},
    ),
)

# Finance, education, health, public administration and railways have no line: their size is declared, never computed.

SPLIT_DIVISIONS = ("59", "70")
"""大类 of which the table puts groups into different lines: two digits do not tell."""


@dataclass(frozen=True)
class Verdict:
    """The class, and when it is UNKNOWN the sentence that says what is missing."""

    size: str
    sentence: str = ""


def sector_of(code):
    """The Sector of an industry code of two to four digits, or None when the table has no line for it."""
    for sector in SECTORS:
        for first, last in sector.ranges:
            lead = (code or "")[: len(first)]
            if len(lead) == len(first) and first <= lead <= last:
                return sector
    return None


def size_of(industry_code, employees, revenue_band):
    """The Verdict on an enterprise. ``employees`` in persons, ``revenue_band`` a RevenueBand value (万元); None is unknown.

    A band is judged by its lower edge: each revenue limit that decides here is the edge of a band. What is unknown makes
    UNKNOWN, except where the known part settles it: below the limit of 小型 in one criterion is 微型. 资产总额 is never asked
    for, so lines that need it end there.
    """
    if not industry_code:
        return _unknown(_("还不知道行业，填上行业代码就能算规模。"))
    sector = sector_of(industry_code)
    if sector is None and industry_code in SPLIT_DIVISIONS:
        return _unknown(_("这个大类里各中类的划型标准不同，请把行业代码填到 3 位。"))
    if sector is None:
        return _unknown(_("划型标准里没有这个行业的数，请按企业声明选规模，并勾上“以企业声明为准”。"))
    known = {EMPLOYEES: employees, REVENUE: revenue_band}
    classes = (SizeClass.LARGE, SizeClass.MEDIUM, SizeClass.SMALL, SizeClass.MICRO)
    missing, lowest = [], 0
    for criterion, limits in sector.limits.items():
        value = known.get(criterion)
        if value is None:
            missing.append(criterion)
        else:
            lowest = max(lowest, sum(value < limit for limit in limits))
    if missing and classes[lowest] != SizeClass.MICRO:
        return _unknown(_missing_sentence(sector, missing))
    return Verdict(classes[lowest])


def _unknown(sentence):
    return Verdict(SizeClass.UNKNOWN, sentence)


def _missing_sentence(sector, missing):
    names = {EMPLOYEES: _("从业人员"), REVENUE: _("营业收入"), ASSETS: _("资产总额")}
    what = _("和").join(names[criterion] for criterion in missing)
    if ASSETS in missing:
        return _("%(sector)s 还要看%(what)s，平台不收资产数，请按企业声明选规模，并勾上“以企业声明为准”。") % {
            "sector": sector.name,
            "what": what,
        }
    return _("%(sector)s 还缺%(what)s，补上就能算规模。") % {"sector": sector.name, "what": what}
