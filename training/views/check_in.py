"""The door on a trainee's phone. Opening the QR's URL signs a ticket (GET, writes nothing); recording is a POST."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from accounts.consents import current_policies
from accounts.forms import PhoneForm
from core import clock, limits
from core.exceptions import DomainError
from enterprises.services import person_of

from .. import check_in
from ..models import Attendance, Session

COOKIE = "check-in-ticket"
"""HttpOnly: the ticket lives in the browser that stood at the door, so a forwarded link is worth nothing."""


def _session(pk):
    return get_object_or_404(Session.objects.select_related("round"), pk=pk)


def _refused(request, session, refused, status=403):
    number, title, mend = check_in.refusals()[refused.code]
    context = {
        "session": session,
        "code": refused.code,
        "number": number,
        "title": title,
        "mend": mend,
        "at": clock.now(),
    }
    return render(request, "training/check_in_refused.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class ScanView(View):
    """The URL in the room's QR: exchanged for a ticket before anything else, so that a slow sign-in never makes one late."""

    def get(self, request, pk, code):
        session = _session(pk)
        try:
            ticket = check_in.ticket_for_url(session, code)
        except DomainError as refused:
            return _refused(request, session, refused)
        return _with_ticket(redirect("check-in:confirm", pk), ticket)


def _with_ticket(response, ticket):
    response.set_cookie(COOKIE, ticket, max_age=2 * 3600, httponly=True, samesite="Lax", secure=response_is_secure())
    return response


def response_is_secure():
    from django.conf import settings

    return settings.SESSION_COOKIE_SECURE


@method_decorator(never_cache, name="dispatch")
class DigitsView(View):
    """The six digits on the screen, typed."""

    def post(self, request, pk):
        session = _session(pk)
        # Tight per browser and person, generous per address: the whole class types from one Wi-Fi.
        who = request.user.pk or request.COOKIES.get("csrftoken", "")
        if not limits.allow(f"digits:{pk}:{who}", 10, 300) or not limits.allow(
            f"digits:{pk}:{limits.address(request)}", 600, 300
        ):
            return render(request, "429.html", status=429)
        try:
            ticket = check_in.ticket_for_digits(session, request.POST.get("digits", "").strip())
        except DomainError as refused:
            check_in.refuse(session, refused.code, person=person_of(request.user), method="code")
            return _refused(request, session, refused)
        return _with_ticket(redirect("check-in:confirm", pk), ticket)


@method_decorator(never_cache, name="dispatch")
class ConfirmView(View):
    """您到教室的时间 09:02: sign in to the site if needed, then record."""

    def get(self, request, pk):
        session = _session(pk)
        try:
            ticket = self.ticket(request, pk)
        except DomainError as refused:
            return _refused(request, session, refused)
        here = reverse("check-in:confirm", args=[pk])
        context = {"session": session, "ticket": ticket, "next": here}
        if not request.user.is_authenticated:
            context |= {"phone_form": PhoneForm(), "policies": current_policies()}
        elif person_of(request.user) is None:
            return redirect(f"{reverse('enterprises:join')}?next={here}")
        return render(request, "training/check_in.html", context)

    def post(self, request, pk):
        session = _session(pk)
        if not request.user.is_authenticated:
            return redirect("check-in:confirm", pk)
        try:
            attendance = check_in.sign_in(self.ticket(request, pk), person_of(request.user), session=session)
        except DomainError as refused:
            return _refused(request, session, refused)
        context = {
            "session": session,
            "attendance": attendance,
            "place": Attendance.objects.filter(
                session=session, state__in=Attendance.COUNTED, arrived_at__lte=attendance.arrived_at
            ).count(),
            "next_session": session.round.sessions.filter(starts_at__gt=session.starts_at).first(),
        }
        return render(request, "training/check_in_done.html", context)

    def ticket(self, request, pk):
        ticket = check_in.open_ticket(request.COOKIES.get(COOKIE, ""))
        if ticket.session_id != pk:
            raise DomainError("check_in.expired", check_in.refusals()["check_in.expired"][1])
        return ticket
