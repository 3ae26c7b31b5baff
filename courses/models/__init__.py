"""Course pages, and the rows of who studies them."""

from .pages import CourseIndexPage, CoursePage, LessonPage
from .study import Enrolment, LessonProgress, StudySpan

__all__ = ["CourseIndexPage", "CoursePage", "Enrolment", "LessonPage", "LessonProgress", "StudySpan"]
