"""Who sees which rounds and rosters."""

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import AttendanceRequest, Correction, Registration, Round, Session


class RoundPolicy(Policy):
    """At the 工作台: city staff see all rounds, an organiser and its trainers their own, a district those held in it or attended
    by its enterprises, a named trainer the rounds they teach. The public list is ``Round.objects.published()``."""

    model = Round

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Round.objects.all()
        attended = Registration.objects.filter(round=OuterRef("pk"), district__in=rights.districts)
        taught = Round.trainers.through.objects.filter(round=OuterRef("pk"), person=rights.person_id)
        return Round.objects.filter(
            Q(owner__in=rights.organisers)
            | Q(owner__district__in=rights.districts)
            | Exists(attended)
            | (Exists(taught) if rights.person_id else Q(pk=None))
        )

    def may(self, user, action, row):
        """Change, run and close: the organiser's staff and named trainers, and the city's administrators. Correct: the same."""
        rights = rights_of(user)
        if Role.CITY_ADMIN in rights.roles or row.owner_id in rights.organisers:
            return True
        return bool(rights.person_id) and row.trainers.filter(pk=rights.person_id).exists()

    def changeable(self, user):
        """All the rounds of which ``may`` says yes."""
        rights = rights_of(user)
        if Role.CITY_ADMIN in rights.roles:
            return Round.objects.all()
        taught = Round.trainers.through.objects.filter(round=OuterRef("pk"), person=rights.person_id)
        return Round.objects.filter(
            Q(owner__in=rights.organisers) | (Exists(taught) if rights.person_id else Q(pk=None))
        )


class SessionPolicy(Policy):
    """As the round it belongs to."""

    model = Session

    def visible(self, user):
        rounds = RoundPolicy().visible(user)
        return Session.objects.filter(round__in=rounds).select_related("round", "round__owner")

    def may(self, user, action, row):
        return RoundPolicy().may(user, action, row.round)


class RegistrationPolicy(Policy):
    """A roster is seen whole by its organiser and the city; district and contact see only their enterprises' rows; a person
    their own."""

    model = Registration

    def visible(self, user):
        rights = rights_of(user)
        rows = Registration.objects.all()
        if rights.city:
            return rows
        taught = Round.trainers.through.objects.filter(round=OuterRef("round"), person=rights.person_id)
        return rows.filter(
            Q(round__owner__in=rights.organisers)
            | Q(district__in=rights.districts)
            | Q(enterprise__in=rights.enterprises)
            | (Q(person=rights.person_id) | Exists(taught) if rights.person_id else Q(pk=None))
        )

    def may(self, user, action, row):
        rights = rights_of(user)
        if action == "cancel" and (row.person_id == rights.person_id or row.enterprise_id in rights.enterprises):
            return True
        return RoundPolicy().may(user, action, row.round)


class AttendanceRequestPolicy(Policy):
    """Who may change a round sees and decides what is asked for in it; who asked sees their own."""

    model = AttendanceRequest

    def visible(self, user):
        rights = rights_of(user)
        rows = AttendanceRequest.objects.all()
        if rights.city:
            return rows
        taught = Round.trainers.through.objects.filter(person=rights.person_id).values("round")
        own = Q(registration__round__owner__in=rights.organisers)
        if rights.person_id:
            own |= Q(registration__round__in=taught)
        return rows.filter(own)

    def may(self, user, action, row):
        return RoundPolicy().may(user, "change", row.registration.round)


class CorrectionPolicy(Policy):
    """As the round at the 工作台 and the row of its roster; decided by who may change the round, never by who asked."""

    model = Correction

    def visible(self, user):
        rows = RegistrationPolicy().visible(user).filter(round__in=RoundPolicy().visible(user))
        rows = Correction.objects.filter(registration__in=rows)
        return rows.select_related(
            "registration__round__owner", "registration__person", "enterprise", "asked_by__person", "decided_by__person"
        )

    def may(self, user, action, row):
        return RoundPolicy().may(user, action, row.registration.round)


def certificates_of(user):
    """Who sees a row of a roster sees the certificate that came of it."""
    rows = RegistrationPolicy().visible(user).exclude(certificate=None)
    return Q(pk__in=rows.values("certificate"))


def contexts_to_mark(user):
    """The named trainers of a round mark the exams of those registered in it."""
    person = rights_of(user).person_id
    rows = Registration.objects.filter(round__trainers=person) if person else Registration.objects.none()
    context = Concat(Value("registration:"), Cast("pk", CharField()), output_field=CharField())
    return rows.order_by().values_list(context, flat=True)


def markers_of(context):
    """The named trainers of the round a context belongs to, as keys of persons: the counterpart of ``contexts_to_mark``."""
    word, _colon, pk = context.partition(":")
    if word != "registration" or not pk.isdecimal():
        return []
    return Round.trainers.through.objects.filter(round__registrations=pk).values_list("person", flat=True)


def contexts_to_print(user):
    """Who runs a round hands out its printed papers and takes them in."""
    rights = rights_of(user)
    taught = Q(trainers=rights.person_id) if rights.person_id else Q(pk=None)
    rows = Round.objects.filter(Q(owner__in=rights.organisers) | taught)
    context = Concat(Value("round:"), Cast("pk", CharField()), output_field=CharField())
    return rows.order_by().values_list(context, flat=True)
