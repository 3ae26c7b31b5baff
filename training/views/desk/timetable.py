"""The timetable: one session moved, called off, added; and the calendar by day, week and month."""

from calendar import Calendar
from datetime import date, timedelta

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import clock, workdays
from core.exceptions import DomainError
from core.policies import policy_for

from ... import sessions
from ...forms import MoveForm, SessionForm, TeachingForm, confirmed_in
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
        rows = (
            Session.objects.on_days(first, last)
            .filter(round__in=policy_for(Round).visible(request.user))
            .exclude(round__state=Round.State.CANCELLED)
            .select_related("round")
            .prefetch_related("trainers", "round__trainers")
            .order_by("starts_at", "pk")
        )
        found = list(rows)
        for row in found:
            row.people = list(row.trainers.all()) or list(row.round.trainers.all())
        trainers = {person.pk: person.name for row in found for person in row.people}
        rooms = sorted({row.room or row.round.venue for row in found} - {""})
        trainer, room = number(request.GET.get("trainer")), request.GET.get("room", "")
        if trainer:
            found = [row for row in found if any(person.pk == trainer for person in row.people)]
        if room:
            found = [row for row in found if room in (row.room, row.round.venue)]
        days = {}
        for row in found:
            days.setdefault(row.day, []).append(row)
        count = (last - first).days + 1
        cells = [
            (day, workdays.day_of(day), days.get(day, []), day.month == on.month)
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
            "count": len(found),
            "today": clock.today(),
            "trainers": sorted(trainers.items(), key=lambda one: one[1]),
            "rooms": rooms,
            "trainer": trainer,
            "room": room,
            "most": MOST[view],
            "most_shown": f":{MOST[view]}",
            "unpublished": sorted({day.year for day, known, _rows, _in in cells if not known.is_published}),
        }
        return render(request, "training/desk_calendar.html", context)


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
