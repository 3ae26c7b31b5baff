"""总览, 台账 and the evidence behind a number."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.policies import policy_for
from enterprises.models import Layer
from enterprises.policies import rights_of
from ledger import counts
from ledger.models import Entry, Posting
from training.models import Registration, Round

from .completeness import completeness, unclosed_by_district, unclosed_rounds
from .explain import explain
from .progress import pace_of, progress_of_year
from .scopes import form_for


def _query(scope, **changes):
    """The URL query that shows the entries behind a figure of ``scope``."""
    scope = scope.of(**changes)
    words = {"year": scope.start.year, "district": scope.district, "pilot": scope.pilot, "layer": scope.layer}
    words["kind"] = scope.kind
    if (scope.start.month, scope.end.month) != (1, 12):
        words["month"] = scope.start.month
    return "&".join(f"{name}={value}" for name, value in words.items() if value)


class DashboardView(LoginRequiredMixin, View):
    """总览: targets, sixteen districts, months; every number beside its completeness, and leading to its rows."""

    def get(self, request):
        rights = rights_of(request.user)
        if not rights.counts:
            if rights.desk or rights.person_id and Round.objects.filter(trainers=rights.person_id).exists():
                return redirect("desk:rounds")
            raise Http404
        form = form_for(request)
        scope = form.scope()
        day = min(scope.end, clock.today())
        totals = counts.figures(scope)
        unclosed = unclosed_by_district(scope)
        districts = [
            {"row": row, "unclosed": unclosed.get(row.district.pk if row.district else None, 0)}
            for row in counts.by_district(scope)
        ]
        widest = max((line["row"].person_times for line in districts), default=0) or 1
        for line in districts:
            line["query"] = _query(scope, district=line["row"].district.pk) if line["row"].district else ""
            line["bars"] = _stack(line["row"].by_layer, widest)
        targets = progress_of_year(scope.start.year, as_of=scope.as_of, day=day) if not scope.district else []
        context = {
            "form": form,
            "scope": scope,
            "day": day,
            "totals": totals,
            "completeness": completeness(scope),
            "unclosed_rounds": unclosed_rounds(scope).select_related("owner")[:10],
            "targets": targets,
            "target_links": {p.target.pk: _target_query(p.target) for p in targets},
            "pace": pace_of(scope.start, scope.end, day),
            "districts": districts,
            "layers": Layer.choices,
            "layer_totals": [sum(line["row"].by_layer[layer] for line in districts) for layer in Layer.values],
            "months": _months(scope),
            "query": _query(scope),
            "last_posting": Posting.objects.order_by("-number").first(),
            "exams": counts.exam_figures(scope),
            "desk_scope": _("全市 16 区") if rights.city else form.fields["district"].queryset.first().name,
        }
        return render(request, "reports/dashboard.html", context)


def _target_query(target):
    words = {"year": target.starts_on.year, "pilot": target.pilot_id, "kind": target.kind}
    return "&".join(f"{name}={value}" for name, value in words.items() if value)


def _stack(by_layer, widest):
    """Left edge and width of each layer's piece of a bar, in hundredths of the widest bar: (layer, x, width)."""
    pieces, x = [], 0.0
    for layer in Layer.values:
        width = by_layer[layer] * 100 / widest
        pieces.append((layer, round(x, 2), round(width, 2)))
        x += width
    return pieces


def _months(scope):
    """A chart a layer and one for 其中：内审员: [{label, total, points: [(month, n, height 0..100)]}], one scale for all."""
    table = counts.by_month(scope)
    auditors = counts.auditors_by_month(scope)
    months = range(scope.start.month, scope.end.month + 1)
    charts = []
    for layer, label in Layer.choices:
        points = [(n, sum(v for (day, of), v in table.items() if of == layer and day.month == n)) for n in months]
        charts.append({"label": label, "points": points})
    charts.append(
        {
            "label": _("其中：内审员"),
            "points": [(n, sum(v for day, v in auditors.items() if day.month == n)) for n in months],
            "inside": True,
        }
    )
    top = max((n for chart in charts for _month, n in chart["points"]), default=0) or 1
    for chart in charts:
        chart["total"] = sum(n for _month, n in chart["points"])
        chart["points"] = [(month, n, round(n * 100 / top, 1)) for month, n in chart["points"]]
    return charts


class EntriesView(LoginRequiredMixin, View):
    """台账: the rows behind a number, the same filters in the URL."""

    def get(self, request):
        form = form_for(request)
        scope = form.scope()
        rows = (
            scope.entries()
            .select_related("person", "enterprise", "district", "activity__owner", "posting")
            .order_by("-occurred_on", "-pk")
        )
        page = Paginator(rows, 50).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "scope": scope,
            "page_obj": page,
            "totals": counts.figures(scope),
            "activities": scope.activities().select_related("owner", "district").order_by("-ended_on")[:100],
            "query": _query(scope),
        }
        return render(request, "reports/entries.html", context)


class EntryView(LoginRequiredMixin, View):
    """One entry and what stands behind it: the round, the sign-ins, the posting, the evidence."""

    def get(self, request, pk):
        if not rights_of(request.user).counts:
            raise Http404
        entry = policy_for(Entry).get(request.user, pk=pk)
        entry = Entry.objects.select_related(
            "person", "enterprise", "district", "activity__owner", "posting__actor", "reversed_by__actor"
        ).get(pk=entry.pk)
        registration = None
        if entry.activity.key.startswith("round:"):
            registration = (
                Registration.objects.filter(round=entry.activity.key.removeprefix("round:"), person=entry.person_id)
                .select_related("round", "person", "enterprise", "certificate")
                .prefetch_related(
                    "attendances__session", "attendances__recorded_by", "round__sessions", "round__evidence"
                )
                .first()
            )
        context = {
            "entry": entry,
            "registration": registration,
            "explanation": explain(registration) if registration else None,
            "siblings": Entry.objects.filter(activity__key=entry.activity.key, person=entry.person_id)
            .exclude(pk=entry.pk)
            .select_related("posting", "reversed_by"),
        }
        return render(request, "reports/entry.html", context)


class ExplainView(LoginRequiredMixin, View):
    """为什么没计入: for one person in one round."""

    def get(self, request, pk):
        row = policy_for(Registration).get(request.user, pk=pk)
        row = (
            Registration.objects.select_related("round__owner", "person", "enterprise", "certificate")
            .prefetch_related("attendances__session", "round__sessions")
            .get(pk=row.pk)
        )
        context = {"registration": row, "explanation": explain(row), "back": reverse("desk:round", args=[row.round_id])}
        return render(request, "reports/explain.html", context)
