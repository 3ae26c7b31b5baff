"""The verbs of certificates: issue, correct, revoke. Their files: ``rendering``; what the public reads: ``public``."""

import hashlib
import json
import re

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.exceptions import DomainError
from core.text import mask_name

from . import numbers, proofs, wording
from .models import Certificate, CertificateEvent, CertificateSeries, CertificateTemplate

superseded = []
"""``f(old, new)``: a version follows another. Whoever points at the old row points at the new one from now on."""

REQUIRED = ("name", "enterprise", "course_title", "period", "class_hours", "result")
OPTIONAL = ("round_label", "basis", "organiser", "co_organiser")
OF_THE_TEMPLATE = ("title", "citation", "statement", "edition_line", "remark", "issued_on", "valid_until", "note")
"""What a correction leaves as first issued."""
CHUNK = 20
"""Certificates per rendering task: under a second, so that a single one is not kept waiting behind a whole round."""

_FIGURE = re.compile(r"\d+(\.\d+)?")
_ORDINARY_CLASS_HOUR = 45


def ensure_template(key="round", **fields):
    """The newest active template of ``key``, made with ``fields`` (else the standard words) when there is none."""
    row = _template(key)
    if row is None:
        standard = {
            "citation": _("参加下列培训，经考核合格，特发此证明。"),
            "statement": _(
                "本证明仅说明持证人完成上述培训并通过考核，不作为质量管理体系认证或职业资格的证明；本培训为公益性质。"
            ),
            "basis": "GB/T 19001—2016／ISO 9001:2015",
            "validity_years": 3,
        }
        row = CertificateTemplate(key=key, **(standard | fields))
        row.full_clean()
        row.save()
    return row


def _template(key):
    rows = CertificateTemplate.objects.filter(key=key, active=True).select_related("seal__organiser")
    return rows.order_by("-version").first()


