"""What one organiser held and one enterprise's people took part in: the same figures, for who may know them."""

from datetime import date

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from core import clock
from core.policies import policy_for
from enterprises.models import Enterprise, Layer, Organiser
from enterprises.policies import rights_of
from ledger import counts
from ledger.models import Entry
from training.models import Registration, Round

from .. import organisers
from ..completeness import closed_rounds, completeness
from ..progress import years
from ..scopes import form_for
from .dashboards import month_table

SHOWN = 100
ROWS = 200
"""Organisers on one page: the largest ones."""


def _year(request):
    """The year asked for, else this year's; only years that can have figures."""
    known = sorted({*years(), clock.today().year}, reverse=True)
    asked = request.GET.get("year", "")
    return (int(asked) if asked.isdecimal() and int(asked) in known else known[0]), known


class OrganisersView(LoginRequiredMixin, View):
    """按单位: what each organiser owns, and what it helped with."""

    def get(self, request):
        form = form_for(request)
        scope = form.scope()
        rows, totals = organisers.table(scope), counts.figures(scope)
        context = {
            "form": form,
            "scope": scope,
            "day": min(scope.end, clock.today()),
            "rows": rows[:ROWS],
            "more": max(len(rows) - ROWS, 0),
            "totals": totals,
            "loose": totals.person_times - sum(row.people.person_times for row in rows),
            "city": form.rights.city,
            "query": form.query(year=scope.start.year, district=scope.district),
        }
        return render(request, "reports/organisers.html", context)


class OwnFiguresView(LoginRequiredMixin, View):
    """Figures of one year in a scope that names one organiser or one enterprise."""

    def get(self, request, pk):
        owner = self.find(request.user, pk)
        year, known = _year(request)
        scope = counts.Scope(start=date(year, 1, 1), end=date(year, 12, 31), **self.named(owner))
        context = {
            "owner": owner,
            "year": year,
            "years": known,
            "totals": counts.figures(scope),
            "completeness": self.known(scope),
            "months": month_table(scope),
            "layers": Layer.choices,
            "activities": scope.activities().select_related("owner").order_by("-ended_on", "-pk")[:SHOWN],
            "missed": self.missed(owner, scope),
            "day": min(scope.end, clock.today()),
            **self.more(owner, scope),
        }
        return render(request, "reports/own_figures.html", context)

    def known(self, scope):
        return None

    def missed(self, owner, scope):
        """Registrations in rounds that were closed and that made no entry, the newest: each leads to why."""
        closed = Round.objects.filter(state__in=[Round.State.CLOSED, Round.State.ARCHIVED])
        closed = closed.filter(ends_on__gte=scope.start, ends_on__lte=scope.end)
        rows = Registration.objects.on_the_list().filter(round__in=closed, **self.seats(owner))
        key = Concat(Value("round:"), Cast(OuterRef("round"), CharField()), output_field=CharField())
        counted = Entry.objects.as_of().filter(activity__key=key, person=OuterRef("person"))
        rows = rows.exclude(Exists(counted)).select_related("round", "person")
        return rows.order_by("-round__ends_on", "sequence")[:SHOWN]


class OrganiserFiguresView(OwnFiguresView):
    """An organiser's: for its own people and the city."""

    def find(self, user, pk):
        rights = rights_of(user)
        if not rights.city and pk not in rights.organisers:
            raise Http404
        return get_object_or_404(Organiser, pk=pk)

    def named(self, owner):
        return {"organiser": owner.pk}

    def seats(self, owner):
        return {"round__owner": owner}

    def known(self, scope):
        return completeness(scope)

    def more(self, owner, scope):
        helped = closed_rounds(scope.of(organiser=None)).filter(co_organisers=owner).exclude(owner=owner)
        return {
            "of_organiser": True,
            "helped": helped.select_related("owner").order_by("-ends_on", "-pk")[:SHOWN],
            "helped_figures": organisers.helped_by(scope.of(organiser=None), owner.pk).get(owner.pk, (0, 0)),
        }


class EnterpriseFiguresView(OwnFiguresView):
    """An enterprise's: for who sees its staff list."""

    def find(self, user, pk):
        return policy_for(Enterprise).get(user, "roster", pk=pk)

    def named(self, owner):
        return {"enterprise": owner.pk}

    def seats(self, owner):
        return {"enterprise": owner}

    def more(self, owner, scope):
        return {"of_organiser": False}
