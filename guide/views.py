"""What the guide serves beside its pages: the way from a typed number, blank forms, PDFs, the list of words."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import View
from wagtail.models import Page

from core import clock, limits
from core.page_cache import cache_for
from core.spreadsheets import CONTENT_TYPE

from . import printing, tasks
from .forms import FeedbackForm
from .models import ClausePage, Feedback, GlossaryTerm, ToolPage
from .outline import edition_of

FEEDBACK_AN_HOUR = 120
"""A whole class may sit behind one address."""


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


def _booklet(request, key):
    booklet = printing.Booklet(key, edition_of(request))
    if not booklet.nodes:
        raise Http404
    return booklet


class FeedbackView(View):
    """有用吗？ under a page: fetched when the reader gets there, so that the page itself is the same for everyone."""

    def get(self, request, pk):
        return self.answer(get_object_or_404(Page.objects.live(), pk=pk))

    def post(self, request, pk):
        page = get_object_or_404(Page.objects.live(), pk=pk)
        form = FeedbackForm(request.POST)
        if not form.is_valid():
            return self.answer(page, form=form, status=422)
        if not limits.allow(f"feedback:{limits.address(request)}", FEEDBACK_AN_HOUR, 3600):
            return self.answer(page, refused=_("这个网络这一小时说得太多了，过一会儿再来。"), status=429)
        Feedback.objects.create(page=page, at=clock.now(), **form.cleaned_data)
        return self.answer(page, thanked=True)

    def answer(self, page, *, status=200, **context):
        template = "guide/_feedback.html" if self.request.htmx else "guide/feedback.html"
        return render(self.request, template, {"page": page} | context, status=status)


class PrintView(View):
    """A clause, a chapter or the whole guide as a PDF: have it made, see how far it is, take it."""

    def get(self, request, key):
        booklet = _booklet(request, key)
        template = "guide/_print_state.html" if request.htmx else "guide/print.html"
        return render(request, template, {"booklet": booklet, "edition": booklet.edition})

    def post(self, request, key):
        booklet = _booklet(request, key)
        if printing.claim(booklet):
            tasks.print_booklet.delay(booklet.key, booklet.edition)
        return HttpResponseRedirect(f"{reverse('guide:print', args=[key])}?edition={booklet.edition}")


@require_safe
def printed_file(request, key):
    """The PDF, when it has been made for the present state of the pages; else back to where it can be asked for."""
    booklet = _booklet(request, key)
    if not booklet.ready:
        return HttpResponseRedirect(f"{reverse('guide:print', args=[key])}?edition={booklet.edition}")
    file = default_storage.open(booklet.file_name)
    return FileResponse(file, as_attachment=True, filename=booklet.download_name, content_type="application/pdf")


@require_safe
def words(request):
    """ISO words and what the workshop calls them."""
    return cache_for(render(request, "guide/words.html", {"terms": GlossaryTerm.objects.all()}), 3600)
