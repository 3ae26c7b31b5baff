"""Reading the audit trail: who did what to which row, when, from where, in which capacity, why."""

import csv
import json
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import View

from accounts.models import User
from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.models import AuditRecord, RetentionRun
from core.paging import keyset_page
from core.text import normalise, normalise_phone
from enterprises.models import Role
from enterprises.policies import rights_of

PER_PAGE = 50
AT_MOST_ACTORS = 50
"""People a name may stand for; a commoner one is asked for by phone or user name."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEADINGS = (
    gettext_lazy("时间"),
    gettext_lazy("谁"),
    gettext_lazy("身份"),
    gettext_lazy("做了什么"),
    gettext_lazy("对象"),
    gettext_lazy("对象号"),
    gettext_lazy("前后"),
    gettext_lazy("原因"),
    gettext_lazy("网络地址"),
    gettext_lazy("请求号"),
)


class AuditForm(forms.Form):
    """What to look for; nothing is required."""

    who = forms.CharField(
        label=gettext_lazy("谁"), max_length=60, required=False, help_text=gettext_lazy("姓名、用户名或手机号")
    )
    action = forms.CharField(
        label=gettext_lazy("做了什么"), max_length=60, required=False, help_text=gettext_lazy("如 round.close")
    )
    object = forms.CharField(
        label=gettext_lazy("对象"),
        max_length=121,
        required=False,
        help_text=gettext_lazy("如 training.round 或 training.round:17"),
    )
    start = forms.DateField(label=gettext_lazy("从"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    end = forms.DateField(label=gettext_lazy("到"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    request_id = forms.CharField(label=gettext_lazy("请求号"), max_length=64, required=False)

    def rows(self):
        """The records asked for, newest first. Each filter reads an index; a name is first resolved to its accounts."""
        data = self.cleaned_data if self.is_valid() else {}
        rows = AuditRecord.objects.order_by("-at", "-pk")
        if data.get("who"):
            rows = rows.filter(actor__in=accounts_called(data["who"]))
        if data.get("action"):
            rows = rows.filter(action=normalise(data["action"]))
        if data.get("object"):
            kind, _colon, number = normalise(data["object"]).lower().partition(":")
            rows = rows.filter(object_type=kind, **({"object_id": number} if number else {}))
        if data.get("start"):
            rows = rows.filter(at__gte=clock.at(data["start"]))
        if data.get("end"):
            rows = rows.filter(at__lt=clock.at(data["end"] + timedelta(days=1)))
        if data.get("request_id"):
            rows = rows.filter(request_id=data["request_id"].strip())
        return rows


def accounts_called(text):
    """Keys of the accounts a name, user name or phone stands for, at most AT_MOST_ACTORS."""
    text = normalise(text)
    try:
        wanted = Q(phone=normalise_phone(text)) | Q(person__phone=normalise_phone(text))
    except DomainError:
        wanted = Q(username=text) | Q(person__name=text)
    return list(User.objects.filter(wanted).values_list("pk", flat=True)[:AT_MOST_ACTORS])


class AuditorView(LoginRequiredMixin, View):
    """Only for auditors and the city's administrators; others of the 工作台 are told so, strangers see nothing."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            rights = rights_of(request.user)
            if not rights.roles & {Role.AUDITOR, Role.CITY_ADMIN}:
                if rights.desk:
                    raise PermissionDenied
                raise Http404
        return super().dispatch(request, *args, **kwargs)


@method_decorator(never_cache, name="dispatch")
class AuditView(AuditorView):
    """The screen: filters, fifty rows, older ones behind a link."""

    def get(self, request):
        form = AuditForm(request.GET)
        rows = form.rows().select_related("actor__person")
        context = {
            "form": form,
            "page": keyset_page(rows, "at", request.GET, PER_PAGE, newest_first=True),
            "filtered": any(form.cleaned_data.values()) if form.is_valid() else False,
        }
        return render(request, "reports/audit.html", context)


class AuditExportView(AuditorView):
    """The same rows as a .csv, streamed. A POST, because that it was taken is written down too."""

    http_method_names = ["post"]

    def post(self, request):
        form = AuditForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("有条件没看懂（日期写成 2025-03-05），没有导出。请改好再导。"))
            return redirect("desk:audit")
        rows = form.rows().select_related("actor__person")
        asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
        record(request.user, "audit.export", request.user, reason=json.dumps(sorted(asked), ensure_ascii=False)[:300])
        response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="audit-{clock.today():%Y%m%d}.csv"'
        return response


class _Line:
    """What csv.writer writes to: hands each line back."""

    def write(self, line):
        return line


def _safe(value):
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _lines(rows):
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow([str(heading) for heading in HEADINGS])
    for row in rows.iterator(chunk_size=2000):
        cells = (
            row.at.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            row.actor.display_name if row.actor else _("系统"),
            row.capacity,
            row.action,
            row.object_type,
            row.object_id,
            json.dumps(row.changes, ensure_ascii=False) if row.changes else "",
            row.reason,
            row.ip or "",
            row.request_id,
        )
        yield writer.writerow([_safe(cell) for cell in cells])


class RetentionView(AuditorView):
    """What was forgotten, day by day."""

    def get(self, request):
        return render(request, "reports/retention.html", {"runs": RetentionRun.objects.all()[:31]})
