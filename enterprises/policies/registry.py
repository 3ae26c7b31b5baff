"""What a user's appointments let them see and do, and the policies of people and enterprises."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from core.policies import Policy
from core.prepared import Prepared

from ..models import Appointment, Enterprise, Membership, Person, Role


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
    def registry(self):
        """May open the lists of enterprises and people at the 工作台: city and district staff, not organisers."""
        return self.counts

    @property
    def desk(self):
        """Has anything to do at the 工作台."""
        return self.counts or bool(self.organisers)


NOBODY = Rights()


@Prepared
def _appointments(user):
    return Appointment.objects.filter(user=user).only(
        "user", "role", "district", "organiser", "enterprise", "expires_on", "withdrawn_at"
    )


def rights_of(user):
    """The Rights of a user; kept on the user object, which lives for one request, so an expiry takes effect at the next."""
    if not user.is_authenticated:
        return NOBODY
    if not hasattr(user, "_rights"):
        rows = [row for row in _appointments(user.pk) if row.state == "held"]
        person = getattr(user, "person", None)
        user._rights = Rights(
            roles=frozenset(row.role for row in rows),
            districts=frozenset(row.district_id for row in rows if row.district_id),
            organisers=frozenset(row.organiser_id for row in rows if row.organiser_id),
            led_organisers=frozenset(
                row.organiser_id for row in rows if row.organiser_id and row.role == Role.PROVIDER_ADMIN
            ),
            enterprises=frozenset(row.enterprise_id for row in rows if row.enterprise_id),
            person_id=person.pk if person else None,
        )
    return user._rights


def _kept_by(rights, row):
    """Whether these rights keep the registry row of an enterprise: the city's administrators, and those of its district."""
    return Role.CITY_ADMIN in rights.roles or row.district_id in rights.districts


class EnterprisePolicy(Policy):
    """City staff see all, district staff their district's, a contact their own, a member the one they work in.

    Actions: view; roster (see the staff list); change (facts); staff (keep the staff list); hand_over (the contact's task);
    identify (name, code, status, eligibility); override (a code that fails its check, another district); export_plain (phones
    unmasked).
    """

    model = Enterprise

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Enterprise.objects.all()
        mine = Membership.objects.filter(enterprise=OuterRef("pk"), person=rights.person_id, ended_on=None)
        return Enterprise.objects.filter(Q(district__in=rights.districts) | Q(pk__in=rights.enterprises) | Exists(mine))

    def at_desk(self, user):
        """The rows of the registry at the 工作台: the city's, or those of one's district; none for anyone else."""
        rights = rights_of(user)
        return Enterprise.objects.all() if rights.city else Enterprise.objects.filter(district__in=rights.districts)

    def may(self, user, action, row):
        rights = rights_of(user)
        if action == "view":
            return self.visible(user).filter(pk=row.pk).exists()
        if action == "override":
            return Role.CITY_ADMIN in rights.roles
        if action == "identify":
            return _kept_by(rights, row)
        if action == "roster":
            return rights.city or row.district_id in rights.districts or row.pk in rights.enterprises
        if action == "hand_over":
            return row.pk in rights.enterprises
        if action in ("change", "staff", "export_plain"):
            return _kept_by(rights, row) or row.pk in rights.enterprises
        return False


class MembershipPolicy(Policy):
    """Past and present posts: seen by who keeps the registry of the enterprise, its contact, and the person."""

    model = Membership

    def visible(self, user):
        rights = rights_of(user)
        rows = Membership.objects.all()
        if rights.city:
            return rows
        return rows.filter(
            Q(enterprise__district__in=rights.districts)
            | Q(enterprise__in=rights.enterprises)
            | (Q(person=rights.person_id) if rights.person_id else Q(pk=None))
        )

    def may(self, user, action, row):
        """Everything but looking belongs to who keeps the staff list of the enterprise."""
        return action == "view" or EnterprisePolicy().may(user, "staff", row.enterprise)


class PersonPolicy(Policy):
    """City staff see all people, district staff and contacts those of their enterprises, everyone themselves.

    Actions: view; change (name); phone (give another number for them); export_plain (phone unmasked); by_letter (export or erase
    for somebody who asked in writing).
    """

    model = Person

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Person.objects.all()
        works = Membership.objects.filter(person=OuterRef("pk"), ended_on=None).filter(
            Q(enterprise__district__in=rights.districts) | Q(enterprise__in=rights.enterprises)
        )
        return Person.objects.filter(Q(pk=rights.person_id) | Exists(works))

    def at_desk(self, user):
        """The people of the registry at the 工作台: the city's, or who works in one's district now."""
        rights = rights_of(user)
        if rights.city:
            return Person.objects.all()
        works = Membership.objects.filter(
            person=OuterRef("pk"), ended_on=None, enterprise__district__in=rights.districts
        )
        return Person.objects.filter(Exists(works))

    def may(self, user, action, row):
        """A contact may correct people who have no login; one with a login looks after their own name and number."""
        rights = rights_of(user)
        if action == "view":
            return self.visible(user).filter(pk=row.pk).exists()
        if action == "by_letter":
            return Role.CITY_ADMIN in rights.roles
        if action not in ("change", "phone", "export_plain"):
            return False
        if Role.CITY_ADMIN in rights.roles:
            return True
        if action == "change" and row.pk == rights.person_id:
            return True
        works = Membership.objects.filter(person=row, ended_on=None)
        if rights.districts and works.filter(enterprise__district__in=rights.districts).exists():
            return True
        if not rights.enterprises or (row.user_id and action != "export_plain"):
            return False
        return works.filter(enterprise__in=rights.enterprises).exclude(confirmed_at=None).exists()
