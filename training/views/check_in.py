"""The door on a trainee's phone. Opening the QR's URL signs a ticket (GET, writes nothing); recording is a POST."""

import hashlib
import secrets

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import View

from accounts.consents import current_policies
from accounts.forms import PhoneForm
from core import clock, limits
from core.exceptions import DomainError
from core.prepared import Prepared
from enterprises.services import person_of

from .. import check_in, elsewhere, tickets, walk_ins
from ..models import Session
from ..refusals import REPEATED, refusal, refusals

COOKIE = "check-in-ticket"
"""HttpOnly: the ticket lives in the browser that stood at the door, so a forwarded link is worth nothing."""

DEVICE = "check-in-device"
"""A random number this phone keeps for a year; where the round asks for it, a digest of it shows who signed in on one phone."""


@Prepared
def _with_round(pk):
    return Session.objects.select_related("round").filter(pk=pk).order_by()


def _session(pk):
    session = _with_round.first(pk)
    if session is None:
        raise Http404
    return session


def _refused(request, session, refused, status=403):
    number, title, mend = refusals()[refused.code]
    context = {
        "session": session,
        "code": refused.code,
        "number": number,
        "title": title,
        "mend": mend,
        "at": clock.now(),
    }
    if refused.code == "check_in.not_registered":
        person = person_of(request.user)
        context |= {"listed_in": elsewhere.of(person, session), "offer": walk_ins.offer(session, person)}
    return render(request, "training/check_in_refused.html", context, status=status)


@method_decorator(never_cache, name="dispatch")
class ScanView(View):
    """The URL in the room's QR: exchanged for a ticket before anything else, so that a slow sign-in never makes one late."""

    def get(self, request, pk, code):
        session = _session(pk)
        try:
            ticket = tickets.ticket_for_url(session, code)
        except DomainError as refused:
            return _refused(request, session, refused)
        return _with_ticket(request, pk, ticket)


def _with_ticket(request, pk, ticket):
    response = redirect("check-in:confirm", pk)
    how = {"httponly": True, "samesite": "Lax", "secure": settings.SESSION_COOKIE_SECURE}
    response.set_cookie(COOKIE, ticket, max_age=2 * 3600, **how)
    if DEVICE not in request.COOKIES:
        response.set_cookie(DEVICE, secrets.token_hex(16), max_age=365 * 86400, **how)
    return response


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
            ticket = tickets.ticket_for_digits(session, request.POST.get("digits", "").strip())
        except DomainError as refused:
            check_in.refuse(session, refused.code, person=person_of(request.user), method="code")
            return _refused(request, session, refused)
        return _with_ticket(request, pk, ticket)


@method_decorator(never_cache, name="dispatch")
class ConfirmView(View):
    """您到教室的时间 09:02: sign in to the site if needed, then record."""

    joining = False

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
        elif not ticket.leaving:
            context["offer"] = walk_ins.offer(session, person_of(request.user))
        return render(request, "training/check_in.html", context)

    def post(self, request, pk):
        if not request.user.is_authenticated:
            return redirect("check-in:confirm", pk)
        person = person_of(request.user)
        try:
            ticket = self.ticket(request, pk)
        except DomainError as refused:
            session = _session(pk)
            self.keep(request, session, refused.code, person)
            return _refused(request, session, refused)
        try:
            attendance = self.record(request, ticket, person)
        except Session.DoesNotExist:
            raise Http404 from None
        except DomainError as refused:
            return _refused(request, _session(pk), refused)
        context = {
            "session": attendance.session,
            "attendance": attendance,
            "left": attendance.outcome == check_in.LEFT,
            "repeated": attendance.outcome == REPEATED,
            "walked_in": self.joining and attendance.registration.walked_in,
        }
        return render(request, "training/check_in_done.html", context)

    def record(self, request, ticket, person):
        return check_in.sign_in(ticket, person)

    def keep(self, request, session, code, person):
        """A forged or old ticket is kept once, however often it is sent; nobody fills the list with made-up ones."""
        text = request.COOKIES.get(COOKIE, "")
        if text and limits.allow(f"forged:{request.user.pk}", 30, 300):
            nonce = hashlib.sha256(text.encode()).hexdigest()[:32]
            check_in.refuse(session, code, person=person, nonce=nonce)

    def ticket(self, request, pk):
        device = tickets.device_digest(request.COOKIES.get(DEVICE, ""))
        ticket = tickets.open_ticket(request.COOKIES.get(COOKIE, ""), device=device)
        if ticket.session_id != pk:
            raise refusal("check_in.wrong_session")
        return ticket


class WalkInView(ConfirmView):
    """现场报名并签到: for who is on no list, in one step."""

    joining = True

    def get(self, request, pk):
        return redirect("check-in:confirm", pk)

    def record(self, request, ticket, person):
        return walk_ins.sign_up(ticket, person, session=_session(ticket.session_id), actor=request.user)


@method_decorator(never_cache, name="dispatch")
class CardView(LoginRequiredMixin, View):
    """One's own code, for the desk to scan. It changes every minute, so a picture of it is soon worth nothing."""

    template_name = "training/card.html"

    def get(self, request):
        person = person_of(request.user)
        if person is None:
            return redirect(f"{reverse('enterprises:join')}?next={reverse('check-in:card')}")
        context = {"person": person, "card": tickets.card_code(person), "now": clock.now()}
        return render(request, self.template_name, context)


class CardLiveView(CardView):
    """The part of it that changes."""

    template_name = "training/_card_live.html"
