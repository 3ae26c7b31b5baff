"""Courses and lessons are content: pages of the CMS."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from core.blocks import ContentField
from core.page_guards import GuardedPage
from core.querysets import count_of
from enterprises.models import Layer
from quizzes.models import Quiz

from ..blocks import LessonStream

CLASS_HOUR_MINUTES = 45
HALF = Decimal("0.5")


def class_hours(minutes):
    """Class hours of so many minutes: minutes / 45, rounded down to 0.5 (docs/counting.md, 学时)."""
    return int(Decimal(minutes) / CLASS_HOUR_MINUTES / HALF) * HALF


class CourseIndexPage(Page):
    """/courses/: a door for each layer."""

    lead = models.CharField(_("一句话"), max_length=200, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    subpage_types = ["courses.CoursePage"]
    max_count = 1
    template = "courses/course_index.html"

    class Meta:
        verbose_name = verbose_name_plural = _("课程首页")

    def get_context(self, request, *args, **kwargs):
        courses = CoursePage.objects.live().child_of(self).order_by("path")
        courses = courses.annotate(lessons=count_of(LessonPage.objects.live(), to="course"))
        layer = request.GET.get("layer")
        if layer in Layer.values:
            courses = courses.filter(layer=layer)
        return super().get_context(request, *args, **kwargs) | {"courses": courses, "layer": layer, "layers": Layer}


class CoursePage(GuardedPage):
    """课程. ``version`` is a number the editor raises when people should count again; it is not a revision."""

    code = models.CharField(_("证明编号里的代号"), max_length=6, help_text=_("大写字母，如 YX"))
    layer = models.CharField(_("给谁学"), max_length=10, choices=Layer)
    summary = models.TextField(_("简介"), max_length=400)
    edition = models.CharField(_("依据标准"), max_length=60, default="GB/T 19001—2016/ISO 9001:2015")
    version = models.PositiveSmallIntegerField(
        _("版本"), default=1, help_text=_("内容大改、要大家重新学时加 1；同一版本同一年每人只计一次")
    )
    quiz = models.ForeignKey(
        Quiz, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("结课测验")
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("layer"), FieldPanel("edition"), FieldPanel("version"), FieldPanel("code"), FieldPanel("quiz")],
            heading=_("规则"),
        ),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.FilterField("layer")]
    parent_page_types = ["courses.CourseIndexPage"]
    subpage_types = ["courses.LessonPage"]
    template = "courses/course.html"

    class Meta:
        verbose_name = verbose_name_plural = _("课程")

    def lessons(self):
        """Live lessons in order, without their text."""
        return LessonPage.objects.live().filter(course=self).order_by("path").defer_streamfields()

    @property
    def class_hours(self):
        """Class hours of the whole course by the 45-minute rule: lessons and the quiz's time."""
        return self.hours_with(sum(self.lessons().values_list("minutes", flat=True)))

    def hours_with(self, minutes):
        """Class hours when the lessons take so many minutes together."""
        return class_hours(minutes + (self.quiz.minutes or 0 if self.quiz else 0))

    def get_context(self, request, *args, **kwargs):
        from ..views import course_context

        return super().get_context(request, *args, **kwargs) | course_context(request, self)


class LessonPage(GuardedPage):
    """课时: ten to fifteen minutes on a phone."""

    course = models.ForeignKey(CoursePage, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    key = models.CharField(_("课号"), max_length=6, help_text=_("如 F2"))
    minutes = models.PositiveSmallIntegerField(_("学完要几分钟"))
    lead = models.CharField(_("一句话"), max_length=120, blank=True)
    clauses = models.CharField(_("对应条款"), max_length=80, blank=True, help_text=_("用空格隔开，如 8.5.1 8.6"))
    body = ContentField(LessonStream(), verbose_name=_("正文"))

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("key"), FieldPanel("minutes"), FieldPanel("clauses"), FieldPanel("lead")], heading=_("概况")
        ),
        FieldPanel("body"),
    ]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]
    parent_page_types = ["courses.CoursePage"]
    subpage_types = []
    template = "courses/lesson.html"

    class Meta:
        verbose_name = verbose_name_plural = _("课时")

    def save(self, *args, **kwargs):
        # The parent in the tree, as a key that can be joined and counted.
        self.course_id = self.get_parent(update=True).pk
        return super().save(*args, **kwargs)

    @property
    def clause_numbers(self):
        return self.clauses.split()

    def get_context(self, request, *args, **kwargs):
        from ..views import lesson_context

        return super().get_context(request, *args, **kwargs) | lesson_context(request, self)
