"""总览, 台账 and the evidence behind a number."""

from collections import Counter

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import View

from core import clock
from core.paging import page_of_keys
from core.policies import policy_for
from courses.models import Enrolment
from enterprises.models import Layer
from enterprises.policies import rights_of
from ledger import counts
from ledger.models import Entry, Posting
from quizzes.policies_bank import may_read_bank
from quizzes.services import passed_attempt
from training.models import Registration, Round

from .. import apart, carto, rules
from ..comparing import compared, growth
from ..completeness import completeness, unclosed_by_district, unclosed_rounds
from ..explain import explain
from ..progress import goals, pace_of, progress_of_year, shares_of_year
from ..scopes import form_for
from ..worklist import KINDS, worklist

ENTRIES = 50
"""On one page of the 台账."""


def _query(form, scope, **changes):
    """The URL query that shows the entries behind a figure of ``scope``, as of the same day."""
    return form.query(**{"year": scope.start.year, "district": scope.district} | changes)


class DashboardView(LoginRequiredMixin, View):
    """总览: targets, sixteen districts, months; every number beside its completeness, and leading to its rows."""

    def get(self, request):
        rights = rights_of(request.user)
        if not rights.counts:
            if rights.desk or rights.person_id and Round.objects.filter(trainers=rights.person_id).exists():
                return redirect("desk:rounds")
            if may_read_bank(request.user):
                return redirect("desk:questions")
            raise Http404
        form = form_for(request)
        scope = form.scope()
        day = min(scope.end, clock.today())
        totals = counts.figures(scope)
        # Targets are of the whole year, whatever month is looked at; the pace is that of the day the books are read at.
        asked = {"as_of": scope.as_of, "day": form.as_of_day}
        targets = progress_of_year(scope.start.year, each_district=bool(scope.district), **asked)
        parts = shares_of_year(scope.start.year, district=scope.district, **asked)
        growths, before = compared(scope, min(day, form.as_of_day or day), totals)
        rates, whole = counts.rates_by_district(scope)
        places = _places(form, scope)
        widest = max((line["row"].person_times for line in places), default=0) or 1
        for line in places:
            code = line["code"]
            line["bars"] = _stack(line["row"].by_layer, widest)
            line["goals"] = goals(code, [*targets, *parts]) if code else []
            line["growth"] = growth(line["row"].person_times, before.get(code))
            line["rates"] = rates.get(code)
        months = _months(scope)
        if scope.district:
            # The city's are met by the city; a district is asked for its share, and for what each must meet.
            targets = next((line["goals"] for line in places if line["code"] == scope.district), [])
        context = {
            "form": form,
            "scope": scope,
            "day": day,
            "totals": totals,
            "growths": growths,
            "rates": whole,
            "by_people": scope.names_people,
            "apart": apart.promotion(scope),
            "elsewhere": apart.external(scope),
            "completeness": completeness(scope),
            "unclosed_rounds": unclosed_rounds(scope).select_related("owner")[:10],
            "targets": [(progress, _target_query(form, progress.target, scope.district)) for progress in targets],
            "verdict": Counter(progress.state[0] for progress in targets),
            "pace": pace_of(scope.start, scope.end, day),
            "districts": places,
            "tiles": [] if scope.district else carto.tiles(places),
            "planned": carto.shared(places),
            "goal_title": _shared_title([line["goals"][0] for line in places if line["goals"]]),
            "held": bool(totals.person_times),
            "layers": Layer.choices,
            "layer_totals": [sum(line["row"].by_layer[layer] for line in places) for layer in Layer.values],
            "months": months,
            "month_totals": _month_totals(months),
            "query": _query(form, scope),
            "last_posting": Posting.objects.order_by("-number").first(),
            "desk_scope": _("全市 16 区") if rights.city else form.fields["district"].queryset.first().name,
        }
        return render(request, "reports/dashboard.html", context)


def _shared_title(progresses):
    """The title that all of them have; empty when they differ."""
    titles = {one.target.title for one in progresses}
    return titles.pop() if len(titles) == 1 else ""


def _places(form, scope):
    """The district lines: {row, code, unclosed, query}, in official order, the last without a district."""
    unclosed = unclosed_by_district(scope)
    lines = []
    for row in counts.by_district(scope):
        code = row.district.pk if row.district else None
        query = _query(form, scope, district=code) if code else ""
        lines.append({"row": row, "code": code, "unclosed": unclosed.get(code, 0), "query": query})
    return lines


