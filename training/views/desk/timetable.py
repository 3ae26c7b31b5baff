"""The timetable: one session moved, called off, added; and the calendar by day, week and month."""

from calendar import Calendar
from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock, workdays
from core.exceptions import DomainError
from core.policies import policy_for

from ... import sessions
from ...forms.sessions import MoveForm, SessionForm, TeachingForm, confirmed_in
from ...models import Round, Session
from .access import DeskView, RoundAct, number


class MoveView(DeskView):
    """Another time or room."""

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        return self.answer(session, None)

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        form = MoveForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                sessions.move_session(
                    pk,
                    **form.times,
                    room=data["room"],
                    reason=data["reason"],
                    confirmed=form.confirmed,
                    actor=request.user,
                )
            except DomainError as refused:
                form.add_error("reason" if refused.code == "reason.missing" else None, refused.sentence)
            else:
                messages.success(request, _("第 %(n)s 课改好了。") % {"n": session.number})
                return redirect("desk:round", session.round_id)
        return self.answer(session, form, 422)

    def answer(self, session, form, status=200, teaching=None):
        context = {
            "session": session,
            "round": session.round,
            "form": form or MoveForm(initial=_as_it_is(session)),
            "teaching": teaching or TeachingForm(session=session),
            "may_move": sessions.may_move(session),
        }
        return render(self.request, "training/desk_session.html", context, status=status)


def _as_it_is(session):
    start, end = (one.astimezone(clock.SHANGHAI) for one in (session.starts_at, session.ends_at))
    return {"day": f"{start:%Y-%m-%d}", "starts": f"{start:%H:%M}", "ends": f"{end:%H:%M}", "room": session.room}


class TeachingView(MoveView):
    """Who teaches it, and the link."""

    def get(self, request, pk):
        return redirect("desk:move", pk)

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        form = TeachingForm(request.POST, session=session)
        if form.is_valid():
            try:
                sessions.change_teaching(pk, **form.cleaned_data, actor=request.user)
            except DomainError as refused:
                form.add_error("trainers", refused.sentence)
            else:
                messages.success(request, _("第 %(n)s 课改好了。") % {"n": session.number})
                return redirect("desk:round", session.round_id)
        return self.answer(session, None, 422, teaching=form)


class CallOffView(DeskView):
    """取消这一课."""

    def get(self, request, pk):
        return redirect("desk:move", pk)

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        try:
            sessions.cancel_session(pk, actor=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("第 %(n)s 课取消了。") % {"n": session.number})
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect("desk:move", pk)
        return redirect("desk:round", session.round_id)


class AddSessionView(RoundAct):
    done = lazy("加了一课。")

    def act(self, request):
        form = SessionForm(request.POST)
        if not form.is_valid() or form.as_session is None:
            raise DomainError("session.fields", _("加一课要填全日期、起止时间、内容和学时。"))
        confirmed = confirmed_in(request.POST)
        sessions.add_session(self.round.pk, actor=request.user, confirmed=confirmed, **form.as_session)


SPANS = {"day": lazy("日"), "week": lazy("周"), "month": lazy("月")}


MOST = {"day": 200, "week": 20, "month": 8}
"""Sessions of one day that are shown; the day's own page has the rest."""


class CalendarView(DeskView):
    """Sessions of the rounds one sees, by day, week or month; of one trainer, in one room."""

    def get(self, request):
        view = request.GET.get("view") if request.GET.get("view") in SPANS else "month"
        on = _date(request.GET.get("on"))
        first, last, before, after = _span(view, on)
        every = (
            Session.objects.on_days(first, last)
            .filter(round__in=policy_for(Round).visible(request.user))
            .exclude(round__state=Round.State.CANCELLED)
        )
        trainer, room = number(request.GET.get("trainer")), request.GET.get("room", "")
        rows = every
        if trainer:
            by_the_round = Q(trainers=None, round__trainers=trainer)
            rows = rows.filter(Q(trainers=trainer) | by_the_round).distinct()
        if room:
            rows = rows.filter(Q(room=room) | Q(round__venue=room))
        days = _days(rows, MOST[view])
        count = (last - first).days + 1
        cells = [
            (day, workdays.day_of(day), *days.get(day, ([], 0)), day.month == on.month)
            for day in (first + timedelta(days=n) for n in range(count))
        ]
        context = {
            "view": view,
            "views": [
                {"title": title, "url": f"?view={key}&on={on}", "current": key == view} for key, title in SPANS.items()
            ],
            "on": on,
            "before": before,
            "after": after,
            "cells": cells,
            "count": sum(total for _shown, total in days.values()),
            "today": clock.today(),
            "trainers": _trainers(every),
            "rooms": sorted(
                {own or venue for own, venue in every.values_list("room", "round__venue").distinct()} - {""}
            ),
            "trainer": trainer,
            "room": room,
            "unpublished": sorted({day.year for day, known, *_rest in cells if not known.is_published}),
        }
        return render(request, "training/desk_calendar.html", context)


def _days(rows, most):
    """{day: (the first ``most`` of its sessions, how many there are)}: a month of the whole city has thousands."""
    keys, days = {}, {}
    for row in rows.only("starts_at").order_by("starts_at", "pk"):
        keys.setdefault(row.day, []).append(row.pk)
    shown = [key for ones in keys.values() for key in ones[:most]]
    found = (
        Session.objects.filter(pk__in=shown)
        .select_related("round")
        .prefetch_related("trainers", "round__trainers")
        .in_bulk()
    )
    for day, ones in keys.items():
        days[day] = ([found[key] for key in ones[:most]], len(ones))
        for row in days[day][0]:
            row.people = list(row.trainers.all()) or list(row.round.trainers.all())
    return days


def _trainers(rows):
    """[(key, name)] of who teaches one of the sessions, a session without a trainer of its own being its round's."""
    own = rows.exclude(trainers=None).values_list("trainers", "trainers__name")
    of_rounds = rows.filter(trainers=None).exclude(round__trainers=None)
    found = set(own.distinct()) | set(of_rounds.values_list("round__trainers", "round__trainers__name").distinct())
    return sorted(found, key=lambda one: one[1])


def _date(text):
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return clock.today()


def _span(view, on):
    """(first day, last day, a day of the span before, one of the span after)."""
    if view == "day":
        return on, on, on - timedelta(days=1), on + timedelta(days=1)
    if view == "week":
        first = on - timedelta(days=on.weekday())
        return first, first + timedelta(days=6), first - timedelta(days=7), first + timedelta(days=7)
    days = list(Calendar().itermonthdates(on.year, on.month))
    first = on.replace(day=1)
    return days[0], days[-1], first - timedelta(days=1), (first + timedelta(days=32)).replace(day=1)
