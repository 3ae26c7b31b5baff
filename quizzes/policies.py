"""Who sees an attempt: the person who sits it, nobody else. Who marks answers sees them, and not whose they are."""

from django.db.models import Q

from core import registry
from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import Attempt, Claim


class AttemptPolicy(Policy):
    """Only the person. Read from the signed-in user's own person, which came with the session: no query of its own."""

    model = Attempt

    def visible(self, user):
        return Attempt.objects.of(getattr(user, "person", None)).for_screen()

    def may(self, user, action, row):
        return row.person_id == getattr(getattr(user, "person", None), "pk", None)


# Marking ------------------------------------------------------------------------------------------------------------


def marks_all(user):
    """The city's administrators mark everything."""
    return Role.CITY_ADMIN in rights_of(user).roles


def markable(user):
    """Attempts this user may mark: all for the city's administrators, those of own contexts
    (``core.registry.attempt_contexts_to_mark``) for everybody else; never one's own paper."""
    person = rights_of(user).person_id
    rows = Attempt.objects.exclude(person=person) if person else Attempt.objects.all()
    if marks_all(user):
        return rows
    mine = Q(pk=None)
    for contexts in registry.attempt_contexts_to_mark:
        mine |= Q(context__in=contexts(user))
    return rows.filter(mine)


def may_mark(user):
    """Whether this user gives marks at all."""
    return marks_all(user) or any(contexts(user).exists() for contexts in registry.attempt_contexts_to_mark)


def is_marker(user):
    """Who comes in: markers, and the city's staff, who see what waits though not all of them mark."""
    return rights_of(user).city or may_mark(user)


class ClaimPolicy(Policy):
    """An answer that one has taken to mark, as long as one may mark its paper."""

    model = Claim

    def visible(self, user):
        return Claim.objects.filter(marker=user, attempt__in=markable(user).values("pk"))