class MeetingView(LoginRequiredMixin, View):
    """会议屏: the year on one wall, without a tap; fetched anew every minute. For who sees the whole city."""

    def get(self, request):
        if not rights_of(request.user).city:
            raise Http404
        form = form_for(request)
        scope = form.scope().of(district=None)
        day = min(scope.end, clock.today())
        lines = _places(form, scope)
        totals, known = counts.figures(scope), completeness(scope)
        asked = {"as_of": scope.as_of, "day": form.as_of_day}
        targets = progress_of_year(scope.start.year, **asked)
        parts = shares_of_year(scope.start.year, **asked)
        for line in lines:
            line["goals"] = goals(line["code"], parts) if line["code"] else []
        growths, _before = compared(scope, min(day, form.as_of_day or day), totals)
        context = {
            "form": form,
            "scope": scope,
            "day": day,
            "now": clock.now(),
            "heads": _heads(totals, known, growths),
            "completeness": known,
            "held": bool(known.held or totals.person_times),
            "tiles": carto.tiles(lines),
            "planned": carto.shared(lines),
            "nowhere": lines[-1]["row"].person_times,
            "targets": [(progress, _target_query(form, progress.target)) for progress in targets],
            "behind": [_behind(progress) for progress in targets if progress.state[0] == "behind"],
            "pace": pace_of(scope.start, scope.end, day),
            "rules": rules.version(),
            "query": _query(form, scope),
        }
        return render(request, "reports/_wall.html" if request.htmx else "reports/meeting.html", context)


def _heads(totals, known, growths):
    """The six figures of the wall: (title, tag, value, unit, note, 同比)."""
    open_rounds = _("%(n)s 场没结班，没算") % {"n": known.open_rounds} if known.open_rounds else _("讲完的都结了班")
    waiting = _("还有 %(n)s 人等结班") % {"n": known.waiting} if known.waiting else ""
    hours = f"{totals.class_hours:,.0f}" if totals.class_hours < 10_000 else f"{totals.class_hours / 10_000:.1f}"
    return [
        (_("场次"), "", f"{totals.sessions:,}", _("场"), open_rounds, growths["sessions"]),
        (_("轮次"), _("内审员"), f"{totals.rounds:,}", _("轮次"), "", growths["rounds"]),
        (_("人次"), "", f"{totals.person_times:,}", _("人次"), waiting, growths["person_times"]),
        (_("人数"), _("去重"), f"{totals.persons:,}", _("人"), "", growths["persons"]),
        (
            _("家数"),
            _("去重"),
            f"{totals.enterprises:,}",
            _("家"),
            _("其中小微 %(n)s") % {"n": f"{totals.small:,}"},
            growths["enterprises"],
        ),
        (
            _("学时"),
            _("认定"),
            hours,
            _("学时") if totals.class_hours < 10_000 else _("万学时"),
            "",
            growths["class_hours"],
        ),
    ]


def _behind(progress):
    if progress.counts_places:
        return _("%(title)s差 %(n)s 处") % {"title": progress.target.title, "n": progress.gap}
    unit = progress.target.unit
    return _("%(title)s差 %(n)s %(unit)s") % {"title": progress.target.title, "n": f"{progress.gap:,}", "unit": unit}


def _target_query(form, target, district=None):
    words = {"year": target.starts_on.year, "pilot": target.pilot_id, "kind": target.kind, "as_of": form.as_of_day}
    words |= {"fee_nature": target.fee_nature, "district": target.district_id or district}
    return urlencode({name: value for name, value in words.items() if value})


def _stack(by_layer, widest):
    """Left edge and width of each layer's piece of a bar, in hundredths of the widest bar: (layer, x, width)."""
    pieces, x = [], 0.0
    for layer in Layer.values:
        width = by_layer[layer] * 100 / widest
        pieces.append((layer, round(x, 2), round(width, 2)))
        x += width
    return pieces


def _months(scope):
    """A chart a layer and one for 其中：内审员: [{layer, label, total, points: [(month, n, height 0..100)]}], one scale."""
    table = counts.by_month(scope)
    auditors = counts.auditors_by_month(scope)
    months = range(scope.start.month, scope.end.month + 1)
    charts = []
    for layer, label in Layer.choices:
        points = [(n, sum(v for (day, of), v in table.items() if of == layer and day.month == n)) for n in months]
        charts.append({"layer": layer, "label": label, "points": points})
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


def month_table(scope):
    """[(month, {layer: 人次}, 人次)] of the months of a year's scope that have any. One query."""
    table = counts.by_month(scope)
    found = []
    for month in range(scope.start.month, scope.end.month + 1):
        layers = {
            layer: sum(n for (day, of), n in table.items() if of == layer and day.month == month)
            for layer in Layer.values
        }
        if any(layers.values()):
            found.append((month, layers, sum(layers.values())))
    return found


