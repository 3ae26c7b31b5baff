"""What the pages of rounds need beyond template language: days in Chinese, the state of a session now, small drawings."""

import re
from functools import lru_cache

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from core import clock

from .. import closing, window
from ..models import Attendance, Evidence, Round
from ..refusals import DESK_SAYS, refusals

register = template.Library()

# Rounds --------------------------------------------------------------------------------------------------------------


@register.filter
def seats_left(round_):
    """Free seats of a round that came ``with_seats_taken()``."""
    return max(round_.seats - round_.taken, 0)


@register.filter
def span(round_):
    """The days of a round without the year: 11月25日, 11月27—29日, 11月30日—12月2日."""
    first, last = round_.starts_on, round_.ends_on
    if first is None:
        return _("日期未定")
    start = _("%(month)s月%(day)s日") % {"month": first.month, "day": first.day}
    if first == last:
        return start
    if (first.year, first.month) == (last.year, last.month):
        return _("%(month)s月%(first)s—%(last)s日") % {"month": first.month, "first": first.day, "last": last.day}
    return f"{start}—" + _("%(month)s月%(day)s日") % {"month": last.month, "day": last.day}


@register.filter
def awaits_closing(round_):
    """Its last day is over and nobody has closed it yet: what it taught is counted nowhere."""
    return round_.state in closing.READY and round_.ends_on < clock.today()


@register.simple_tag
def has_begun(round_):
    """Somebody has signed in: from now on what closing needs is missing, before it is only to come."""
    return round_.state not in (Round.State.PLANNED, Round.State.OPEN, Round.State.FULL)


@register.filter
def class_hours(sessions):
    """Class hours of all sessions together."""
    return sum(session.class_hours for session in sessions)


@register.simple_tag
def lifecycle(steps, state):
    """[(label, "past" | "now" | "")] of the steps of a round; 报名截止 stands with 报名中."""
    values = [value for value, _label in steps]
    state = Round.State.OPEN if state == Round.State.FULL else state
    now = values.index(state) if state in values else -1
    return [
        (label, "past" if number < now else "now" if number == now else "")
        for number, (_value, label) in enumerate(steps)
    ]


@register.simple_tag
def site_link(name, *args):
    """The full address of a page, for print."""
    return settings.SITE_URL + reverse(name, args=args)


# Sessions ------------------------------------------------------------------------------------------------------------


@register.filter
def is_over(session):
    """The session has ended; only now may its attendance be submitted."""
    return session.ends_at <= clock.now()


@register.filter
def signs_in_from(session):
    return window.opens_at(session)


@register.filter
def signs_in_until(session):
    return window.closes_at(session)


@register.filter
def signs_out_from(session):
    return window.signs_out_from(session)


@register.filter
def is_leaving(session):
    """The door is for signing out by now."""
    return window.is_leaving(session)


@register.filter
def is_signing_in(session):
    """The door is open: who is there now is let in, or signed out."""
    is_open = signs_in_from(session) <= clock.now() <= signs_in_until(session)
    return is_open or (window.is_leaving(session) and clock.now() <= session.ends_at + window.SIGN_OUT_UNTIL)


