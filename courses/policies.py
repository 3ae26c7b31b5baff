"""Who sees whose study, who assigns, who answers."""

from django.db.models import Exists, OuterRef, Q

from core.policies import Policy
from enterprises.models import Membership, Role
from enterprises.policies import rights_of

from .models import Assigned, Assignment, Enrolment, LessonQuestion, PriorStudy


class EnrolmentPolicy(Policy):
    """A person their own, a contact and a district those of their enterprises, the city all."""

    model = Enrolment

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Enrolment.objects.all()
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return Enrolment.objects.filter(mine | Q(district__in=rights.districts) | Q(enterprise__in=rights.enterprises))

    def at_desk(self, user):
        """The rows of the staff's screens: the city's, or those of one's districts and enterprises; never just one's own."""
        rights = rights_of(user)
        if rights.city:
            return Enrolment.objects.all()
        if not rights.enterprises:
            # One condition alone finds its index.
            return Enrolment.objects.filter(district__in=rights.districts)
        return Enrolment.objects.filter(Q(district__in=rights.districts) | Q(enterprise__in=rights.enterprises))

    def may(self, user, action, row):
        return row.person_id == rights_of(user).person_id


def certificates_of(user):
    """Who sees an enrolment sees the certificate that came of it."""
    rows = EnrolmentPolicy().visible(user).exclude(certificate=None)
    return Q(pk__in=rows.values("certificate"))


def may_assign(user):
    """Whether a user may assign courses to anybody: the city's and the districts' administrators, and contacts."""
    rights = rights_of(user)
    return Role.CITY_ADMIN in rights.roles or bool(rights.districts or rights.enterprises)


class AssignmentPolicy(Policy):
    """The city sees all; a district those within it, a contact those of the enterprise, and what they made themselves.

    Actions: view; change (apply, extend, stop): the city's administrators, and the district or contact whose scope holds it.
    """

    model = Assignment

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Assignment.objects.all()
        return Assignment.objects.filter(
            Q(district__in=rights.districts)
            | Q(enterprise__district__in=rights.districts)
            | Q(enterprise__in=rights.enterprises)
        )

    def may(self, user, action, row):
        rights = rights_of(user)
        if action == "view" or Role.CITY_ADMIN in rights.roles:
            return True
        return self.within(rights, row)

    @staticmethod
    def within(rights, row):
        """Whether a rule reaches nobody outside these rights."""
        if row.enterprise_id and (
            row.enterprise_id in rights.enterprises or row.enterprise.district_id in rights.districts
        ):
            return True
        return row.district_id in rights.districts


class AssignedPolicy(Policy):
    """Who sees the assignment sees its list; everyone sees their own rows."""

    model = Assigned

    def visible(self, user):
        rights = rights_of(user)
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return Assigned.objects.filter(mine | Q(assignment__in=AssignmentPolicy().visible(user).values("pk")))

    def may(self, user, action, row):
        return AssignmentPolicy().may(user, "change", row.assignment)


class PriorStudyPolicy(Policy):
    """A person their own, the contact those of the enterprise's people, the district those of its people, the city all.

    Actions: view; decide: the city's administrators and the district's. Nobody decides their own.
    """

    model = PriorStudy

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return PriorStudy.objects.all()
        works = Membership.objects.filter(person=OuterRef("person"), ended_on=None).filter(
            Q(enterprise__district__in=rights.districts) | Q(enterprise__in=rights.enterprises)
        )
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return PriorStudy.objects.filter(mine | Exists(works))

    def may(self, user, action, row):
        rights = rights_of(user)
        if action == "view":
            return True
        if row.person_id == rights.person_id:
            return False
        if Role.CITY_ADMIN in rights.roles:
            return True
        works = Membership.objects.filter(person=row.person_id, ended_on=None)
        return works.filter(enterprise__district__in=rights.districts).exists()


class LessonQuestionPolicy(Policy):
    """A person their own; the trainers and heads of the organiser that looks after the course; the city.

    Actions: view; answer: the organiser's and the city's administrators.
    """

    model = LessonQuestion

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return LessonQuestion.objects.all()
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return LessonQuestion.objects.filter(mine | Q(lesson__course__organiser__in=rights.organisers))

    def may(self, user, action, row):
        rights = rights_of(user)
        if action == "view" or Role.CITY_ADMIN in rights.roles:
            return True
        return row.lesson.course.organiser_id in rights.organisers
