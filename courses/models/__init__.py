"""Course pages, and the rows of who studies them."""

from .assigning import Assigned, Assignment, AssignmentRun, LessonQuestion, Path, PathStep, PriorStudy
from .decks import Deck, DeckPage
from .films import Film
from .pages import CourseIndexPage, CoursePage, LessonPage
from .study import Enrolment, LessonProgress, StudySpan

__all__ = [
    "Assigned",
    "Assignment",
    "AssignmentRun",
    "CourseIndexPage",
    "CoursePage",
    "Deck",
    "DeckPage",
    "Enrolment",
    "Film",
    "LessonPage",
    "LessonProgress",
    "LessonQuestion",
    "Path",
    "PathStep",
    "PriorStudy",
    "StudySpan",
]