@register.filter
def minutes_late(attendance):
    """Whole minutes between the session's start and the arrival; 0 for who was in time or has no time."""
    if attendance.arrived_at is None:
        return 0
    return max(int((attendance.arrived_at - attendance.session.starts_at).total_seconds()) // 60, 0)


@register.simple_tag
def session_at_hand(sessions):
    """The session that runs or comes next, else the last one: what the buttons on top of a round open."""
    sessions = list(sessions)
    return next((session for session in sessions if not is_over(session)), sessions[-1] if sessions else None)


@register.filter
def refusal(code, reader=""):
    """Why a try to sign in was refused, in words; for the "desk" not addressed to the trainee."""
    if reader == "desk" and code in DESK_SAYS:
        return DESK_SAYS[code][0]
    known = refusals().get(code)
    return known[1] if known else code


@register.filter
def refusal_mend(code, reader=""):
    """What who was refused, or the desk, should do."""
    if reader == "desk" and code in DESK_SAYS:
        return DESK_SAYS[code][1]
    known = refusals().get(code)
    return known[2] if known else ""


# The attendance table and the forms below it: drawn here because a round has hundreds of cells and of equal options. --------

CELL_CLASS = {"late": "late", "early": "late", "made_up": "late", "leave": "dim", "absent": "bad"}


@register.simple_tag
def mark_cells(sessions, marks):
    """The cells of one person: 到 is a square, every other state its character, a reason stands in the title.

    Without a mark: 缺 once the session's attendance is submitted.
    """
    labels, methods = dict(Attendance.State.choices), dict(Attendance.Method.choices)
    cells = []
    for session, mark in zip(sessions, marks, strict=True):
        state = mark.state if mark else "absent" if session.submitted_at else ""
        if not state:
            inner = format_html('<span class="dim" aria-hidden="true">·</span>{}', _spoken(_("没有记号")))
        elif mark and mark.reason:
            title = f"{methods[mark.method]}：{mark.reason}"
            inner = format_html('<abbr title="{}">{}</abbr>', title, labels[state])
        elif state == Attendance.State.PRESENT:
            inner = format_html("{}{}", SQUARE, _spoken(labels[state]))
        else:
            inner = labels[state]
        cells.append((CELL_CLASS.get(state, ""), inner))
    return format_html_join("", '<td class="m {}">{}</td>', cells)


SQUARE = mark_safe(
    '<svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true"><rect class="m-ok" width="8" height="8"/></svg>'
)


def _spoken(text):
    return format_html('<span class="visually-hidden">{}</span>', text)


def _options(rows, chosen=None):
    """<option>s of (value, label); without a choice the first asks for one."""
    drawn = [("", "", _("请选"))] if chosen is None else []
    drawn += [(value, mark_safe(" selected") if value == chosen else "", label) for value, label in rows]
    return format_html_join("", '<option value="{}"{}>{}</option>', drawn)


@register.simple_tag
def state_options(states, chosen=None, without=""):
    return _options((one for one in states.choices if one[0] != without), chosen)


@register.simple_tag
def register_select(row, mark, states, wanted):
    """The choice of one person in the register; drawn here because a class has a thousand. What was written stays offered."""
    now = mark.state if mark else ""
    chosen = (wanted or {}).get(row.pk, now)
    offered = [("", "—")] if not now else []
    offered += [(now, mark.get_state_display())] if now and now not in dict(states) else []
    return format_html(
        '<select class="select" id="s-{0}" name="s-{0}">{1}</select>', row.pk, _options([*offered, *states], chosen)
    )


@register.simple_tag
def person_options(grid):
    """The people of the list with their enterprise, since names repeat."""
    rows = [person.registration for person, _marks in grid]
    return _options(
        (row.pk, f"{row.person.name}（{row.enterprise.name}）" if row.enterprise else row.person.name) for row in rows
    )


# Closing -------------------------------------------------------------------------------------------------------------

EVIDENCE_OF = {"sign_in": Evidence.Kind.SIGN_IN, "photo": Evidence.Kind.PHOTO, "marks_file": Evidence.Kind.MARKS}
"""Lines of the closing checklist that an upload mends -> the kind of evidence."""


@register.filter
def evidence_kind(check):
    """The kind of evidence a line of the checklist asks for, or "" when no upload mends it."""
    return EVIDENCE_OF.get(check.code, "")


@register.filter
def short_name(enterprise):
    """天津示例轴承有限公司 -> 示例轴承: for columns that must stay narrow; the full name stands in the title."""
    name = re.sub(r"^天津市?", "", enterprise or "")
    return re.sub(r"(股份|责任)?有限(责任)?公司$", "", name) or enterprise or ""


@register.simple_tag
def by_hand(grid, sessions):
    """[(name, session, mark)] of attendance that carries a reason; what a hover would show, for touch and print."""
    return [
        (person.registration.person.name, session, mark)
        for person, marks in grid
        for session, mark in zip(sessions, marks, strict=True)
        if mark and mark.reason
    ]


@register.filter
def counted_hours(people):
    """Class hours closing will post: of those who count."""
    return sum(person.credited for person in people if person.counts)


@register.simple_tag
def by_enterprise(grid, waiting):
    """[{name, registered, counts, waiting}] in the order of the list; ``waiting`` are names in the queue."""
    rows = {}

    def row_of(registration):
        name = registration.enterprise.name if registration.enterprise else _("没有单位")
        empty = {"name": name, "registered": 0, "counts": 0, "waiting": []}
        return rows.setdefault(registration.enterprise_id, empty)

    for person, _marks in grid:
        row = row_of(person.registration)
        row["registered"] += 1
        row["counts"] += person.counts
    for registration in waiting:
        row_of(registration)["waiting"].append(registration.person.name)
    return list(rows.values())


@register.filter
def counting(grid):
    """How many of the people one may see count."""
    return sum(person.counts for person, _marks in grid)


SEATS_A_ROW = 30
PIPS_A_ROW = 15


@register.simple_tag
def seat_map(rows, seats, taken):
    """One square per seat, neighbouring enterprises in two shades, free seats dashed; at most 300 are drawn."""
    shades = []
    for number, row in enumerate(rows):
        shades += ["s-alt" if number % 2 else "s-taken"] * row["registered"]
    # Who may not see the whole list still sees how full the room is.
    shades += ["s-taken"] * max(taken - len(shades), 0)
    shades = (shades + ["s-free"] * max(seats - len(shades), 0))[:300]
    squares = []
    for number, shade in enumerate(shades):
        down, across = divmod(number, SEATS_A_ROW)
        inset, side = (0.5, 16) if shade == "s-free" else (0, 17)
        squares.append((shade, across * 20 + inset, down * 20 + inset, side, side))
    height = -(-len(shades) // SEATS_A_ROW) * 20 - 2
    label = _("%(seats)s 个座位，已报 %(taken)s 人") % {"seats": seats, "taken": taken}
    drawn = format_html_join("", '<rect class="{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>', squares)
    return format_html(
        '<svg class="seats" viewBox="0 0 600 {}" role="img" aria-label="{}">{}</svg>', max(height, 18), label, drawn
    )


@register.simple_tag
@lru_cache(maxsize=64)
def pips(came, total):
    """A small bar per person on the list, green when here. The same figures stand beside it as words."""
    if not total:
        return mark_safe("")  # noqa: S308 (a constant)
    across = PIPS_A_ROW if total <= 60 else 2 * PIPS_A_ROW if total <= 180 else 4 * PIPS_A_ROW
    width, high = (17, 10.5) if total <= 60 else (7, 7) if total <= 180 else (3.4, 5)
    step_x, step_y = width + (3 if total <= 180 else 1.6), high + (3.5 if total <= 180 else 2)
    bars = {True: [], False: []}
    for number in range(total):
        row, column = divmod(number, across)
        # One path for all who are here and one for all who are not: five hundred drawn each by itself would be the page.
        bars[number < came].append(f"M{0.6 + column * step_x:.1f} {0.6 + row * step_y:.1f}h{width}v{high}h-{width}z")
    height = -(-total // across) * step_y - 2
    return format_html(
        '<svg class="pips" viewBox="0 0 300 {}" aria-hidden="true"><path class="pip-in" d="{}"/><path class="pip-out" d="{}"/></svg>',
        round(height, 1),
        "".join(bars[True]),
        "".join(bars[False]),
    )
