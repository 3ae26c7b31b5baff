"""Who sees which rows of the ledger."""

from django.db.models import Q

from core.policies import Policy
from enterprises.policies import rights_of
from ledger.models import Entry


class EntryPolicy(Policy):
    """City staff see all entries, a district those of its enterprises, a contact those of the enterprise, everyone their own."""

    model = Entry

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Entry.objects.all()
        mine = Q(person=rights.person_id) if rights.person_id else Q(pk=None)
        return Entry.objects.filter(mine | Q(district__in=rights.districts) | Q(enterprise__in=rights.enterprises))
