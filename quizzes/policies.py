"""Who sees an attempt: the person who sits it, nobody else. Who marks answers sees them, and not whose they are."""

from django.db.models import Q

from core import registry
from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import Analysis, Appeal, Attempt, Claim, Quiz, Regrade


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
    """Who comes in: the city's and the organisers' staff, who see what waits as far as it is theirs, and named markers."""
    rights = rights_of(user)
    return rights.city or bool(rights.organisers) or may_mark(user)


class ClaimPolicy(Policy):
    """An answer that one has taken to mark, as long as one may mark its paper."""

    model = Claim

    def visible(self, user):
        return Claim.objects.filter(marker=user, attempt__in=markable(user).values("pk"))


class AppealPolicy(Policy):
    """Markers see the appeals about papers they may mark, the city's staff all but about their own; who may mark, answers."""

    model = Appeal

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return (
                Appeal.objects.exclude(attempt__person=rights.person_id) if rights.person_id else Appeal.objects.all()
            )
        return Appeal.objects.filter(attempt__in=markable(user).order_by().values("pk"))

    def may(self, user, action, row):
        return markable(user).filter(pk=row.attempt_id).exists()


# What concerns many papers ------------------------------------------------------------------------------------------


def quizzes_at_desk(user):
    """Quizzes whose figures a user may look at: the city's staff all, markers those with papers of theirs."""
    if rights_of(user).city:
        return Quiz.objects.all()
    return Quiz.objects.filter(pk__in=markable(user).order_by().values("quiz"))


class AnalysisPolicy(Policy):
    """As the quiz it is about. Who sees it may have it worked out again: it changes nothing and names nobody."""

    model = Analysis

    def visible(self, user):
        return Analysis.objects.filter(quiz__in=quizzes_at_desk(user).values("pk"))

    def may(self, user, action, row):
        return True


class RegradePolicy(Policy):
    """The city's staff see them, its administrators make them."""

    model = Regrade

    def visible(self, user):
        return Regrade.objects.all() if rights_of(user).city else Regrade.objects.none()

    def may(self, user, action, row=None):
        return marks_all(user)
