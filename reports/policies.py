"""Who sees which rows of the ledger."""

from django.db.models import Q

from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of
from ledger.models import Entry

from .models import HandFigure, Target


class EntryPolicy(Policy):
    """City staff see all entries, a district those of its enterprises, a contact those of the enterprise, everyone their own."""

    model = Entry

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Entry.objects.all()
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return Entry.objects.filter(mine | Q(district__in=rights.districts) | Q(enterprise__in=rights.enterprises))


KEEPERS = {Role.CITY_ADMIN, Role.STATISTICIAN}


class TargetPolicy(Policy):
    """Targets are for who counts: city and district staff.

    Actions: change (write down, carry over): the city's administrators; give (a figure by hand): they and the statisticians, and
    a district's administrators where the target is asked of each district.
    """

    model = Target

    def visible(self, user):
        return Target.objects.all() if rights_of(user).counts else Target.objects.none()

    def may(self, user, action, row):
        rights = rights_of(user)
        if action == "give":
            return bool(rights.roles & KEEPERS) or row.per_district and bool(rights.districts)
        return action == "change" and Role.CITY_ADMIN in rights.roles


class HandFigurePolicy(Policy):
    """City staff see all figures by hand, a district the city's and its own. Action decide: the city's administrators and
    statisticians; who entered it is refused by the verb, with a reason."""

    model = HandFigure

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return HandFigure.objects.all()
        if not rights.districts:
            return HandFigure.objects.none()
        return HandFigure.objects.filter(Q(district=None) | Q(district__in=rights.districts))

    def may(self, user, action, row):
        return action == "decide" and bool(rights_of(user).roles & KEEPERS)
