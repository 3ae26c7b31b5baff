"""Who sees whose study."""

from django.db.models import Q

from core.policies import Policy
from enterprises.policies import rights_of

from .models import Enrolment


class EnrolmentPolicy(Policy):
    """A person their own, a contact and a district those of their enterprises, the city all."""

    model = Enrolment

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Enrolment.objects.all()
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return Enrolment.objects.filter(mine | Q(district__in=rights.districts) | Q(enterprise__in=rights.enterprises))

    def may(self, user, action, row):
        return row.person_id == rights_of(user).person_id


def certificates_of(user):
    """Who sees an enrolment sees the certificate that came of it."""
    rows = EnrolmentPolicy().visible(user).exclude(certificate=None)
    return Q(pk__in=rows.values("certificate"))
