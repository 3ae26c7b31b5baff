"""Who is to study what by when, and what was studied elsewhere."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from core import clock
from enterprises.models import District, Enterprise, Layer, Membership, Person, Pilot

from ..querysets import AssignedQuerySet
from .pages import CoursePage


class Path(ClusterableModel):
    """路径: courses in their order, for one layer and perhaps one role within it."""

    title = models.CharField(_("名称"), max_length=60, unique=True)
    layer = models.CharField(_("给谁学"), max_length=10, choices=Layer)
    tag = models.CharField(_("岗位标记"), max_length=20, choices=Membership.Tag, blank=True)

    class Meta:
        ordering = ["title"]
        verbose_name = verbose_name_plural = _("学习路径")

    def __str__(self):
        return self.title


class PathStep(Orderable):
    """One course of a path, in its place."""

    path = ParentalKey(Path, on_delete=models.CASCADE, related_name="steps")
    course = models.ForeignKey(CoursePage, on_delete=models.PROTECT, related_name="+", verbose_name=_("课程"))

    class Meta(Orderable.Meta):
        verbose_name = verbose_name_plural = _("路径里的课")
        constraints = [models.UniqueConstraint(fields=["path", "course"], name="course_once_in_path")]

    def __str__(self):
        return f"{self.path_id} {self.course_id}"


class Assignment(models.Model):
    """派学: a path for everyone a rule fits. The conditions hold together; an empty one asks nothing.

    Whom it reaches is worked out by ``courses.assigning`` and written into the rows of ``Assigned``.
    """

    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("学习路径"))
    layers = models.JSONField(_("层级"), default=list, blank=True)
    tag = models.CharField(_("岗位标记"), max_length=20, choices=Membership.Tag, blank=True)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("区"))
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("企业"))
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("产业链"))
    since = models.DateField(
        _("只派给这天以后入职的"), null=True, blank=True, help_text=_("空着：在职的都算；填了：只给新人")
    )
    keeps_up = models.BooleanField(
        _("以后符合条件的自动加上"), default=False, help_text=_("每天早上补一次新人；只加不减，减人要您来点")
    )
    due_on = models.DateField(_("学完期限"), null=True, blank=True)
    due_days = models.PositiveSmallIntegerField(
        _("派到后几天内学完"), null=True, blank=True, help_text=_("给陆续加上的新人用；和期限两样填一样")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    applied_at = models.DateTimeField(_("最近一次派"), null=True, editable=False)
    ended_at = models.DateTimeField(_("停止时间"), null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = verbose_name_plural = _("派学")
        constraints = [
            models.CheckConstraint(name="assignment_one_way_to_be_due", condition=Q(due_on=None) | Q(due_days=None))
        ]

    def __str__(self):
        return f"{self.path} · {self.pk}"

    @property
    def layer_labels(self):
        return [label for value, label in Layer.choices if value in self.layers]


class AssignmentRun(models.Model):
    """派学记录: somebody looked at the list of an assignment and said "do it". ``adds`` and ``removes`` are the persons who stood
    on it at that moment (ids); what memberships do afterwards changes nothing of it. The lists go when they are written."""

    class State(models.TextChoices):
        RUNNING = "running", _("正在派")
        DONE = "done", _("派好了")
        STOPPED = "stopped", _("没有派：派学已经停了")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="runs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("什么时候"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.RUNNING)
    adds = models.JSONField(default=list)
    removes = models.JSONField(default=list)
    added = models.PositiveIntegerField(_("加"))
    removed = models.PositiveIntegerField(_("减"))
    kept = models.PositiveIntegerField(_("不变"))
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = verbose_name_plural = _("派学记录")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(state="running"), name="assignment_runs_one_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.assignment_id} · {self.pk}"


class Assigned(models.Model):
    """A person on the list of an assignment. Taken off it keeps its row: ``removed_at``; put on again, the same row returns."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="rows")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assigned")
    due_on = models.DateField(_("学完期限"), null=True)
    extended_because = models.CharField(_("延期原因"), max_length=200, blank=True)
    assigned_at = models.DateTimeField(_("派学时间"))
    removed_at = models.DateTimeField(_("移出时间"), null=True)
    reminded_on = models.DateField(_("最近提醒"), null=True)

    objects = AssignedQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = verbose_name_plural = _("派学名单")
        constraints = [models.UniqueConstraint(fields=["assignment", "person"], name="assigned_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(removed_at=None), name="assigned_by_due_day")]

    def __str__(self):
        return f"{self.assignment_id} · {self.person_id}"


class PriorStudy(models.Model):
    """校外学习: what a person studied elsewhere, with its proof. Approved it stands in a column of its own (docs/counting.md,
    rule A12) and, where it names a course, spares the person that course. It never becomes an entry of the ledger."""

    class Platform(models.TextChoices):
        ZRPX = "zrpx", _("国家全面质量管理培训平台")
        ACTION = "action", _("小微企业质量认证提升行动服务平台")
        OTHER = "other", _("其他机构")

    class State(models.TextChoices):
        WAITING = "waiting", _("等审核")
        APPROVED = "approved", _("认可了")
        REFUSED = "refused", _("没认可")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="prior_studies")
    course = models.ForeignKey(
        CoursePage, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("抵哪一门课")
    )
    platform = models.CharField(_("在哪儿学的"), max_length=8, choices=Platform)
    title = models.CharField(_("学了什么"), max_length=120)
    finished_on = models.DateField(_("学完日期"))
    class_hours = models.DecimalField(_("学时"), max_digits=5, decimal_places=1)
    proof = models.FileField(_("证明材料"), upload_to="prior-studies/")
    proof_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    because = models.CharField(_("审核意见"), max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = verbose_name_plural = _("校外学习")
        constraints = [models.CheckConstraint(name="prior_study_hours", condition=Q(class_hours__gt=0))]

    def __str__(self):
        return self.title


class LessonQuestion(models.Model):
    """问讲师: a learner's question about a lesson, and its answer."""

    lesson = models.ForeignKey("courses.LessonPage", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="lesson_questions")
    text = models.CharField(_("问题"), max_length=500)
    asked_at = models.DateTimeField(_("提问时间"), default=clock.now)
    answer = models.TextField(_("回答"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(_("回答时间"), null=True)
    in_lesson = models.BooleanField(_("已放进课里"), default=False)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = verbose_name_plural = _("课上的提问")
        indexes = [models.Index(fields=["lesson", "person"], name="questions_of_lesson")]

    def __str__(self):
        return self.text[:40]
