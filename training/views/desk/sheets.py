"""The paper sheet: printed, photographed, its marks back from a workbook; and the register saved at once."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import DomainError
from core.policies import policy_for
from core.spreadsheets import CONTENT_TYPE

from ... import register, sheets
from ...models import Attendance, Evidence, Registration, Round, Session, SheetImport
from .access import DeskView

ROWS_A_PAGE = 20
WORDS = {"new": gettext_lazy("登记"), "same": gettext_lazy("已登记"), "refused": gettext_lazy("退回")}


class SheetView(DeskView):
    """The paper sign-in sheet of a day (A4, 20 rows a page): a column to sign in for each of its sessions."""

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        roster = list(
            Registration.objects.on_the_list()
            .filter(round=session.round_id)
            .select_related("person", "enterprise", "membership")
            .order_by("sequence")
        )
        near = session.round.sessions.filter(
            starts_at__gt=session.starts_at - timedelta(days=1), starts_at__lt=session.starts_at + timedelta(days=1)
        )
        day = [one for one in near.order_by("starts_at") if one.day == session.day]
        # More columns than three would leave no room to sign.
        day = day if len(day) <= 3 else [session]
        listed = len(roster)
        roster += [None] * (-listed % ROWS_A_PAGE or (0 if listed else ROWS_A_PAGE))
        pages = [roster[start : start + ROWS_A_PAGE] for start in range(0, len(roster), ROWS_A_PAGE)]
        context = {"session": session, "round": session.round, "day": day, "pages": pages, "listed": listed}
        return render(request, "training/desk_sheet.html", context)


class SheetsView(DeskView):
    """Where the code on the printed sheet leads: the photo, the marked workbook, what came before."""

    def get(self, request, pk, error=""):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        context = {
            "round": round_,
            "sessions": list(round_.sessions.all()),
            "batches": list(round_.sheet_imports.select_related("uploaded_by__person")[:20]),
            "photos": list(round_.evidence.filter(kind=Evidence.Kind.SIGN_IN)),
            "error": error,
        }
        return render(request, "training/desk_sheets.html", context, status=422 if error else 200)

    def post(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise DomainError("sheet.file", _("请选填好的 xlsx 或 csv 文件。"))
            batch = sheets.receive(round_.pk, upload, actor=request.user)
        except DomainError as refused:
            return self.get(request, pk, error=refused.sentence)
        return redirect("desk:sheet-import", pk, batch.pk)


class SheetTemplateView(DeskView):
    """The workbook to mark in."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        response = HttpResponse(sheets.workbook(round_), content_type=CONTENT_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{round_.code}.xlsx"'
        return response


class SheetImportView(DeskView):
    """One marked sheet: what would happen to each cell, and the one act."""

    def batch(self, request, pk, batch):
        self.round = policy_for(Round).get(request.user, "change", pk=pk)
        return get_object_or_404(SheetImport, pk=batch, round=self.round)

    def get(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        counts = dict.fromkeys(WORDS, 0)
        for one in row.outcome:
            counts[one[3]] += 1
        cells = [(number, column, who, what, WORDS[what], why) for number, column, who, what, why in row.outcome]
        cells.sort(key=lambda cell: cell[3] != "refused")
        context = {"round": self.round, "batch": row, "counts": counts, "cells": cells}
        return render(request, "training/desk_sheet_import.html", context)

    def post(self, request, pk, batch):
        row = self.batch(request, pk, batch)
        try:
            if request.POST.get("act") == "look":
                if row.state == SheetImport.State.CHECKED:
                    sheets.look(row.pk)
            else:
                sheets.write(row.pk, actor=request.user)
                messages.success(request, _("纸质签到表已登记。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:sheet-import", pk, batch)


class RegisterView(DeskView):
    """考勤总表: everybody on the list, one choice each, saved at once."""

    STATES = [one for one in Attendance.State.choices if one[0] != Attendance.State.MADE_UP]

    def get(self, request, pk, **context):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        rows = (
            Registration.objects.on_the_list()
            .filter(round=session.round_id)
            .select_related("person", "enterprise")
            .order_by("sequence")
        )
        said = {row.registration_id: row for row in Attendance.objects.filter(session=session)}
        context |= {
            "session": session,
            "round": session.round,
            "sessions": list(session.round.sessions.all()),
            "rows": [(row, said.get(row.pk)) for row in rows],
            "states": self.STATES,
            "seen": ",".join(f"{key}:{row.state}" for key, row in said.items()),
        }
        return render(request, "training/desk_register.html", context, status=422 if "error" in context else 200)

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        allowed = {"", *dict(self.STATES)}
        wanted = {
            int(name[2:]): value
            for name, value in request.POST.items()
            if name.startswith("s-") and name[2:].isdecimal() and len(name) < 14 and value in allowed
        }
        seen = {}
        for pair in request.POST.get("seen", "").split(","):
            key, _colon, state = pair.partition(":")
            if key.isdecimal() and len(key) < 12:
                seen[int(key)] = state
        try:
            written, overtaken = register.save(
                session, wanted, seen, actor=request.user, reason=request.POST.get("reason", "")
            )
        except DomainError as refused:
            return self.get(request, pk, error=refused.sentence, wanted=wanted, reason=request.POST.get("reason", ""))
        messages.success(request, _("存好了，改了 %(n)s 位。") % {"n": written})
        if overtaken:
            messages.warning(
                request, _("这几位别人刚改过，没有覆盖，请看一眼再定：%(names)s") % {"names": "、".join(overtaken[:20])}
            )
        return redirect("desk:register", pk)