def _month_totals(charts):
    """人次 of each month, all layers together (内审员 are already in them)."""
    layers = [chart["points"] for chart in charts if "inside" not in chart]
    return [(points[0][0], sum(n for _month, n, _height in points)) for points in zip(*layers, strict=True)]


class GapsView(LoginRequiredMixin, View):
    """缺什么: what the figures are known to lack, and where each is mended."""

    def get(self, request):
        form = form_for(request)
        scope = form.scope()
        counted, kind, page = worklist(scope, request.user, request.GET.get("what", ""), request.GET.get("page"))
        query = _query(form, scope)
        context = {
            "form": form,
            "scope": scope,
            "day": min(scope.end, clock.today()),
            "tabs": [
                {"title": word, "count": counted[name], "url": f"?{query}&what={name}", "current": name == kind}
                for name, (word, _why, _find, _gaps) in KINDS.items()
            ],
            "title": KINDS[kind][0],
            "why": KINDS[kind][1],
            "total": sum(counted.values()),
            "page_obj": page,
            "query": query,
        }
        return render(request, "reports/gaps.html", context)


class EntriesView(LoginRequiredMixin, View):
    """台账: the rows behind a number, the same filters in the URL."""

    def get(self, request):
        form = form_for(request)
        scope = form.scope()
        rows = Entry.objects.select_related("person", "enterprise", "district", "activity__owner", "posting")

        def keys(edge, size, newer):
            return counts.page(scope, edge=edge, size=size, newer=newer)

        page = page_of_keys(rows, "occurred_on", keys, request.GET, size=ENTRIES)
        context = {
            "form": form,
            "scope": scope,
            "page": page,
            "totals": counts.figures(scope),
            "activities": _with_rounds(
                scope.activities().select_related("owner", "district").order_by("-ended_on")[:100]
            ),
            "query": _query(form, scope),
        }
        return render(request, "reports/entries.html", context)


def _with_rounds(activities):
    """Each activity knows the id of the round it came from (None for a course), so that the screen can lead there."""
    rows = list(activities)
    for row in rows:
        source, _colon, key = row.key.partition(":")
        row.round_id = int(key) if source == "round" else None
    return rows


class EntryView(LoginRequiredMixin, View):
    """One entry and what stands behind it: the round, the sign-ins, the posting, the evidence."""

    def get(self, request, pk):
        if not rights_of(request.user).counts:
            raise Http404
        entry = policy_for(Entry).get(request.user, pk=pk)
        entry = Entry.objects.select_related(
            "person",
            "enterprise",
            "district",
            "activity__owner",
            "posting__actor__person",
            "reversed_by__actor__person",
        ).get(pk=entry.pk)
        registration = None
        if entry.activity.key.startswith("round:"):
            registration = (
                Registration.objects.filter(round=entry.activity.key.removeprefix("round:"), person=entry.person_id)
                .select_related("round", "person", "enterprise", "certificate")
                .prefetch_related(
                    "attendances__session", "attendances__recorded_by__person", "round__sessions", "round__evidence"
                )
                .first()
            )
        enrolment = _enrolment_of(entry) if entry.activity.key.startswith("course:") else None
        context = {
            "entry": entry,
            "registration": registration,
            "enrolment": enrolment,
            "passed": enrolment
            and enrolment.course.quiz
            and passed_attempt(entry.person, enrolment.course.quiz, entry.activity.key),
            "explanation": explain(registration) if registration else None,
            "siblings": Entry.objects.filter(activity__key=entry.activity.key, person=entry.person_id)
            .exclude(pk=entry.pk)
            .select_related("posting", "reversed_by"),
        }
        return render(request, "reports/entry.html", context)


def _enrolment_of(entry):
    """The Enrolment an online entry came from: its key is ``course:5:v3:2026``."""
    _word, course, version, year = entry.activity.key.split(":")
    rows = Enrolment.objects.filter(course=course, version=version.removeprefix("v"), year=year, person=entry.person_id)
    return rows.select_related("course__quiz", "certificate").prefetch_related("progress__lesson").first()


class ExplainView(LoginRequiredMixin, View):
    """为什么没计入: for one person in one round."""

    def get(self, request, pk):
        row = policy_for(Registration).get(request.user, pk=pk)
        row = (
            Registration.objects.select_related("round__owner", "person", "enterprise", "certificate")
            .prefetch_related("attendances__session", "attendances__recorded_by__person", "round__sessions")
            .get(pk=row.pk)
        )
        context = {"registration": row, "explanation": explain(row), "back": reverse("desk:round", args=[row.round_id])}
        return render(request, "reports/explain.html", context)
