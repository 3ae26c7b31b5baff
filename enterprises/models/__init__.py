"""Who exists: districts, pilots, enterprises, organisers, people, and who may act for whom."""

from .appointments import Appointment, Role
from .people import Layer, Membership, Person
from .registry import District, Enterprise, Organiser, Pilot, SizeClass
from .snapshot import OrganisationSnapshot

__all__ = [
    "Appointment",
    "District",
    "Enterprise",
    "Layer",
    "Membership",
    "OrganisationSnapshot",
    "Organiser",
    "Person",
    "Pilot",
    "Role",
    "SizeClass",
]
