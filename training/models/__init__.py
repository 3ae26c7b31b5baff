"""Rounds and what happens in them: sessions, registrations, attendance, evidence."""

from .attendance import Attendance, Scan
from .registrations import Registration, RegistrationChange
from .rounds import Evidence, Round, RoundChange, RoundSeries, Session

__all__ = [
    "Attendance",
    "Evidence",
    "Registration",
    "RegistrationChange",
    "Round",
    "RoundChange",
    "RoundSeries",
    "Scan",
    "Session",
]
