"""The verbs of an enterprise's identity and facts: name, code, district, status, checks, what it says of itself.

Each locks the row, keeps what was before, writes the audit trail, and changes nothing when asked a second time.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.text import normalise

from .credit_code import check_enterprise_code, normalise_code
from .industry import check_industry
from .models import EligibilityCheck, Enterprise, FormerIdentity, SizeClass
from .size_class import size_of

FACTS = (
    "town",
    "address",
    "industry_code",
    "employees",
    "revenue_band",
    "size_class",
    "size_declared",
    "contact_name",
    "contact_phone",
    "iso",
    "iso_number",
    "iso_body",
    "iso_issued_on",
    "iso_expires_on",
    "willing_on",
    "source",
)
"""Columns ``set_facts`` may change. Name, code, district and status have verbs of their own."""


def check_enterprise_name(text):
    """A name as it is kept: half width but for the brackets, which are full width as on a licence.

    Raises DomainError ``enterprise_name.missing`` or ``enterprise_name.long`` (120 characters).
    """
    name = normalise(text).replace("(", "（").replace(")", "）")
    if not name:
        raise DomainError("enterprise_name.missing", _("请照营业执照填写企业名称。"))
    if len(name) > 120:
        raise DomainError("enterprise_name.long", _("企业名称最多 120 个字，请照营业执照核对。"))
    return name


def same_name(one, other):
    """Whether two names are the same but for widths, blanks and letter case."""
    return _compared(one) == _compared(other)


def _compared(name):
    return normalise(name).replace(" ", "").casefold()


def need_reason(reason):
    """The reason as it is kept. Raises DomainError ``reason.missing`` when there is none."""
    reason = normalise(reason)[:200]
    if not reason:
        raise DomainError("reason.missing", _("请写一句原因，以后查得到为什么改。"))
    return reason


def _locked(pk):
    """The row, locked. Raises DomainError ``enterprise.merged`` for one that no longer stands for itself."""
    row = Enterprise.objects.select_for_update().get(pk=pk)
    if row.merged_into_id:
        raise DomainError("enterprise.merged", _("这家企业已并入另一家，请到并入后的那家去改。"))
    return row


@transaction.atomic
def rename(pk, name, *, actor, reason=""):
    """Give an enterprise another name; the former one is kept and still found by searching. Returns the Enterprise.

    A name that differs only in widths or blanks is taken over without a former name. Raises DomainError of
    ``check_enterprise_name``.
    """
    name = check_enterprise_name(name)
    row = _locked(pk)
    before = row.name
    if before == name:
        return row
    row.name = name
    row.save(update_fields=["name"])
    if not same_name(before, name):
        FormerIdentity.objects.create(
            enterprise=row, name=before, until=clock.today(), reason=normalise(reason)[:200], changed_by=actor
        )
    record(actor, "enterprise.rename", row, changes={"name": [before, name]}, reason=reason)
    return row


@transaction.atomic
def change_code(pk, code, *, actor, reason):
    """Give an enterprise another credit code that passes its check; the old one keeps finding it. Returns the Enterprise.

    Raises DomainError of ``check_enterprise_code`` and ``need_reason``, and ``code.taken`` naming whose code it is.
    """
    code = check_enterprise_code(code)
    return _set_code(_locked(pk), code, actor, need_reason(reason), accepted="")


@transaction.atomic
def accept_code(pk, code, *, actor, reason):
    """Take a code though it fails its check (old and odd codes exist), with the reason. For the city's administrators only.

    Raises DomainError ``code.length`` or ``code.alphabet`` when it is not even 18 letters and digits, ``code.taken``.
    """
    code = normalise_code(code)
    if len(code) != 18 or not code.isascii() or not code.isalnum():
        raise DomainError("code.length", _("再特殊的代码也是 18 位字母和数字，请核对。"))
    reason = need_reason(reason)
    return _set_code(_locked(pk), code, actor, reason, accepted=reason)


def _set_code(row, code, actor, reason, *, accepted):
    before = row.code
    if before == code and row.code_accepted_because == accepted:
        return row
    refuse_taken_code(code, but=row)
    row.code, row.code_accepted_because = code, accepted
    try:
        with transaction.atomic():
            row.save(update_fields=["code", "code_accepted_because"])
    except IntegrityError:
        # Somebody took the code between the look and the write.
        refuse_taken_code(code, but=row)
        raise
    if before != code:
        FormerIdentity.objects.create(enterprise=row, code=before, until=clock.today(), reason=reason, changed_by=actor)
    action = "enterprise.accept_code" if accepted else "enterprise.change_code"
    record(actor, action, row, changes={"code": [before, code]}, reason=reason)
    return row


def refuse_taken_code(code, *, but=None):
    """Raises DomainError ``code.taken``, naming the enterprise, when ``code`` is or was another's than ``but``."""
    other = Enterprise.objects.by_code(code)
    if other is not None and (but is None or other.pk != but.pk):
        raise DomainError(
            "code.taken",
            _("这个代码已经是“%(name)s”的，请核对；两家其实是一家的，请申请合并。") % {"name": other.name},
            enterprise=other.pk,
        )


