"""归档: the package of a closed round, how far it is, and the state that says that it is complete."""

from django.conf import settings
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django_htmx.http import HttpResponseClientRedirect

from core.audit_trail import record
from core.policies import policy_for
from enterprises.policies import rights_of

from ... import archiving
from ...models import Archive, Round
from .access import DeskView, RoundAct


class ArchiveView(RoundAct):
    """What is still missing, the packages there are, and one button at a time."""

    done = lazy("开始打包了，好了就能下载；不用守着这一页。")
    back = "desk:archive"

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        packages = list(Archive.objects.filter(round=round_).select_related("asked_by__person").order_by("-number"))
        newest = packages[0] if packages else None
        checks = archiving.checks(round_, newest)
        context = {
            "round": round_,
            "packages": packages,
            "newest": newest,
            "checks": checks,
            "missing": [check for check in checks if not check.is_done],
            "is_current": checks[-1].is_done,
            "archived": round_.changes.filter(after=Round.State.ARCHIVED).select_related("actor__person").last(),
        }
        return render(request, "training/desk_archive.html", context)

    def act(self, request):
        archiving.ask(self.round.pk, actor=request.user)


class ArchiveStateView(DeskView):
    """How far the newest package is: the part of the page that asks for itself; ready, the whole page is loaded anew."""

    def get(self, request, pk):
        round_ = policy_for(Round).get(request.user, "change", pk=pk)
        row = archiving.newest(round_)
        if row is None or row.state in (Archive.State.READY, Archive.State.FAILED):
            return HttpResponseClientRedirect(reverse("desk:archive", args=[pk]))
        return render(request, "training/_desk_archive_state.html", {"round": round_, "newest": row})

    def handle_no_permission(self):
        # htmx would put the sign-in page into the progress bar.
        back = reverse("desk:archive", args=[self.kwargs["pk"]])
        return HttpResponseClientRedirect(f"{settings.LOGIN_URL}?{urlencode({'next': back})}")


class ArchiveDoneView(RoundAct):
    """归档."""

    done = lazy("已归档：谁、什么时候，都记在期次的变更里。")
    back = "desk:archive"

    def act(self, request):
        archiving.archive(self.round.pk, actor=request.user, reason=request.POST.get("reason", ""))


class ArchiveFileView(DeskView):
    """The package itself. It holds every name: for who sees the whole roster; each download is written down."""

    def get(self, request, pk):
        row = get_object_or_404(Archive.objects.select_related("round"), pk=pk)
        policy_for(Round).get(request.user, None if rights_of(request.user).city else "change", pk=row.round_id)
        if not row.file:
            return redirect("desk:archive", row.round_id)
        record(request.user, "archive.download", row, changes={"number": [None, row.number]})
        name = _("%(code)s 归档包 %(n)s.zip") % {"code": row.round.code, "n": row.number}
        return FileResponse(row.file.open("rb"), as_attachment=True, filename=name)
