"""Filling a round from a workbook."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.big_sheets import write_sheet
from core.exceptions import DomainError
from core.policies import policy_for
from core.spreadsheets import CONTENT_TYPE
from enterprises.forms.imports import ColumnsForm
from enterprises.imports.staff import FIELDS
from enterprises.imports.workbooks import template

from ... import roster
from ...models import RosterImport, Round
from .access import DeskView

WORDS = {
    "registered": gettext_lazy("上名单"),
    "waiting": gettext_lazy("候补"),
    "same": gettext_lazy("已在名单"),
    "refused": gettext_lazy("退回"),
}


class RosterView(DeskView):
    """The upload, and what was uploaded before."""

    def get(self, request, pk, **context):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        batches = list(round_.roster_imports.select_related("uploaded_by__person")[:20])
        for batch in batches:
            batch.counted = roster.counts(batch)
        context |= {"round": round_, "batches": batches}
        return render(request, "training/desk_roster.html", context, status=422 if "error" in context else 200)

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise DomainError("roster.file", _("请选一个 xlsx 或 csv 文件。"))
            batch = roster.receive(round_.pk, upload, actor=request.user)
        except DomainError as refused:
            return self.get(request, pk, error=refused.sentence)
        return redirect("desk:roster-import", pk, batch.pk)


class RosterImportView(DeskView):
    """One workbook: the columns, what would happen to each line, and the three acts."""

    def batch(self, request, pk, batch):
        self.round = policy_for(Round).get(request.user, "change", pk=pk)
        return get_object_or_404(RosterImport.objects.select_related("uploaded_by"), pk=batch, round=self.round)

    def get(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        cells = dict(map(tuple, row.rows))
        context = {
            "round": self.round,
            "batch": row,
            "counts": roster.counts(row),
            "lacking": roster.missing(row),
            "lines": [(line, what, WORDS.get(what, what), said, cells[line]) for line, what, said, _key in row.outcome],
            "columns": ColumnsForm(fields=FIELDS, header=row.header, matched=row.matched),
        }
        return render(request, "training/desk_roster_import.html", context)

    def post(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        act = request.POST.get("act")
        try:
            if act == "match":
                chosen = {field.name: request.POST.get(field.name, "") for field in FIELDS}
                roster.rematch(row.pk, chosen, actor=request.user)
            elif act == "look":
                roster.look(row.pk)
            elif act == "undo":
                n = roster.take_back(row.pk, actor=request.user)
                messages.success(request, _("已从名单取消 %(n)s 位；签过到的不动。") % {"n": n})
            elif act == "write":
                done = roster.counts(roster.write(row.pk, actor=request.user))
                messages.success(
                    request,
                    _("上名单 %(in)s 位，候补 %(wait)s 位，退回 %(out)s 行。")
                    % {"in": done["registered"], "wait": done["waiting"], "out": done["refused"]},
                )
                return redirect("desk:round", pk)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:roster-import", pk, batch)


class RosterRefusedView(RosterImportView):
    """The refused lines as the workbook they came in, with the reason in front."""

    http_method_names = ["get"]

    def get(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        header = [text or _("（第 %(n)s 列）") % {"n": place + 1} for place, text in enumerate(row.header)]
        width = len(header)
        lines = [[said, *(cells + [""] * width)[:width]] for said, cells in roster.refused_rows(row)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "refused.xlsx"
            write_sheet(path, _("退回的行"), [_("错误原因"), *header], lines, widths=[60] + [16] * width, red=0)
            return workbook(path.read_bytes(), "refused.xlsx")


class RosterTemplateView(DeskView):
    """The workbook to fill in."""

    def get(self, request, pk):
        policy_for(Round).get(request.user, "change", pk=pk)
        return workbook(template("staff"), "roster.xlsx")


def workbook(content, name):
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
