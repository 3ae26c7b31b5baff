"""Policies of what staff keep at the 工作台 beside enterprises and people: appointments and organisers.

Who may give (and extend, and take back) what:

- a city administrator every role in every scope;
- a district administrator 企业联络员 of the enterprises of their district, and nothing else: an organiser's staff see whole
  rosters, people of other districts among them, which is more than the district itself sees;
- an organiser's administrator 讲师 of that organiser;
- nobody else, nobody for themselves, and so nobody above themselves. A contact hands over by a verb of the portal.
"""

from dataclasses import dataclass

from django.db.models import Q

from core.policies import Policy

from ..models import (
    SCOPE_OF,
    Appointment,
    District,
    Enterprise,
    Membership,
    Merge,
    MergeKind,
    Organiser,
    Person,
    Role,
)
from .registry import rights_of

SCOPE_MODELS = {"district": District, "organiser": Organiser, "enterprise": Enterprise}


@dataclass(frozen=True)
class Giving:
    """A role one may give, and the rows one may give it for (None: it acts for the whole city)."""

    role: Role
    scopes: object

    def covers(self, scope):
        """Whether ``scope`` (a row or None) is among them. One query at most."""
        return scope is None if self.scopes is None else bool(scope) and self.scopes.filter(pk=scope.pk).exists()


def givable(user):
    """[Giving]: the roles a user may give, in the order of ``Role``, with the scopes they may give each for. No query."""
    rights = rights_of(user)
    if Role.CITY_ADMIN in rights.roles:
        return [Giving(role, SCOPE_MODELS[SCOPE_OF[role]].objects.all() if SCOPE_OF[role] else None) for role in Role]
    answer = []
    if rights.led_organisers:
        answer.append(Giving(Role.TRAINER, Organiser.objects.filter(pk__in=rights.led_organisers)))
    if rights.districts:
        answer.append(Giving(Role.CONTACT, Enterprise.objects.listed().filter(district__in=rights.districts)))
    return answer


def may_give(user, role, scope):
    """Whether a user may give ``role`` for ``scope`` (a row, or None for the whole city)."""
    return any(giving.role == role and giving.covers(scope) for giving in givable(user))


def may_manage(user, appointment):
    """Whether a user may extend or withdraw an appointment: who may give it, but never their own."""
    return appointment.user_id != user.pk and may_give(user, appointment.role, appointment.scope)


class AppointmentPolicy(Policy):
    """City staff see all, district staff those for enterprises of their district, an organiser's administrator that
    organiser's, everyone their own. Changed by who may give them (above), never one's own."""

    model = Appointment

    def visible(self, user):
        rights = rights_of(user)
        rows = Appointment.objects.all()
        if rights.city:
            return rows
        return rows.filter(
            Q(user=user.pk)
            | Q(organiser__in=rights.led_organisers)
            | Q(district__in=rights.districts)
            | Q(enterprise__district__in=rights.districts)
        )

    def may(self, user, action, row):
        return may_manage(user, row)


class OrganiserPolicy(Policy):
    """City staff see and the city's administrators keep the list of organisers; others meet an organiser only in its rounds."""

    model = Organiser

    def visible(self, user):
        return Organiser.objects.all() if rights_of(user).city else Organiser.objects.none()

    def may(self, user, action, row):
        return Role.CITY_ADMIN in rights_of(user).roles


def may_merge(user, kind, one, other):
    """Whether a user may merge two rows, take a merge apart, or find them to be two: the city's administrators, and a district's
    where both rows are wholly theirs (the enterprise in the district; every open membership of the person there)."""
    rights = rights_of(user)
    if Role.CITY_ADMIN in rights.roles:
        return True
    if not rights.districts:
        return False
    if kind == MergeKind.ENTERPRISE:
        return one.district_id in rights.districts and other.district_id in rights.districts
    places = Membership.objects.open().filter(person__in=[one.pk, other.pk])
    places = set(places.values_list("enterprise__district", flat=True))
    return bool(places) and places <= rights.districts


class MergePolicy(Policy):
    """City staff see every merge, a district's administrator those of its enterprises and of people who work in them."""

    model = Merge

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Merge.objects.all()
        firms = Enterprise.objects.filter(district__in=rights.districts)
        people = Membership.objects.open().filter(enterprise__district__in=rights.districts)
        return Merge.objects.filter(
            Q(kind=MergeKind.ENTERPRISE, winner_id__in=firms.values("pk"))
            | Q(kind=MergeKind.PERSON, winner_id__in=people.values("person"))
        )

    def may(self, user, action, row):
        model = Person if row.kind == MergeKind.PERSON else Enterprise
        both = model.objects.in_bulk([row.winner_id, row.loser_id])
        return may_merge(user, row.kind, both[row.winner_id], both[row.loser_id])