@transaction.atomic
def set_facts(pk, facts, *, actor):
    """Write what is known of an enterprise; ``facts`` holds some of FACTS and ``pilots`` (Pilot rows). Returns the Enterprise.

    The size class follows from industry, staff and revenue unless ``size_declared``. Raises DomainError of ``check_industry``,
    ``facts.unknown`` for another column, ``iso.dates`` when a certificate ends before it begins, ``size.declared`` when it is
    to be declared and no class is given.
    """
    facts = dict(facts)
    pilots = facts.pop("pilots", None)
    foreign = sorted(set(facts) - set(FACTS))
    if foreign:
        raise DomainError("facts.unknown", _("这里不能改：%(names)s。") % {"names": "、".join(foreign)})
    if "industry_code" in facts:
        facts["industry_code"] = check_industry(facts["industry_code"])
    row = _locked(pk)
    before = {name: getattr(row, name) for name in FACTS}
    for name, value in facts.items():
        setattr(row, name, normalise(value) if isinstance(value, str) else value)
    if row.iso_issued_on and row.iso_expires_on and row.iso_expires_on < row.iso_issued_on:
        raise DomainError("iso.dates", _("证书有效期早于首次获证日，请对照证书核对这两个日期。"))
    if not row.size_declared:
        row.size_class = size_of(row.industry_code, row.employees, row.revenue_band).size
    elif row.size_class == SizeClass.UNKNOWN:
        raise DomainError("size.declared", _("勾了“以企业声明为准”，请选大型、中型、小型或微型；不确定就别勾。"))
    changes = {
        name: [_plain(before[name]), _plain(getattr(row, name))] for name in FACTS if before[name] != getattr(row, name)
    }
    if changes:
        row.save(update_fields=list(changes))
    if pilots is not None:
        old, new = sorted(row.pilots.values_list("slug", flat=True)), sorted(pilot.slug for pilot in pilots)
        if old != new:
            row.pilots.set(pilots)
            changes["pilots"] = [old, new]
    if changes:
        record(actor, "enterprise.facts", row, changes=_masked(changes))
    return row


def _plain(value):
    return value if value is None or isinstance(value, str | int) else str(value)


def _masked(changes):
    """The named contact is a person: only that it changed is kept."""
    hidden = {name: ["***", "***"] for name in ("contact_name", "contact_phone") if name in changes}
    return changes | hidden


@transaction.atomic
def record_eligibility(pk, *, result, source, actor, checked_on=None, note=""):
    """Add a check of the register of abnormal operations and of serious violations. Returns the EligibilityCheck.

    The same result of the same day and source is kept once. Raises DomainError ``check.source`` without a source,
    ``check.future`` for a day to come.
    """
    source, checked_on = normalise(source)[:80], checked_on or clock.today()
    if not source:
        raise DomainError("check.source", _("请写明在哪儿查的，比如“国家企业信用信息公示系统”。"))
    if checked_on > clock.today():
        raise DomainError("check.future", _("核查日期还没到，请填实际查询的那天。"))
    row = _locked(pk)
    found = row.eligibility_checks.filter(checked_on=checked_on, source=source, result=result).first()
    if found:
        return found
    check = EligibilityCheck.objects.create(
        enterprise=row,
        result=result,
        source=source,
        checked_on=checked_on,
        note=normalise(note)[:200],
        checked_by=actor,
    )
    record(actor, "enterprise.eligibility", row, changes={"result": ["", f"{checked_on} {result}"]}, reason=source)
    return check


SETTABLE = (Enterprise.Status.CLAIMED, Enterprise.Status.CONFIRMED, Enterprise.Status.CLOSED)
"""Statuses a person gives. 已并入 comes by merging only."""


@transaction.atomic
def set_status(pk, status, *, actor, reason=""):
    """Confirm, close or reopen an enterprise. Returns it.

    Raises DomainError ``status.unknown`` for one that is not given by hand, ``reason.missing`` for anything but confirming.
    """
    if status not in SETTABLE:
        raise DomainError("status.unknown", _("状态只能改成自报待核、已核实或已注销；并入另一家请用合并。"))
    row = _locked(pk)
    before = row.status
    if before == status:
        return row
    if (before, status) != (Enterprise.Status.CLAIMED, Enterprise.Status.CONFIRMED):
        reason = need_reason(reason)
    row.status = status
    row.save(update_fields=["status"])
    record(actor, "enterprise.status", row, changes={"status": [before, str(status)]}, reason=reason)
    return row


@transaction.atomic
def move_district(pk, district, *, actor, reason):
    """Let an enterprise belong to another district from now on; what was counted stays where it was counted. Returns it.

    For the city's administrators only. Raises DomainError ``reason.missing``.
    """
    reason = need_reason(reason)
    row = _locked(pk)
    before = row.district_id
    if before == district.pk:
        return row
    row.district = district
    row.save(update_fields=["district"])
    record(actor, "enterprise.move_district", row, changes={"district": [before, district.pk]}, reason=reason)
    return row
