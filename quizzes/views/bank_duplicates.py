"""题库 at the 工作台: questions that may be one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.policies import policy_for

from .. import duplicates
from ..models import Question
from .bank import BankView, visible_revisions

PER_PAGE = 20


class BankDuplicatesView(BankView):
    """The pairs that look alike, side by side. Retire one of them, or say that they are not the same."""

    edits = True

    def get(self, request):
        pairs = duplicates.find(visible_revisions(request.user))
        page = Paginator(pairs, PER_PAGE).get_page(request.GET.get("page"))
        return render(request, "quizzes/bank/duplicates.html", {"page_obj": page, "most": duplicates.MOST})

    def post(self, request):
        one, other = (
            policy_for(Question).get(request.user, "change", pk=request.POST.get(name)) for name in ("one", "other")
        )
        duplicates.mark_reviewed(one, other, request.user)
        messages.success(
            request, _("记下了：%(one)s 和 %(other)s 不是同一题，以后不再提示。") % {"one": one.key, "other": other.key}
        )
        return redirect("desk:question-duplicates")
