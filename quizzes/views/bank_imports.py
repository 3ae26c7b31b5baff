"""题库 at the 工作台: files in (upload → seen row by row → confirmed), files out."""

from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.policies import policy_for
from core.spreadsheets import CONTENT_TYPE

from .. import exporting, importing
from ..exchange import refused, sheet_template
from ..forms.bank import BankFilterForm, BankUploadForm
from ..models import BankImport, Kind
from .bank import BankView, topics, visible_revisions

PER_PAGE = 50

SHOWN = {
    "refused": gettext_lazy("退回"),
    "new": gettext_lazy("新题"),
    "reworded": gettext_lazy("改写"),
    "moved": gettext_lazy("换类别"),
    "same": gettext_lazy("没有变化"),
}


def _file(content, name, content_type):
    answer = HttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    return answer


class BankImportListView(BankView):
    """The upload, the template, and the files that came before."""

    edits = True

    def get(self, request, form=None):
        batches = policy_for(BankImport).visible(request.user).select_related("uploaded_by__person")
        context = {
            "form": form or BankUploadForm(),
            "page_obj": Paginator(batches, 20).get_page(request.GET.get("page")),
            "topics": topics(),
        }
        return render(request, "quizzes/bank/imports.html", context, status=422 if form is not None else 200)

    def post(self, request):
        form = BankUploadForm(request.POST, request.FILES)
        if form.is_valid():
            data = form.cleaned_data
            try:
                batch = importing.receive(request.user, data["file"], data["topic"], approve=data["approve"])
                return redirect("desk:question-import", batch.pk)
            except DomainError as refusal:
                form.add_error("file", refusal.sentence)
        return self.get(request, form)


class BankImportView(BankView):
    """One file, row by row as the bank is now; confirming writes the good rows."""

    edits = True

    def get(self, request, pk):
        batch = policy_for(BankImport).get(request.user, pk=pk)
        try:
            _header, rows = importing.read(batch)
        except DomainError as refusal:
            return render(request, "quizzes/bank/import.html", {"batch": batch, "refused": refusal.sentence})
        counts = importing.count(rows)
        only = request.GET.get("only") if request.GET.get("only") in counts else None
        listed = [row for row in rows if row.outcome == only] if only else rows
        tabs = [{"title": _("全部"), "url": "?", "count": len(rows), "current": only is None}]
        tabs += [
            {"title": title, "url": f"?only={name}", "count": counts[name], "current": only == name}
            for name, title in SHOWN.items()
            if counts[name]
        ]
        page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
        for row in page:
            row.outcome_word = SHOWN[row.outcome]
            row.kind_word = Kind(row.item["kind"]).label if row.item else ""
        context = {
            "batch": batch,
            "counts": counts,
            "writes": counts["new"] + counts["reworded"] + counts["moved"],
            "page_obj": page,
            "tabs": tabs,
        }
        return render(request, "quizzes/bank/import.html", context)

    def post(self, request, pk):
        policy_for(BankImport).get(request.user, "change", pk=pk)
        try:
            batch = importing.write(pk, request.user)
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(
                request,
                _("已导入：新题 %(new)s 道，改写 %(reworded)s 道，换类别 %(moved)s 道；退回 %(refused)s 行。")
                % batch.counts,
            )
        return redirect("desk:question-import", pk)


class BankRefusedView(BankView):
    """The rows of a file that were refused, as a workbook with the reasons in front."""

    edits = True

    def get(self, request, pk):
        batch = policy_for(BankImport).get(request.user, pk=pk)
        try:
            header, rows = importing.read(batch)
        except DomainError:
            raise Http404 from None
        rows = [row for row in rows if row.outcome == importing.REFUSED]
        if not rows:
            raise Http404
        content = refused.of_sheet(header, rows) if header else refused.of_text(rows)
        return _file(content, _("退回的题-%(name)s.xlsx") % {"name": Path(batch.file_name).stem}, CONTENT_TYPE)


class BankTemplateView(BankView):
    """The workbook to fill in."""

    edits = True

    def get(self, request):
        return _file(sheet_template.template(), _("试题导入模板.xlsx"), CONTENT_TYPE)


class BankExportView(BankView):
    """What the filter leaves, as a file. Before it is made the page says what each format cannot carry."""

    def get(self, request):
        form, found = self.found(request, request.GET)
        losses = exporting.losses(exporting.items(found, with_pictures=False))
        formats = [
            {"name": name, "label": exporting.FORMATS[name][0], "losses": sentences}
            for name, sentences in losses.items()
        ]
        return render(request, "quizzes/bank/export.html", {"form": form, "count": len(found), "formats": formats})

    def post(self, request):
        name = request.POST.get("format")
        if name not in exporting.FORMATS:
            raise Http404
        _form, found = self.found(request, request.POST)
        if not found:
            messages.error(request, _("没有符合的题，没有导出。请放宽筛选。"))
            return redirect("desk:question-export")
        _label, writer, ending, content_type = exporting.FORMATS[name]
        record(
            request.user, "question.export", request.user, changes={"format": ["", name], "count": [None, len(found)]}
        )
        file_name = f"{_('题库')}_{clock.today():%Y%m%d}.{ending}"
        return _file(writer.write(exporting.items(found)), file_name, content_type)

    def found(self, request, query):
        form = BankFilterForm(query, topics=topics())
        return form, list(form.narrow(visible_revisions(request.user)).select_related("question", "picture"))
