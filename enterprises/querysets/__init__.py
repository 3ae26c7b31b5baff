"""Questions about many rows of the registry."""

from .assistance import AssistanceQuerySet, ConflictQuerySet
from .registry import AppointmentQuerySet, EnterpriseQuerySet, MembershipQuerySet, PersonQuerySet

__all__ = [
    "AppointmentQuerySet",
    "AssistanceQuerySet",
    "ConflictQuerySet",
    "EnterpriseQuerySet",
    "MembershipQuerySet",
    "PersonQuerySet",
]
