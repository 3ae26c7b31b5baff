"""What the guide serves beside its pages: the way from a typed number, blank forms, the list of words."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from core.page_cache import cache_for
from core.spreadsheets import CONTENT_TYPE

from .models import ClausePage, GlossaryTerm, ToolPage
from .outline import edition_of


@require_safe
def by_number(request, number):
    """/guide/9.2/ as people type it -> the clause's own address in the edition asked for. 404 for an unknown number."""
    edition = edition_of(request)
    clause = ClausePage.objects.numbered(number, edition).first()
    if clause is None:
        raise Http404
    return HttpResponseRedirect(clause.address(edition))


@require_safe
def blank_form(request, code):
    """The blank form of a tool, as a file with a Chinese name (RFC 5987)."""
    tool = ToolPage.objects.live().filter(code__iexact=code).first()
    if tool is None or not tool.has_form:
        raise Http404
    response = HttpResponse(tool.blank_form, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, tool.form_filename)
    return cache_for(response, 3600)


@require_safe
def words(request):
    """ISO words and what the workshop calls them."""
    return cache_for(render(request, "guide/words.html", {"terms": GlossaryTerm.objects.all()}), 3600)
