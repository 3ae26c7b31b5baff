"""Rounds and what happens in them: sessions, registrations, attendance, evidence."""

from .attendance import Attendance, AttendanceRequest, Scan
from .closing import Archive, Headcount
from .corrections import Correction
from .interests import Interest
from .messages import RoundMessage
from .practice import PracticeResult, Resit
from .registrations import Registration, RegistrationChange
from .roster import RosterImport, SheetImport
from .rounds import DistrictQuota, Evidence, Round, RoundChange, RoundSeries, Session
from .scores import ScoreImport
from .surveys import Survey, SurveyAnswer, SurveyTick
from .templates import RoundTemplate

__all__ = [
    "Archive",
    "Attendance",
    "AttendanceRequest",
    "Correction",
    "DistrictQuota",
    "Evidence",
    "Headcount",
    "Interest",
    "PracticeResult",
    "Registration",
    "RegistrationChange",
    "Resit",
    "RosterImport",
    "Round",
    "RoundChange",
    "RoundMessage",
    "RoundSeries",
    "RoundTemplate",
    "Scan",
    "ScoreImport",
    "Session",
    "SheetImport",
    "Survey",
    "SurveyAnswer",
    "SurveyTick",
]
