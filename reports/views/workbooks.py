"""导出: asking for a table, watching it being made, fetching it."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of

from .. import exporting, summary
from ..models import Return, Workbook
from ..scopes import ScopeForm
from .returns import CountingView


class WorkbooksView(CountingView):
    """What one has asked for lately; by POST, ask for one more with the filters of the screen or of a return."""

    def get(self, request):
        rows = Workbook.objects.filter(user=request.user)[:20]
        return self.page("reports/workbooks.html", {"rows": rows, "days": exporting.KEPT_DAYS})

    def post(self, request):
        form = ScopeForm(request.POST, rights=rights_of(request.user))
        scope, report = form.scope(), None
        key = request.POST.get("return", "")
        if key:
            policy_for(Return).get(request.user, pk=key)
            report = Return.objects.select_related("freeze").get(pk=key)
            scope = summary.month_scope(report.month, report.district_id)
            if report.is_frozen and "live" not in request.POST:
                scope = scope.of(as_of=report.freeze.posting)
            else:
                report = None
        # For a district's people another district is narrowed to their own; all else not understood would widen the table.
        elif set(form.errors) - (set() if form.rights.city else {"district"}):
            messages.error(request, _("有筛选条件没看懂，没有导出。请回到原来的页面，改好标红的一项再导。"))
            return redirect("desk:workbooks")
        try:
            row = exporting.ask(
                request.user,
                request.POST.get("table", ""),
                scope,
                ending=request.POST.get("ending", "xlsx"),
                report=report,
            )
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
            return redirect("desk:workbooks")
        return redirect("desk:workbook", row.pk)


@method_decorator(never_cache, name="dispatch")
class WorkbookView(CountingView):
    """One workbook on its way: a bar until it is done, then the way to fetch it."""

    def get(self, request, pk):
        row = get_object_or_404(Workbook, pk=pk, user=request.user)
        going = row.state in (Workbook.State.WAITING, Workbook.State.RUNNING)
        if request.htmx and not going:
            answer = self.page("reports/_workbook.html", {"row": row})
            answer["HX-Refresh"] = "true"
            return answer
        template = "reports/_workbook.html" if request.htmx else "reports/workbook.html"
        return self.page(template, {"row": row, "going": going, "days": exporting.KEPT_DAYS})


@method_decorator(never_cache, name="dispatch")
class WorkbookFileView(CountingView):
    """The file, for who asked for it only."""

    def get(self, request, pk):
        row = get_object_or_404(Workbook, pk=pk, user=request.user)
        if not row.file:
            raise Http404(_("还没做好"))
        return FileResponse(row.file.open(), as_attachment=True, filename=row.name)
