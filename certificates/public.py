"""What the public may read of a certificate, and who may read the name unmasked."""

import hmac

from django.db.models import Count

from core import clock
from core.text import mask_name

from . import layout, numbers
from .models import Certificate, CertificateEvent, Status


def verify(number, code, reader=None):
    """What a stranger with the paper may read, as ``public_words``; None when number and code do not belong together.

    Both as typed: full width, blanks, dashes, lower case, O for 0 and I for 1 are put right.
    """
    code = numbers.comparable(code)
    if len(code) != numbers.CODE_LENGTH:
        return None
    rows = Certificate.objects.with_status().filter(number_key=numbers.comparable(number))
    # Every version is compared, whichever fits: how long a miss takes says nothing of the code.
    fitting = [row for row in rows if hmac.compare_digest(row.check_code.encode(), code.encode())]
    return public_words(fitting[0], reader) if fitting else None


def by_token(token, reader=None):
    """``public_words`` of the certificate whose QR code was scanned, or None."""
    row = certificate_of(token)
    return public_words(row, reader) if row else None


def certificate_of(token):
    """The Certificate with that token, or None."""
    return Certificate.objects.with_status().filter(token=numbers.comparable(token)).select_related("series").first()


def public_words(certificate, reader=None):
    """What may be shown to anyone, as a dict; one query. ``reader`` (a Person's key) sees the name whole on their own.

    ``number``, ``version``, ``status`` (a Status value), ``status_text``, ``words`` (every printed word, the name masked),
    ``name_length``, ``own`` (the reader is the holder), ``token``, ``fields`` (the printed facts as (label, text)),
    ``check_code``, ``edition``, ``issued_on`` and ``expires_on`` (dates), ``erased``, and ``timeline``: dicts of kind,
    kind_text, on (date), reason, authority, version; oldest first.
    """
    words = certificate.words
    own = reader is not None and reader == certificate.holder_id
    name = words["name"] if certificate.erased_at or own else mask_name(words["name"])
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
        "own": own,
        "token": certificate.token,
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
                "authority": event.authority or (words["organiser"] if event.kind == "revoked" else ""),
                "version": event.certificate.version,
            }
            for event in events
        ],
    }


def as_data(found):
    """``public_words`` for programs: text, numbers and dates in ISO form only."""
    kept = {
        name: found[name] for name in ("number", "version", "status", "status_text", "words", "check_code", "erased")
    }
    return kept | {
        "issued_on": found["issued_on"].isoformat(),
        "expires_on": found["expires_on"].isoformat() if found["expires_on"] else None,
        "timeline": [event | {"on": event["on"].isoformat()} for event in found["timeline"]],
    }


def statistics():
    """[{year, title, issued, revoked}], the newest year first; a number counts once, however often it was corrected. Two queries."""
    first = Certificate.objects.filter(version=1)
    by = ("issued_on__year", "template__title")
    issued = first.order_by().values_list(*by).annotate(n=Count("*"))
    events = CertificateEvent.objects.filter(kind=CertificateEvent.Kind.REVOKED).order_by()
    revoked = events.values_list("certificate__issued_on__year", "certificate__template__title").annotate(n=Count("*"))
    gone = {(year, title): n for year, title, n in revoked}
    rows = [
        {"year": year, "title": title, "issued": n, "revoked": gone.get((year, title), 0)} for year, title, n in issued
    ]
    return sorted(rows, key=lambda row: (-row["year"], row["title"]))
