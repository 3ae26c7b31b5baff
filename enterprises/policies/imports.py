"""Who sees and works on which import batch: one's own, the city's staff all; auditors and statisticians look only."""

from django.db.models import Q

from core.policies import Policy

from ..models import ImportBatch, Role
from .registry import rights_of


class ImportBatchPolicy(Policy):
    """Own batches while the right to import lasts; every batch for the city."""

    model = ImportBatch

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return ImportBatch.objects.all()
        scope = Q(enterprise__in=rights.enterprises) | Q(enterprise__district__in=rights.districts)
        if rights.districts:
            scope |= Q(enterprise=None)
        return ImportBatch.objects.filter(scope, uploaded_by=user.pk)

    def may(self, user, action, row):
        return row.uploaded_by_id == user.pk and not rights_of(user).city or Role.CITY_ADMIN in rights_of(user).roles


def may_import(user):
    """Whether a user may import at the 工作台: city and district administrators."""
    rights = rights_of(user)
    return Role.CITY_ADMIN in rights.roles or bool(rights.districts)
