"""Who exists: districts, pilots, enterprises, organisers, people, who may act for whom, who is helped, what came in by workbook."""

from .appointments import SCOPE_OF, Appointment, Role
from .assistance import Assistance, AssistanceNeed, AssistancePaper, AssistanceStep, Conflict, Expert
from .imports import ImportBatch, ImportChange
from .merging import Merge, MergeKind, NotSame
from .people import Layer, Membership, Person
from .registry import (
    District,
    EligibilityCheck,
    Enterprise,
    FormerIdentity,
    Organiser,
    Pilot,
    RevenueBand,
    SizeClass,
)
from .snapshot import OrganisationSnapshot

__all__ = [
    "SCOPE_OF",
    "Appointment",
    "Assistance",
    "AssistanceNeed",
    "AssistancePaper",
    "AssistanceStep",
    "Conflict",
    "District",
    "EligibilityCheck",
    "Enterprise",
    "Expert",
    "FormerIdentity",
    "ImportBatch",
    "ImportChange",
    "Layer",
    "Membership",
    "Merge",
    "MergeKind",
    "NotSame",
    "OrganisationSnapshot",
    "Organiser",
    "Person",
    "Pilot",
    "RevenueBand",
    "Role",
    "SizeClass",
]
