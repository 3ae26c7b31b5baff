"""Checking a paper, for anyone."""

import json
from functools import wraps

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import clock
from core.exceptions import DomainError
from enterprises.policies import rights_of

from .. import badges, limits, proofs, public, services
from ..forms import VerifyForm
from ..models import CertificateEvent, Status


def not_indexed(view):
    """No search engine keeps what is on a person's paper."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return wrapped


# Anyone --------------------------------------------------------------------------------------------------------------


def _reader(request):
    """Who sees their own name whole: the person signed in, or None. No query for a visitor."""
    return rights_of(request.user).person_id


@require_safe
@never_cache
@not_indexed
def verify(request):
    """The form; with ``number`` and ``code`` in the address, its answer. Wrong number and wrong code look the same."""
    if not request.GET:
        return render(request, "certificates/verify.html", {"form": VerifyForm()})
    form = VerifyForm(request.GET)
    if not form.is_valid():
        return render(request, "certificates/verify.html", {"form": form})
    if limits.exhausted(request):
        return _too_many(request)
    found = public.verify(**form.cleaned_data, reader=_reader(request))
    if found is None:
        limits.miss(request)
        return render(request, "certificates/verify.html", {"form": form, "missed": True})
    return _answer(request, found)


@require_safe
@never_cache
@not_indexed
def by_token(request, token):
    """Where the QR code leads."""
    if limits.exhausted(request):
        return _too_many(request)
    found = public.by_token(token, _reader(request))
    if found is None:
        limits.miss(request)
        return render(request, "certificates/verify.html", {"form": VerifyForm(), "missed": True}, status=404)
    return _answer(request, found)


@require_safe
@never_cache
@not_indexed
def by_token_json(request, token):
    """The same for programs: every printed field, the name masked, status and history."""
    if limits.exhausted(request):
        wait = limits.retry_after()
        return JsonResponse({"detail": _("查得太多，请过一会儿再试。")}, status=429, headers={"Retry-After": str(wait)})
    found = public.by_token(token)
    if found is None:
        limits.miss(request)
        return JsonResponse({"detail": _("没有查到。")}, status=404)
    return JsonResponse(public.as_data(found), json_dumps_params={"ensure_ascii": False})


@require_safe
@never_cache
@not_indexed
def by_token_credential(request, token):
    """The Open Badges 3.0 credential by its address, the name masked; 410 when revoked."""
    if limits.exhausted(request):
        return _too_many(request)
    row = public.certificate_of(token)
    if row is None:
        limits.miss(request)
        return JsonResponse({"detail": _("没有查到。")}, status=404)
    try:
        data = badges.credential(row, masked=True)
    except DomainError as refused:
        return JsonResponse({"detail": refused.sentence}, status=410, json_dumps_params={"ensure_ascii": False})
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


@require_safe
def offline(request):
    """Checks the text of a QR code in the browser, by the public keys that stand in the page; asks nobody."""
    labels = [[name, str(label)] for name, label in proofs.FIELDS]
    context = {"keys": json.dumps(proofs.published()), "labels": json.dumps(labels, ensure_ascii=False)}
    return render(request, "certificates/offline.html", context)


@require_safe
def keys(request):
    """Every public key there was, with its dates: for whoever checks papers with programs of their own."""
    fields = [name for name, _label in proofs.FIELDS]
    return JsonResponse({"issuer": settings.SITE_URL, "fields": fields, "keys": proofs.published()})


@require_safe
def statistics(request):
    """How many were issued and revoked, by year and kind. Figures only."""
    return render(request, "certificates/statistics.html", {"years": public.statistics()})


def _too_many(request):
    wait = limits.retry_after()
    response = render(request, "429.html", {"retry_after": wait}, status=429)
    response["Retry-After"] = wait
    return response


HEADINGS = {
    # status: (first half, second half of the heading, the four characters of the seal)
    Status.VALID: (_("这张证明是真的，"), _("现在有效"), _("查验有效")),
    Status.EXPIRED: (_("这张证明是真的，"), _("已过建议复训的日期"), _("已经到期")),
    Status.CORRECTED: (_("这张证明更正过，"), _("请以新的一版为准"), _("已经更正")),
    Status.REVOKED: (_("这张证明已撤销，"), _("不能再用"), _("已经撤销")),
}


def _answer(request, found):
    status = Status(found["status"])
    words = found["words"]
    rows = [(_("证书编号"), found["number"], found["edition"]), (_("姓名"), words["name"], _name_note(found))]
    if words["enterprise"]:
        rows.append((_("所在单位"), words["enterprise"], ""))
    rows += [(label, text, "") for label, text in found["fields"]]
    until = _("有效期至 %(day)s") % {"day": words["valid_until"]} if words["valid_until"] else ""
    rows.append((_("落款日期"), words["issued_on"], until))
    rows.append((_("校验码"), found["check_code"], ""))
    return render(
        request,
        "certificates/answer.html",
        {
            "found": found,
            "words": words,
            "heading": HEADINGS[status],
            "void": status in (Status.REVOKED, Status.CORRECTED),
            "revoked": status == Status.REVOKED,
            "corrected": status == Status.CORRECTED,
            "rows": rows,
            # Where the two-column facts begin in rows, and the number of the date below the issuer's name.
            "first_fact": 3 if words["enterprise"] else 2,
            "date_mark": len(rows) - 1,
            "reason": next((e["reason"] for e in reversed(found["timeline"]) if e["kind"] == "revoked"), ""),
            "authority": next((e["authority"] for e in reversed(found["timeline"]) if e["kind"] == "revoked"), ""),
            "timeline": timeline(found),
            "checked_at": clock.now(),
        },
    )


def _name_note(found):
    if found["own"]:
        return _("您本人登录了，所以看到全名；别人查到的是遮住的")
    if found["erased"]:
        return _("本人已要求删除个人信息，纸上的全名这里不再保存")
    return _("纸上是全名，%(n)s 个字") % {"n": found["name_length"]}


def timeline(found):
    """The history of a number for components/timeline.html, with the day it ends still ahead."""
    texts = {
        CertificateEvent.Kind.ISSUED: _("签发"),
        CertificateEvent.Kind.CORRECTED: _("更正：%(reason)s。重新出了第 %(version)s 版，编号不变"),
        CertificateEvent.Kind.REVOKED: _("%(authority)s决定撤销：%(reason)s。编号不再给别人用"),
    }
    items = [
        {"when": services.day_text(event["on"]), "text": texts[event["kind"]] % _plain(event), "state": ""}
        for event in found["timeline"]
    ]
    items[-1]["state"] = "now"
    end = found["expires_on"]
    if end and found["status"] != Status.REVOKED:
        over = end < clock.today()
        text = _("有效期满，建议复训") if over else _("到这天有效期满，建议复训")
        items.append({"when": services.day_text(end), "text": text, "state": "now" if over else "ahead"})
        items[-2]["state"] = "" if over else "now"
    return items


def _plain(event):
    return {"reason": event["reason"].rstrip("。"), "version": event["version"], "authority": event["authority"]}
