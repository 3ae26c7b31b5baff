"""满意度问卷 on the phone of who came."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from core.exceptions import DomainError
from enterprises.services import person_of

from .. import surveys
from ..models import Registration


@method_decorator(never_cache, name="dispatch")
class SurveyView(LoginRequiredMixin, View):
    """The sheet, for who is on the list of the round; handed in it says thank you."""

    def get(self, request, pk):
        row = self.row(request, pk)
        refused = surveys.refusal(row)
        if refused:
            return self.page(request, row, refused=refused)
        return self.page(request, row)

    def post(self, request, pk):
        row = self.row(request, pk)
        grades = [request.POST.get(f"g{n}", "") for n in range(len(surveys.ITEMS))]
        comment = request.POST.get("comment", "")
        missing = [n for n, grade in enumerate(grades) if grade not in {"1", "2", "3", "4", "5"}]
        if missing:
            return self.page(request, row, grades=grades, comment=comment, missing=missing, status=422)
        try:
            surveys.answer(row.pk, [int(grade) for grade in grades], comment)
        except DomainError as refused:
            return self.page(request, row, refused=refused, status=409)
        messages.success(request, _("交好了，谢谢您。"))
        return redirect("rounds:survey", pk)

    def row(self, request, pk):
        rows = Registration.objects.on_the_list().select_related("round")
        return get_object_or_404(rows, round=pk, person=person_of(request.user))

    def page(self, request, row, *, refused=None, grades=(), comment="", missing=(), status=200):
        items = [
            {
                "number": n,
                "label": label,
                "grade": grades[n] if n < len(grades) else "",
                "is_missing": n in missing,
            }
            for n, label in enumerate(surveys.ITEMS)
        ]
        context = {
            "round": row.round,
            "refused": refused,
            "items": items,
            "grades": [(str(value), label) for value, label in surveys.GRADES],
            "comment": comment,
            "missing": [item for item in items if item["is_missing"]],
        }
        return render(request, "training/survey.html", context, status=status)
