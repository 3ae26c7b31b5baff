"""现场报名: who stands in the room and is on no list signs up alone, with the ticket that says since when they are there."""

from core.exceptions import DomainError
from enterprises.services import current_membership

from . import check_in, registration
from .models import Registration
from .refusals import refusal
from .window import closes_at, opens_at

NOW, FIRM_FIRST = "now", "firm"

_CODES = {"round.quota": "check_in.quota", "round.trainer": "check_in.trainer"}
"""What registration refuses -> what the door says."""


def offer(session, person):
    """What a person at the door may do who is not on the list: NOW (sign up and in), FIRM_FIRST (say where they work, then that), or
    "": they are known to the list, or the round takes nobody at the door. Two statements at most."""
    if person is None or not _is_open_to_strangers(session.round):
        return ""
    if Registration.objects.filter(round=session.round_id, person=person).exists():
        return ""
    member = current_membership(person)
    if member is None:
        return FIRM_FIRST
    return NOW if _is_for(session.round, member) else ""


def sign_up(ticket, person, *, session, actor):
    """Put the holder of a ticket on the list and sign them in as of the ticket; returns the Attendance, as ``check_in.sign_in``.

    Who is on the list already is signed in, or told why not. Seats, quotas and approval hold as for everybody: who finds no seat
    is in the queue, and may try again with the same ticket. Every refusal is kept once. Raises DomainError with one of the codes of
    ``refusals.refusals()``.
    """
    if person is not None and not Registration.objects.filter(round=session.round_id, person=person).exists():
        code = _why_not(ticket, person, session) or _register(ticket, person, session, actor)
        if code:
            check_in.refuse(session, code, person=person, method=ticket.method, at=ticket.at, nonce=ticket.nonce)
            raise refusal(code)
    return check_in.sign_in(ticket, person)


def _is_open_to_strangers(round_):
    return round_.walk_in and round_.state in registration.DOOR_STATES


def _is_for(round_, member):
    return round_.for_enterprise_id in (None, member.enterprise_id)


def _why_not(ticket, person, session):
    """What stands against it before the round's lock is taken, cheapest first; "" when nothing does."""
    if session.round.is_settled:
        return "check_in.closed"
    if ticket.leaving:
        return "check_in.not_in"
    if ticket.at < opens_at(session):
        return "check_in.too_early"
    if ticket.at > closes_at(session):
        return "check_in.too_late"
    if not _is_open_to_strangers(session.round):
        return "check_in.not_registered"
    if check_in.was_used_by_another(session, person, ticket):
        return "check_in.ticket_used"
    return ""


def _register(ticket, person, session, actor):
    """The code of what registration refused, or ""."""
    member = current_membership(person)
    if member is None:
        return "check_in.no_person"
    if not _is_for(session.round, member):
        return "check_in.not_registered"
    try:
        registration.register(session.round_id, person, member, actor=actor, clash_ok=True, at_the_door=True)
    except DomainError as refused:
        # The round was closed, or stopped taking people, since it was looked at.
        return _CODES.get(refused.code, "check_in.not_registered")
    return ""
