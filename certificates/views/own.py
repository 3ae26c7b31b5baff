"""One's own certificate, for the holder and whom the policy lets see the full name."""

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.services import person_of

from .. import badges, public
from .. import picture as pictures
from ..models import Certificate, Status
from .public import HEADINGS, timeline


@login_required
@require_safe
@never_cache
def wall(request):
    """我的证明: every one the reader holds, the newest first."""
    person = person_of(request.user)
    rows = Certificate.objects.newest().with_status().filter(holder=person) if person else Certificate.objects.none()
    return render(request, "certificates/wall.html", {"rows": list(rows.order_by("-issued_on", "-pk")[:100])})


def _visible(request, number):
    return policy_for(Certificate).get(request.user, number=number, replaced_by=None)


@login_required
@require_safe
@never_cache
def detail(request, number):
    """The certificate as a picture, its download, its history. While the PDF is being made the page asks again by itself."""
    row = _visible(request, number)
    found = public.public_words(row)
    context = {"row": row, "found": found, "heading": HEADINGS[Status(row.status)], "timeline": timeline(found)}
    if request.htmx:
        return render(request, "certificates/_download.html", context)
    return render(request, "certificates/detail.html", context)


@login_required
@require_safe
@never_cache
def pdf(request, number):
    """The stored file, byte for byte; not made yet, back to the page that waits for it."""
    row = _visible(request, number)
    if not row.pdf:
        return redirect("certificates:detail", number)
    name = f"{row.words['title']}_{row.words['name']}_{row.number}.pdf"
    return FileResponse(row.pdf.open("rb"), as_attachment=True, filename=name, content_type="application/pdf")


@login_required
@require_safe
@never_cache
def credential(request, number):
    """The same as an Open Badges 3.0 file, with the full name, for a digital wallet."""
    row = _visible(request, number)
    try:
        data = badges.credential(row, masked=False)
    except DomainError as refused:
        return JsonResponse({"detail": refused.sentence}, status=410, json_dumps_params={"ensure_ascii": False})
    headers = {"Content-Disposition": content_disposition_header(True, f"{row.number}.json")}
    return JsonResponse(data, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 2})


@login_required
@require_safe
@never_cache
def picture(request, number):
    """The same sheet as a PNG, for keeping by a long press inside WeChat, where files cannot be downloaded."""
    row = _visible(request, number)
    try:
        content = pictures.draw(row)
    except DomainError:
        raise Http404 from None
    return HttpResponse(content, content_type="image/png")
