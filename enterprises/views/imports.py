"""Importing at the 工作台, and the same screens for the contact of one enterprise."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core.exceptions import DomainError
from core.policies import policy_for
from core.spreadsheets import CONTENT_TYPE

from ..forms.imports import ColumnsForm, UploadForm
from ..imports import kinds, progress, receiving, refused, workbooks
from ..imports.rows import header_of
from ..models import Enterprise, ImportBatch
from ..policies import rights_of
from ..policies.imports import may_import

State = ImportBatch.State
BUSY = (State.CHECKING, State.WRITING, State.UNDOING)
PER_PAGE = 50


class Door(LoginRequiredMixin, View):
    """Two doors to the same screens: the desk, and one enterprise (``enterprise`` in the address) for who keeps its staff list."""

    enterprise = None
    right = "staff"

    def dispatch(self, request, *args, enterprise=None, **kwargs):
        if request.user.is_authenticated:
            if enterprise is not None:
                self.enterprise = policy_for(Enterprise).get(request.user, self.right, pk=enterprise)
            elif not (may_import(request.user) or rights_of(request.user).city):
                raise Http404
        return super().dispatch(request, *args, **kwargs)

    def link(self, name, *arguments):
        """The address of a screen behind the same door."""
        if self.enterprise is None:
            return reverse(f"desk:{name}", args=arguments)
        return reverse(f"enterprises:{name}", args=[self.enterprise.pk, *arguments])

    def batches(self, user):
        """The batches that belong behind this door."""
        return policy_for(ImportBatch).visible(user).filter(enterprise=self.enterprise)

    def batch(self, pk, action=None):
        """One of them: 404 behind the other door."""
        return policy_for(ImportBatch).get(self.request.user, action, pk=pk, enterprise=self.enterprise)

    def page(self, template, context, status=200):
        context |= {
            "enterprise": self.enterprise,
            "base": "base.html" if self.enterprise else "base_desk.html",
            "list_url": self.link("imports"),
        }
        return render(self.request, template, context, status=status)


class ImportListView(Door):
    """The batches, the templates, and the upload."""

    def get(self, request):
        return self.answer(UploadForm(enterprise=self.enterprise))

    def post(self, request):
        if self.enterprise is None and not may_import(request.user):
            raise PermissionDenied
        form = UploadForm(request.POST, request.FILES, enterprise=self.enterprise)
        if form.is_valid():
            try:
                kind = form.cleaned_data.get("kind", "staff")
                batch = receiving.receive(request.user, kind, form.cleaned_data["file"], self.enterprise)
                return redirect(self.link("import", batch.pk))
            except DomainError as refusal:
                form.add_error("file", refusal.sentence)
        return self.answer(form, 422)

    def answer(self, form, status=200):
        batches = self.batches(self.request.user).select_related("uploaded_by__person")
        page = Paginator(batches, 20).get_page(self.request.GET.get("page"))
        for batch in page:
            batch.url = self.link("import", batch.pk)
        names = ["staff"] if self.enterprise else list(kinds.KINDS)
        templates = [(kinds.KINDS[name].LABEL, self.link("import-template", name)) for name in names]
        context = {
            "form": form,
            "page_obj": page,
            "templates": templates,
            "may_upload": bool(self.enterprise) or may_import(self.request.user),
        }
        return self.page("enterprises/import_list.html", context, status)


class ImportView(Door):
    """One batch: match the columns → see what would happen → confirm → the result, and taking it back."""

    def get(self, request, pk):
        batch = self.batch(pk)
        busy = batch.state in BUSY
        if request.htmx:
            answer = (
                render(request, "enterprises/_import_progress.html", self.progress(batch)) if busy else HttpResponse()
            )
            if not busy:
                answer["HX-Refresh"] = "true"
            return answer
        return self.answer(batch)

    def post(self, request, pk):
        batch = self.batch(pk, "change")
        form = None
        try:
            match request.POST.get("do"):
                case "match":
                    form = self.columns(batch, request.POST)
                    if not form.is_valid():
                        return self.answer(batch, form, 422)
                    receiving.check(pk, form.cleaned_data)
                case "confirm":
                    receiving.confirm(pk)
                case "undo":
                    receiving.take_back(pk)
        except DomainError as refusal:
            if form is not None:
                form.add_error(None, refusal.sentence)
                return self.answer(batch, form, 422)
            messages.error(request, refusal.sentence)
        return redirect(self.link("import", pk))

    def columns(self, batch, data=None):
        fields = kinds.KINDS[batch.kind].fields_for(batch.enterprise)
        return ColumnsForm(data, fields=fields, header=header_of(batch), matched=batch.columns["fields"])

    def progress(self, batch):
        return {"batch": batch, "percent": progress.of(batch), "url": self.link("import", batch.pk)}

    def answer(self, batch, form=None, status=200):
        matching = form is not None or batch.state == State.UPLOADED or "match" in self.request.GET
        context = self.progress(batch) | {
            "form": (form or self.columns(batch))
            if matching and batch.state not in (State.DONE, State.UNDONE)
            else None,
            "may_change": policy_for(ImportBatch).may(self.request.user, "change", batch),
            "busy": batch.state in BUSY,
            "writes": batch.counts.get("new", 0) + batch.counts.get("changed", 0),
            "refused_url": self.link("import-refused", batch.pk),
            "missing": receiving.missing(batch),
        }
        if batch.counts.get("refused") and not matching:
            context["page_obj"] = Paginator(_Refused(batch), PER_PAGE).get_page(self.request.GET.get("page"))
        return self.page("enterprises/import_batch.html", context, status)


class _Refused:
    """The refused rows of a batch as something a Paginator can cut pages from without reading the rest."""

    ordered = True

    def __init__(self, batch):
        self.batch = batch
        heading = batch.columns["fields"].get("name")
        header = header_of(batch)
        self.place = header.index(heading) if heading in header else None

    def __len__(self):
        return self.batch.counts["refused"]

    def __getitem__(self, part):
        for_name = self.place
        return [
            {
                "number": number,
                "name": cells[for_name] if for_name is not None and for_name < len(cells) else "",
                "errors": errors,
            }
            for number, cells, errors in refused.read(self.batch, part.start, part.stop)
        ]


def send(path, name):
    """A file made in a temporary folder, streamed; gone when it is closed."""
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=CONTENT_TYPE)


class ImportRefusedView(Door):
    """The refused rows as the workbook they came in, with the reasons in front."""

    def get(self, request, pk):
        batch = self.batch(pk)
        if not batch.refused:
            raise Http404
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "refused.xlsx"
            workbooks.refused_rows(batch, path)
            # Open files outlive their folder.
            return send(path, _("退回的行-%(name)s.xlsx") % {"name": Path(batch.file_name).stem})


class ImportTemplateView(Door):
    """The template to fill in."""

    def get(self, request, kind):
        if kind not in kinds.KINDS or (self.enterprise and kind != "staff"):
            raise Http404
        answer = HttpResponse(workbooks.template(kind, self.enterprise), content_type=CONTENT_TYPE)
        name = _("%(what)s导入模板.xlsx") % {"what": kinds.KINDS[kind].LABEL}
        answer.headers["Content-Disposition"] = _disposition(name)
        return answer


def _disposition(name):
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name)