def words_hash(number, version, words):
    """SHA-256 over number, version and words in one fixed form, as hex."""
    fixed = json.dumps([number, version, words], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(fixed.encode()).hexdigest()


def day_text(day):
    """2026年11月2日"""
    return f"{day.year}年{day.month}月{day.day}日"


def complete_words(given, template, issued_on, expires_on):
    """Every printed field as text: what the source gives, the template's for the rest. Nothing else is ever printed.

    Class hours given as a figure become “20 学时（每学时 45 分钟）”. Raises DomainError ``certificate.words`` for a missing
    or unknown field, ``certificate.forbidden`` for a word a training certificate must not carry.
    """
    missing = [name for name in REQUIRED if name not in given]
    unknown = sorted(set(given) - {*REQUIRED, *OPTIONAL})
    if missing or unknown or not given["name"].strip():
        raise DomainError(
            "certificate.words",
            _("证明上的内容不齐：%(fields)s。请补齐后再发。") % {"fields": "、".join(missing + unknown) or "name"},
        )
    words = {name: str(given.get(name, "")).strip() for name in (*REQUIRED, *OPTIONAL)}
    for name, label in (("course_title", _("培训项目")), ("round_label", _("轮次"))):
        found = wording.forbidden(words[name])
        if found:
            raise DomainError("certificate.forbidden", wording.refusal(label, found))
    if _FIGURE.fullmatch(words["class_hours"]):
        words["class_hours"] = _("%(n)s 学时（每学时 %(minutes)s 分钟）") % {
            "n": words["class_hours"],
            "minutes": _ORDINARY_CLASS_HOUR,
        }
    words["basis"] = words["basis"] or template.basis
    words["organiser"] = words["organiser"] or template.organiser
    return words | {
        "title": template.title,
        "citation": template.citation,
        "statement": template.statement,
        "signatory": template.signatory or words["organiser"],
        "edition_line": template.edition_line,
        "remark": template.remark,
        "issued_on": day_text(issued_on),
        "valid_until": _("%(day)s（建议复训）") % {"day": day_text(expires_on)} if expires_on else "",
        "note": _("示例：人员与单位均为虚构") if settings.DEMO else "",
    }


def last_day(issued_on, years):
    """The day before the same date ``years`` later; issued on 29 February it ends with a February."""
    if not years:
        return None
    try:
        end = issued_on.replace(year=issued_on.year + years)
    except ValueError:
        end = issued_on.replace(year=issued_on.year + years, month=3, day=1)
    return end.fromordinal(end.toordinal() - 1)


def issue(*, source_key, series_key, holder, words, template_key, issued_on, actor=None):
    """The certificate of one fact, made inside the caller's transaction; see ``issue_many``."""
    items = [{"source_key": source_key, "holder": holder, "words": words}]
    return issue_many(items, series_key=series_key, template_key=template_key, issued_on=issued_on, actor=actor)[0]


@transaction.atomic
def issue_many(items, *, series_key, template_key, issued_on, actor=None):
    """Certificates for ``items`` (dicts of source_key, holder, words), in their order; a handful of queries however many.

    ``series_key`` is the number without serial, with or without the programme's prefix. Asking again for a source returns
    its newest certificate as it is, whatever its status. The PDFs are made after commit. Raises DomainError
    ``certificate.template`` when no active template has that key, and those of ``complete_words``.
    """
    items = list(items)
    sources = [item["source_key"] for item in items]
    present = _newest_by_source(sources)
    if len(present) == len(set(sources)):
        return [present[source] for source in sources]
    template = _template(template_key)
    if template is None:
        raise DomainError(
            "certificate.template", _("没有在用的证明模板“%(key)s”，请先到后台建好。") % {"key": template_key}
        )
    if not series_key.startswith(f"{settings.CERTIFICATE_PREFIX}-"):
        series_key = f"{settings.CERTIFICATE_PREFIX}-{series_key}"
    CertificateSeries.objects.get_or_create(key=series_key)
    series = CertificateSeries.objects.select_for_update().get(key=series_key)
    # Under the lock: another issuer may have been here since the first look.
    present = _newest_by_source(sources)
    expires_on = last_day(issued_on, template.validity_years)
    signer = proofs.signer()
    fresh = {}
    for item in items:
        source = item["source_key"]
        if source in present or source in fresh:
            continue
        series.last_serial += 1
        fresh[source] = _new(
            number=numbers.number_of(series.key, series.last_serial),
            words=complete_words(item["words"], template, issued_on, expires_on),
            signer=signer,
            series=series,
            serial=series.last_serial,
            holder=item["holder"],
            source_key=source,
            template=template,
            issued_on=issued_on,
            expires_on=expires_on,
        )
    series.save(update_fields=["last_serial"])
    rows = Certificate.objects.bulk_create(fresh.values())
    _log(rows, CertificateEvent.Kind.ISSUED, actor)
    _render_later([row.pk for row in rows])
    present |= fresh
    return [present[source] for source in sources]


def _newest_by_source(sources):
    rows = Certificate.objects.newest().filter(source_key__in=sources)
    return {row.source_key: row for row in rows}


def _new(*, number, words, template, issued_on, signer, version=1, **fields):
    seal = template.seal
    return Certificate(
        number=number,
        number_key=numbers.comparable(number),
        version=version,
        words=words,
        words_hash=words_hash(number, version, words),
        template=template,
        issued_on=issued_on,
        seal=seal if seal and seal.covers(issued_on, words["signatory"]) else None,
        proof=proofs.make(signer, number, version, words),
        **fields,
    )


def _log(rows, kind, actor, reason="", authority=""):
    actor = actor if getattr(actor, "pk", None) else None
    CertificateEvent.objects.bulk_create(
        CertificateEvent(certificate=row, kind=kind, actor=actor, reason=reason, authority=authority) for row in rows
    )


def _render_later(ids):
    from . import tasks

    for at in range(0, len(ids), CHUNK):
        tasks.render.delay_on_commit(ids[at : at + CHUNK])


def _newest_locked(certificate, reason):
    if not reason.strip():
        raise DomainError("certificate.reason", _("请写明原因，查验的人会看到。"))
    row = Certificate.objects.select_for_update(of=("self",)).newest().get(number=certificate.number)
    if row.revoked:
        raise DomainError("certificate.revoked", _("这张证明已经撤销，不能再改；需要的话请发一张新编号的。"))
    return row


@transaction.atomic
def correct(certificate, changes, *, actor, reason):
    """A further version under the same number with ``changes`` to its words; the earlier one still verifies, as corrected.

    Issue date and validity stay. ``changes`` may name the fields of REQUIRED and OPTIONAL; when it changes nothing the
    certificate is returned as it is. Raises DomainError ``certificate.reason`` without a reason, ``certificate.revoked``,
    ``certificate.words``, ``certificate.forbidden``.
    """
    old = _newest_locked(certificate, reason)
    given = {name: old.words[name] for name in (*REQUIRED, *OPTIONAL)} | changes
    words = complete_words(given, old.template, old.issued_on, old.expires_on)
    # The words of the template stay those of the first issue, even if a mistake in them was mended in place since.
    words |= {name: old.words.get(name, "") for name in OF_THE_TEMPLATE}
    if words == {"edition_line": "", "remark": ""} | old.words:
        return old
    row = _new(
        number=old.number,
        version=old.version + 1,
        words=words,
        signer=proofs.signer(),
        replaces=old,
        series_id=old.series_id,
        serial=old.serial,
        holder_id=old.holder_id,
        source_key=old.source_key,
        template=old.template,
        issued_on=old.issued_on,
        expires_on=old.expires_on,
    )
    row.save(force_insert=True)
    _log([row], CertificateEvent.Kind.CORRECTED, actor, reason)
    moved = {
        name: [_shown(name, old.words), _shown(name, words)] for name in words if words[name] != old.words.get(name)
    }
    record(actor, "certificate.correct", row, changes=moved | {"version": [old.version, row.version]}, reason=reason)
    for follow in superseded:
        follow(old, row)
    _render_later([row.pk])
    return row


def _shown(field, words):
    """A printed word as the audit trail may keep it."""
    return mask_name(words["name"]) if field == "name" else words.get(field, "")


@transaction.atomic
def revoke(certificate, *, actor, reason, authority=""):
    """撤销: the number stays taken, every version of it shows as revoked with the reason. Asking again changes nothing.

    ``authority`` is who decided; without it the revocation only follows from a correction of what was certified. Raises
    DomainError ``certificate.reason`` without a reason.
    """
    try:
        row = _newest_locked(certificate, reason)
    except DomainError as error:
        if error.code != "certificate.revoked":
            raise
        return certificate
    _log([row], CertificateEvent.Kind.REVOKED, actor, reason, authority.strip())
    record(actor, "certificate.revoke", row, changes={"status": ["valid", "revoked"]}, reason=reason)
    return row


def revoked_by_decision(certificate):
    """Whether somebody decided that this number be revoked: then what it certified does not bring another one forth by itself."""
    revocations = CertificateEvent.objects.filter(
        certificate__number=certificate.number, kind=CertificateEvent.Kind.REVOKED
    )
    return revocations.exclude(authority="").exists()
