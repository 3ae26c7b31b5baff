"""The verbs of certificates: issue, correct, revoke, render, and what the public may read of one."""

import hashlib
import json
import logging
import re
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.exceptions import DomainError
from core.text import mask_name

from . import layout, numbers, pdf, wording
from .models import Certificate, CertificateEvent, CertificateSeries, CertificateTemplate, Status

logger = logging.getLogger(__name__)

REQUIRED = ("name", "enterprise", "course_title", "period", "class_hours", "result")
OPTIONAL = ("round_label", "basis", "organiser", "co_organiser")
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
    return CertificateTemplate.objects.filter(key=key, active=True).order_by("-version").first()


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
        "issued_on": day_text(issued_on),
        "valid_until": _("%(day)s（建议复训）") % {"day": day_text(expires_on)} if expires_on else "",
        "note": _("示例：人员与单位均为虚构") if settings.DEMO else "",
    }


def _last_day(issued_on, years):
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
    expires_on = _last_day(issued_on, template.validity_years)
    fresh = {}
    for item in items:
        source = item["source_key"]
        if source in present or source in fresh:
            continue
        series.last_serial += 1
        fresh[source] = _new(
            number=numbers.number_of(series.key, series.last_serial),
            words=complete_words(item["words"], template, issued_on, expires_on),
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


def _new(*, number, words, version=1, **fields):
    return Certificate(
        number=number,
        number_key=numbers.comparable(number),
        version=version,
        words=words,
        words_hash=words_hash(number, version, words),
        **fields,
    )


def _log(rows, kind, actor, reason=""):
    actor = actor if getattr(actor, "pk", None) else None
    CertificateEvent.objects.bulk_create(
        CertificateEvent(certificate=row, kind=kind, actor=actor, reason=reason) for row in rows
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
    words |= {name: old.words[name] for name in ("title", "citation", "statement", "issued_on", "valid_until", "note")}
    if words == old.words:
        return old
    row = _new(
        number=old.number,
        version=old.version + 1,
        words=words,
        replaces=old,
        series_id=old.series_id,
        serial=old.serial,
        holder_id=old.holder_id,
        source_key=old.source_key,
        template_id=old.template_id,
        issued_on=old.issued_on,
        expires_on=old.expires_on,
    )
    row.save(force_insert=True)
    _log([row], CertificateEvent.Kind.CORRECTED, actor, reason)
    _render_later([row.pk])
    return row


@transaction.atomic
def revoke(certificate, *, actor, reason):
    """撤销: the number stays taken, every version of it shows as revoked with the reason. Asking again changes nothing.

    Raises DomainError ``certificate.reason`` without a reason.
    """
    try:
        row = _newest_locked(certificate, reason)
    except DomainError as error:
        if error.code != "certificate.revoked":
            raise
        return certificate
    _log([row], CertificateEvent.Kind.REVOKED, actor, reason)
    return row


# The PDF -------------------------------------------------------------------------------------------------------------


def render(certificate_id):
    """Make the PDF, store it, keep its hash: once. Asking again changes nothing; returns the Certificate.

    A document that cannot be drawn keeps the sentence in ``render_error`` and raises the DomainError of ``pdf.draw``.
    """
    row = Certificate.objects.get(pk=certificate_id)
    if row.rendered_at or row.erased_at:
        return row
    try:
        content = pdf.draw(row)
    except DomainError as error:
        if error.code != "pdf.fonts":
            Certificate.objects.filter(pk=row.pk, rendered_at=None).update(render_error=error.sentence[:200])
        raise
    # The name cannot be guessed: the file holds the full name of a person.
    name = f"certificates/{row.issued_on.year}/{numbers.new_token()}.pdf"
    stored = row.pdf.storage.save(name, ContentFile(content))
    with transaction.atomic():
        taken = Certificate.objects.filter(pk=row.pk, rendered_at=None, erased_at=None).update(
            pdf=stored,
            pdf_sha256=hashlib.sha256(content).hexdigest(),
            rendered_at=clock.now(),
            render_error="",
        )
    if not taken:  # another worker was faster, or the person was erased meanwhile
        row.pdf.storage.delete(stored)
    row.refresh_from_db()
    return row


def render_pending(limit=200):
    """Make the PDFs that are still waiting, at most ``limit``; returns how many were made."""
    made = 0
    for pk in Certificate.objects.to_render().values_list("pk", flat=True)[:limit]:
        try:
            render(pk)
        except DomainError as error:
            logger.warning("certificate %s not rendered: %s", pk, error.code)
            if error.code == "pdf.fonts":
                break
        else:
            made += 1
    return made


# What the public may read --------------------------------------------------------------------------------------------


def verify(number, code):
    """What a stranger with the paper may read, as ``public_words``; None when number and code do not belong together.

    Both as typed: full width, blanks, dashes, lower case, O for 0 and I for 1 are put right.
    """
    code = numbers.comparable(code)
    if len(code) != numbers.CODE_LENGTH:
        return None
    rows = Certificate.objects.with_status().filter(number_key=numbers.comparable(number))
    return next((public_words(row) for row in rows if row.check_code == code), None)


def by_token(token):
    """``public_words`` of the certificate whose QR code was scanned, or None."""
    row = Certificate.objects.with_status().filter(token=numbers.comparable(token)).first()
    return public_words(row) if row else None


def public_words(certificate):
    """What may be shown to anyone, as a dict; one query.

    ``number``, ``version``, ``status`` (a Status value), ``status_text``, ``words`` (every printed word, the name masked),
    ``name_length``, ``fields`` (the printed facts as (label, text)), ``check_code``, ``edition``, ``issued_on`` and
    ``expires_on`` (dates), ``erased``, and ``timeline``: dicts of kind, kind_text, on (date), reason, version; oldest first.
    """
    words = certificate.words
    name = words["name"] if certificate.erased_at else mask_name(words["name"])
    status = Status(certificate.status)
    events = CertificateEvent.objects.filter(certificate__number=certificate.number).select_related("certificate")
    return {
        "number": certificate.number,
        "version": certificate.version,
        "edition": layout.edition_text(certificate.version),
        "status": status.value,
        "status_text": str(status.label),
        "words": words | {"name": name},
        "name_length": len(words["name"]),
        "fields": [(str(label), text) for label, text in layout.facts(words)],
        "check_code": certificate.check_code_text,
        "issued_on": certificate.issued_on,
        "expires_on": certificate.expires_on,
        "erased": certificate.erased_at is not None,
        "timeline": [
            {
                "kind": event.kind,
                "kind_text": str(event.get_kind_display()),
                "on": clock.local_date(event.at),
                "reason": event.reason,
                "version": event.certificate.version,
            }
            for event in events
        ],
    }


# What other apps ask for through core.registry -----------------------------------------------------------------------


def export_person(person):
    """What is held about a person here: their certificates with every printed word."""
    rows = Certificate.objects.with_status().filter(holder=person)
    return _("培训合格证明"), [
        {"number": row.number, "version": row.version, "status": row.status.value} | row.words for row in rows
    ]


def erase_person(person):
    """Remove PDF and name from a person's certificates; number, hash and history stay and can still be verified."""
    for row in Certificate.objects.select_for_update(of=("self",)).filter(holder=person, erased_at=None):
        if row.pdf:
            transaction.on_commit(partial(row.pdf.storage.delete, row.pdf.name))
        row.words = row.words | {"name": mask_name(row.words["name"])}
        row.pdf = ""
        row.erased_at = clock.now()
        row.save(update_fields=["words", "pdf", "erased_at"])


def merge_persons(merging):
    """The loser's certificates belong to the winner from now on; what is printed on them stays."""
    merging.moves.point(Certificate, "holder", merging)
