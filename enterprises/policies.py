"""What a user's appointments let them see and do, and the policies of people and enterprises."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from core.policies import Policy

from .models import Appointment, Enterprise, Membership, Person, Role


@dataclass(frozen=True)
class Rights:
    """A user's appointments in force, as sets of keys. Read once per request."""

    roles: frozenset = frozenset()
    districts: frozenset = frozenset()
    organisers: frozenset = frozenset()
    led_organisers: frozenset = field(default=frozenset())
    enterprises: frozenset = frozenset()
    person_id: int | None = None

    CITY = frozenset({Role.CITY_ADMIN, Role.STATISTICIAN, Role.AUDITOR})

    @property
    def city(self):
        """Sees every row of the city."""
        return bool(self.roles & self.CITY)

    @property
    def counts(self):
        """May open the counting screens: city and district staff."""
        return self.city or bool(self.districts)

    @property
    def desk(self):
        """Has anything to do at the 工作台."""
        return self.counts or bool(self.organisers)


NOBODY = Rights()


def rights_of(user):
    """The Rights of a user; kept on the user object, which lives for one request, so an expiry takes effect at the next."""
    if not user.is_authenticated:
        return NOBODY
    if not hasattr(user, "_rights"):
        rows = list(
            Appointment.objects.in_force().filter(user=user).values_list("role", "district", "organiser", "enterprise")
        )
        person = getattr(user, "person", None)
        user._rights = Rights(
            roles=frozenset(row[0] for row in rows),
            districts=frozenset(row[1] for row in rows if row[1]),
            organisers=frozenset(row[2] for row in rows if row[2]),
            led_organisers=frozenset(row[2] for row in rows if row[2] and row[0] == Role.PROVIDER_ADMIN),
            enterprises=frozenset(row[3] for row in rows if row[3]),
            person_id=person.pk if person else None,
        )
    return user._rights


class EnterprisePolicy(Policy):
    """City staff see all, district staff their district's, a contact their own, a member the one they work in."""

    model = Enterprise

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Enterprise.objects.all()
        mine = Membership.objects.filter(enterprise=OuterRef("pk"), person=rights.person_id, ended_on=None)
        return Enterprise.objects.filter(Q(district__in=rights.districts) | Q(pk__in=rights.enterprises) | Exists(mine))

    def may(self, user, action, row):
        rights = rights_of(user)
        return Role.CITY_ADMIN in rights.roles or row.district_id in rights.districts or row.pk in rights.enterprises


class PersonPolicy(Policy):
    """City staff see all people, district staff and contacts those of their enterprises, everyone themselves."""

    model = Person

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Person.objects.all()
        works = Membership.objects.filter(person=OuterRef("pk"), ended_on=None).filter(
            Q(enterprise__district__in=rights.districts) | Q(enterprise__in=rights.enterprises)
        )
        return Person.objects.filter(Q(pk=rights.person_id) | Exists(works))

    def may(self, user, action, row):
        return row.pk == rights_of(user).person_id or self.visible(user).filter(pk=row.pk).exists()
