"""Courses and lessons are content: pages of the CMS."""

from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from core.blocks import ContentField
from core.page_guards import GuardedPage
from core.querysets import count_of
from enterprises.models import Layer, Organiser, Pilot
from quizzes.models import Quiz

from ..blocks import LessonStream

CLASS_HOUR_MINUTES = 45
HALF = Decimal("0.5")


def class_hours(minutes):
    """Class hours of so many minutes: minutes / 45, rounded down to 0.5 (docs/counting.md, 学时)."""
    return int(Decimal(minutes) / CLASS_HOUR_MINUTES / HALF) * HALF


class SeenByLearners:
    """A page whose preview shows what a learner sees, and not what the editor would see as a learner."""

    @property
    def preview_modes(self):
        return [("", _("正在学的学员")), ("done", _("学完了的学员")), ("visitor", _("没登录的人"))]

    def serve_preview(self, request, mode_name):
        if mode_name == "visitor":
            request.user = AnonymousUser()
        return super().serve_preview(request, mode_name)


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


class CoursePage(SeenByLearners, GuardedPage):
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
    prerequisite = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("先学哪一门"),
        help_text=_("没学完这一门，本课不能开始；空着就是谁都能学"),
    )
    pilot = models.ForeignKey(
        Pilot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("产业链"),
        help_text=_("只给这条产业链举例子的版本才填"),
    )
    variant_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="variants", editable=False
    )
    organiser = models.ForeignKey(
        Organiser,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("谁来答疑"),
        help_text=_("学员的提问送到这个机构的讲师；空着送到市级管理员"),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [
                FieldPanel("layer"),
                FieldPanel("edition"),
                FieldPanel("version"),
                FieldPanel("code"),
                FieldPanel("quiz"),
                FieldPanel("prerequisite"),
                FieldPanel("pilot"),
                FieldPanel("organiser"),
            ],
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
        """Class hours of the whole course by the 45-minute rule: required lessons and the quiz's time."""
        return self.hours_of(self.lessons().filter(required=True).only("minutes", "required"))

    def hours_of(self, lessons):
        """Class hours of this course when ``lessons`` are all it has; optional ones do not count."""
        minutes = sum(lesson.minutes for lesson in lessons if lesson.required)
        return class_hours(minutes + (self.quiz.minutes or 0 if self.quiz else 0))

    def get_context(self, request, *args, **kwargs):
        from ..views.pages import course_context

        return super().get_context(request, *args, **kwargs) | course_context(request, self)


class LessonPage(SeenByLearners, GuardedPage):
    """课时: ten to fifteen minutes on a phone."""

    course = models.ForeignKey(CoursePage, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    key = models.CharField(_("课号"), max_length=6, help_text=_("如 F2"))
    minutes = models.PositiveSmallIntegerField(_("学完要几分钟"))
    lead = models.CharField(_("一句话"), max_length=120, blank=True)
    clauses = models.CharField(_("对应条款"), max_length=80, blank=True, help_text=_("用空格隔开，如 8.5.1 8.6"))
    required = models.BooleanField(
        _("必修"), default=True, help_text=_("选修的课不学也算学完整门课，它的时间也不计入学时")
    )
    quiz = models.ForeignKey(
        Quiz, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("这一课的小测")
    )
    quiz_needed = models.BooleanField(
        _("小测通过才算学完"), default=False, help_text=_("不勾：小测只是练手，读完就算学完这一课")
    )
    films = models.JSONField(_("视频的秒数"), default=dict, editable=False)
    body = ContentField(LessonStream(), verbose_name=_("正文"))

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("key"), FieldPanel("minutes"), FieldPanel("clauses"), FieldPanel("lead")], heading=_("概况")
        ),
        MultiFieldPanel(
            [FieldPanel("required"), FieldPanel("quiz"), FieldPanel("quiz_needed")], heading=_("怎样算学完")
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
        if "body" not in self.get_deferred_fields():
            self.films = {film.key: film.seconds for film in self._films_needed()}
        return super().save(*args, **kwargs)

    def _films_needed(self):
        for block in self.body:
            if block.block_type == "film" and block.value["film"] and block.value["needed"]:
                yield block.value["film"]

    @property
    def clause_numbers(self):
        return self.clauses.split()

    def get_context(self, request, *args, **kwargs):
        from ..views.pages import lesson_context

        return super().get_context(request, *args, **kwargs) | lesson_context(request, self)
