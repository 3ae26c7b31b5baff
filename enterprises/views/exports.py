"""Taking lists out."""

import tempfile
from pathlib import Path

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core import clock, tables
from core.big_sheets import write_sheet
from core.exceptions import DomainError

from .. import exports
from ..forms.imports import ExportForm
from .imports import Door, send


class ExportView(Door):
    """One's enterprises or people as xlsx or csv. Asked for by POST: it is recorded who took what."""

    def get(self, request):
        return self.answer(self.form())

    def post(self, request):
        form = self.form(request.POST)
        if not form.is_valid():
            return self.answer(form, 422)
        asked = form.cleaned_data
        try:
            export = exports.prepare(
                request.user,
                asked.get("kind", "people"),
                plain=asked.get("plain", False),
                reason=asked.get("reason", ""),
                enterprise=self.enterprise,
            )
        except DomainError as refusal:
            form.add_error("reason" if refusal.code == "export.reason" else None, refusal.sentence)
            return self.answer(form, 422)
        name = f"{export.title}-{clock.today()}.{asked['file']}"
        if asked["file"] == "csv":
            return StreamingHttpResponse(
                tables.csv_lines(export.header, export.rows),
                content_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": content_disposition_header(True, name)},
            )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export.xlsx"
            widths = [*export.widths, *[16] * (len(export.header) - len(export.widths))]
            write_sheet(path, export.title, export.header, export.rows, widths=widths)
            # Open files outlive their folder.
            return send(path, name)

    def form(self, data=None):
        return ExportForm(data, may_plain=exports.may_plain(self.request.user), one_enterprise=bool(self.enterprise))

    def answer(self, form, status=200):
        return self.page("enterprises/export.html", {"form": form, "title": _("导出名单")}, status)
