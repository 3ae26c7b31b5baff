"""Rounds and what happens in them: sessions, registrations, attendance, evidence."""

from .attendance import Attendance, Scan
from .interests import Interest
from .registrations import Registration, RegistrationChange
from .roster import RosterImport
from .rounds import DistrictQuota, Evidence, Round, RoundChange, RoundSeries, Session
from .scores import ScoreImport
from .templates import RoundTemplate

__all__ = [
    "Attendance",
    "DistrictQuota",
    "Evidence",
    "Interest",
    "Registration",
    "RegistrationChange",
    "RosterImport",
    "Round",
    "RoundChange",
    "RoundSeries",
    "RoundTemplate",
    "Scan",
    "ScoreImport",
    "Session",
]
