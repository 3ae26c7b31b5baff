"""Lists of enterprises and of people as they go out: only one's scope, phones masked unless one may and says why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for
from core.text import mask_phone

from .models import Enterprise, Layer, Membership, Pilot, RevenueBand, Role, SizeClass
from .policies import rights_of

CHUNK = 5_000


@dataclass(frozen=True)
class Export:
    """A table on its way out. ``rows`` is read once and asks the database bit by bit."""

    title: str
    header: list
    rows: object
    widths: tuple = ()


KINDS = {"enterprises": lazy("企业"), "people": lazy("人员")}


def may_plain(user):
    """Whether a user may ask for full phone numbers at all (which rows they get is ``_scope``)."""
    rights = rights_of(user)
    return Role.CITY_ADMIN in rights.roles or bool(rights.districts) or bool(rights.enterprises)


def _scope(user, plain, enterprise):
    """The enterprises whose rows go out. Plain numbers: only where the user acts, not wherever they may look."""
    rows = policy_for(Enterprise).visible(user).listed()
    rights = rights_of(user)
    acts_in_city = rights.city and not plain or Role.CITY_ADMIN in rights.roles
    if not acts_in_city:
        # A member sees the enterprise they work in; its list is the contact's to take out.
        own = Enterprise.objects.filter(district__in=rights.districts) | Enterprise.objects.filter(
            pk__in=rights.enterprises
        )
        rows = rows.filter(pk__in=own.values("pk"))
    return rows.filter(pk=enterprise.pk) if enterprise else rows


def prepare(user, kind, *, plain=False, reason="", enterprise=None):
    """The Export of ``kind`` (a key of KINDS) for a user; asking for it is recorded.

    ``plain`` asks for full phone numbers. Raises DomainError ``export.plain`` without the right, ``export.reason`` without a
    reason of at least four characters.
    """
    reason = reason.strip()
    if plain and not may_plain(user):
        raise DomainError("export.plain", _("您没有导出完整手机号的权限，请去掉这一项再导出。"))
    if plain and len(reason) < 4:
        raise DomainError("export.reason", _("请写明为什么要完整手机号、给谁用，如“通知 10 月内审员班学员”。"))
    firms = _scope(user, plain, enterprise)
    export = (_enterprises if kind == "enterprises" else _people)(
        firms, (lambda phone: phone or "") if plain else _masked
    )
    row = enterprise or user
    record(user, f"export.{kind}", row, changes={"plain": [None, plain]}, reason=reason)
    return export


def _masked(phone):
    return mask_phone(phone) if phone else ""


def _enterprises(firms, shown):
    names = (
        "pk", "name", "code", "district__name", "town", "address", "industry_code", "employees", "revenue_band", "size_class",
        "contact_name", "contact_phone", "iso", "iso_number", "iso_body", "iso_issued_on", "iso_expires_on", "willing_on",
        "source", "status",
    )  # fmt: skip
    header = [
        _("企业名称"), _("统一社会信用代码"), _("区"), _("街镇（园区）"), _("地址"), _("行业代码"), _("从业人员"), _("营业收入"),
        _("规模"), _("指定专人"), _("联系电话"), _("ISO 9001 证书"), _("证书号"), _("发证机构"), _("首次获证日"),
        _("证书有效期至"), _("参与意愿声明日期"), _("来源"), _("产业链"), _("状态"),
    ]  # fmt: skip
    bands, sizes = _labels(RevenueBand), _labels(SizeClass)
    isos, sources, states = _labels(Enterprise.Iso), _labels(Enterprise.Source), _labels(Enterprise.Status)
    chains = _pilots(firms)

    def rows():
        for key, name, code, district, town, address, industry, people, band, size, who, phone, iso, *rest in (
            firms.order_by("district__order", "name", "pk").values_list(*names).iterator(chunk_size=CHUNK)
        ):
            number, body, issued, expires, willing, source, status = rest
            yield (
                name, code, district, town, address, industry, people, bands.get(band, ""), sizes[size], who, shown(phone),
                isos[iso], number, body, issued, expires, willing, sources.get(source, ""), chains.get(key, ""), states[status],
            )  # fmt: skip

    return Export(_("企业名录"), header, rows(), (34, 22, 10))


def _labels(enum):
    return {value: str(label) for value, label in enum.choices}


def _pilots(firms):
    """{enterprise: names of its chains}: most have none, so it is small."""
    names = dict(Pilot.objects.values_list("pk", "name"))
    answer = {}
    links = Enterprise.pilots.through.objects.filter(enterprise__in=firms).order_by("enterprise", "pilot__order")
    for enterprise, pilot in links.values_list("enterprise_id", "pilot_id"):
        answer[enterprise] = f"{answer[enterprise]}、{names[pilot]}" if enterprise in answer else names[pilot]
    return answer


def _people(firms, shown):
    header = [
        _("姓名"), _("手机号"), _("企业名称"), _("统一社会信用代码"), _("区"), _("层级"), _("部门"), _("岗位"), _("标记"),
        _("任职开始"), _("确认情况"),
    ]  # fmt: skip
    names = (
        "person__name", "person__phone", "enterprise__name", "enterprise__code", "enterprise__district__name", "layer",
        "department", "post", "tags", "started_on", "confirmed_at",
    )  # fmt: skip
    found = Membership.objects.open().filter(enterprise__in=firms, person__erased_at=None)
    found = found.order_by("enterprise__district__order", "enterprise__name", "person__name_key", "pk")
    layers, tags = _labels(Layer), _labels(Membership.Tag)
    waiting, confirmed = _("等企业确认"), _("已确认")

    def rows():
        for name, phone, firm, code, district, layer, department, post, marks, since, sure in found.values_list(
            *names
        ).iterator(chunk_size=CHUNK):
            yield (
                name, shown(phone), firm, code, district, layers[layer], department, post,
                "、".join(tags.get(mark, mark) for mark in marks) if marks else "", since, confirmed if sure else waiting,
            )  # fmt: skip

    return Export(_("人员名单"), header, rows(), (12, 14, 34, 22, 10))
