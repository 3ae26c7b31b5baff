"""Course pages, and the rows of who studies them."""

from .assigning import Assigned, Assignment, AssignmentRun, LessonQuestion, Path, PathStep, PriorStudy
from .films import Film
from .pages import CourseIndexPage, CoursePage, LessonPage
from .study import Enrolment, LessonProgress, StudySpan

__all__ = [
    "Assigned",
    "Assignment",
    "AssignmentRun",
    "CourseIndexPage",
    "CoursePage",
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
