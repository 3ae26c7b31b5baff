"""工作台: pairs that may be one, the preview of a merge, its history and its undoing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for

from .. import duplicates, merging
from ..models import Enterprise, Merge, MergeKind, NotSame, Person, Role
from ..policies import rights_of
from ..policies.giving import may_merge
from .staff import StaffView

PER_PAGE = 30


class MergingView(StaffView):
    """For who counts: city staff, and a district for its own rows."""

    def is_welcome(self, user):
        return rights_of(user).counts


def districts_of(user):
    """The districts a user's finder is limited to; None is the whole city."""
    rights = rights_of(user)
    return None if rights.city else rights.districts


class DuplicatesView(MergingView):
    """查重: pairs found by one rule, those reviewed left out."""

    def get(self, request):
        rule = request.GET.get("rule")
        rule = rule if rule in duplicates.RULES else "staff"
        pairs, following = duplicates.find(rule, districts_of(request.user), request.GET.get("after", ""))
        context = {
            "rule": rule,
            "tabs": [
                {"title": label, "url": f"?rule={key}", "current": key == rule, "count": None}
                for key, (_kind, label, _function) in duplicates.RULES.items()
            ],
            "pairs": pairs,
            "following": following,
            "may_merge": bool(rights_of(request.user).districts) or Role.CITY_ADMIN in rights_of(request.user).roles,
        }
        return render(request, "enterprises/desk_duplicates.html", context)


class PairView(MergingView):
    """What merging the second into the first would do, and the button."""

    def get(self, request, kind, winner, loser, reason="", refused=""):
        one, other = self.pair(request, kind, winner, loser)
        context = {
            "kind": MergeKind(kind),
            "preview": merging.preview(kind, one, other),
            "may_merge": may_merge(request.user, kind, one, other),
            "reason": reason,
            "refused": refused,
        }
        return render(request, "enterprises/desk_merge.html", context, status=422 if refused else 200)

    def post(self, request, kind, winner, loser):
        one, other = self.pair(request, kind, winner, loser)
        if not may_merge(request.user, kind, one, other):
            raise PermissionDenied
        reason = request.POST.get("reason", "")
        try:
            merging.merge(request.user, kind, one.pk, other.pk, reason=reason)
        except DomainError as refused:
            return self.get(request, kind, winner, loser, reason, refused.sentence)
        messages.success(request, _("已合并到“%(name)s”，数字已按一个重新算。认错了可以撤销。") % {"name": one.name})
        return redirect("desk:merges")

    def pair(self, request, kind, winner, loser):
        if kind not in MergeKind.values:
            raise Http404
        model = Person if kind == MergeKind.PERSON else Enterprise
        rows = policy_for(model).visible(request.user)
        with_places = kind == MergeKind.PERSON
        rows = rows.prefetch_related("memberships__enterprise") if with_places else rows.select_related("district")
        found = {row.pk: row for row in rows.filter(pk__in=[winner, loser])}
        if winner == loser or len(found) < 2:
            raise Http404
        return found[winner], found[loser]


class NotSameView(PairView):
    """“不是同一个”: remembered, and not shown again."""

    def get(self, request, kind, winner, loser):
        return redirect("desk:duplicates")

    def post(self, request, kind, winner, loser):
        one, other = self.pair(request, kind, winner, loser)
        try:
            merging.not_same(request.user, kind, one.pk, other.pk, reason=request.POST.get("reason", ""))
            messages.success(request, _("记下了：不是同一个，以后不再提示。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:reviewed")


class ReviewedView(MergingView):
    """Pairs found to be two, the newest first."""

    def get(self, request):
        rows = NotSame.objects.select_related("reviewed_by__person").order_by("-pk")
        if not rights_of(request.user).city:
            rows = rows.filter(reviewed_by=request.user)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        _name(page.object_list, "lower_id", "upper_id")
        return render(request, "enterprises/desk_reviewed.html", {"page_obj": page})


class ReviewAgainView(MergingView):
    """Show a reviewed pair again."""

    def get(self, request, pk):
        return redirect("desk:reviewed")

    def post(self, request, pk):
        try:
            merging.review_again(request.user, pk)
            messages.success(request, _("这一对会重新出现在查重里。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:reviewed")


class MergesView(MergingView):
    """What was merged, by whom, why; and taking it apart."""

    def get(self, request):
        rows = policy_for(Merge).visible(request.user).select_related("merged_by__person", "undone_by__person")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        _name(page.object_list, "winner_id", "loser_id")
        rights = rights_of(request.user)
        may = Role.CITY_ADMIN in rights.roles or bool(rights.districts)
        return render(request, "enterprises/desk_merges.html", {"page_obj": page, "may_undo": may})


class UndoMergeView(MergingView):
    def get(self, request, pk):
        return redirect("desk:merges")

    def post(self, request, pk):
        policy_for(Merge).get(request.user, "undo", pk=pk)
        try:
            merging.undo(request.user, pk, reason=request.POST.get("reason", ""))
            messages.success(request, _("合并已撤销，各表和数字都回到合并以前。"))
        except DomainError as refused:
            messages.error(request, refused.sentence)
        return redirect("desk:merges")


def _name(rows, first, second):
    """Give each row the ``one`` and ``other`` it speaks of. Two queries."""
    found = {}
    for kind, model in ((MergeKind.PERSON, Person), (MergeKind.ENTERPRISE, Enterprise)):
        keys = [getattr(row, name) for row in rows if row.kind == kind for name in (first, second)]
        found[kind] = model.objects.in_bulk(keys) if keys else {}
    for row in rows:
        row.one, row.other = (found[row.kind].get(getattr(row, name)) for name in (first, second))
