"""Who was told what about a round, who has not been reached, and once more."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for
from notices import services
from notices.models import Notice

from ...announcing import subject_of
from ...models import Round
from .access import DeskView, number

SHOWN = 200


class ToldView(DeskView):
    """The messages about a round, those that reached nobody first asked for."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        rows = Notice.objects.about(subject_of(pk)).select_related("person").prefetch_related("deliveries")
        only = request.GET.get("only") == "unreached"
        unreached = Notice.objects.about(subject_of(pk)).unreached().count()
        context = {"round": round_, "only": only, "unreached": unreached}
        context["rows"] = (rows.unreached() if only else rows)[:SHOWN]
        return render(request, "training/desk_told.html", context)

    def post(self, request, pk):
        policy_for(Round).get(request.user, "change", pk=pk)
        notice = get_object_or_404(Notice.objects.about(subject_of(pk)), pk=number(request.POST.get("notice")))
        try:
            services.resend(notice.pk, actor=request.user)
            messages.success(request, _("已经再发一次。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:told", pk)
