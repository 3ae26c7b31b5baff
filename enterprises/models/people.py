"""People and where they work."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from core import clock
from core.pinyin import PinyinField

from ..querysets import MembershipQuerySet, PersonQuerySet
from .registry import Enterprise


class Layer(models.TextChoices):
    """层级: four exclusive values. 内审员 is a tag beside them, shown as 其中."""

    TOP = "top", _("最高管理者")
    MIDDLE = "middle", _("中层管理人员")
    FRONTLINE = "frontline", _("一线员工")
    OTHER = "other", _("其他")


class Person(models.Model):
    """One human being. May have no login (came by a paper list) and no phone. The same name is not the same person."""

    name = models.CharField(_("姓名"), max_length=50)
    name_key = PinyinField(source="name")
    phone = models.CharField(_("手机号"), max_length=11, unique=True, null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="person"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="absorbed", db_index=False
    )
    erased_at = models.DateTimeField(_("注销时间"), null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        indexes = [
            models.Index(Right("phone", 4), name="person_phone_tail"),
            # Few rows are merged away: the others need no place in the index.
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_merged_into"),
        ]

    def __str__(self):
        return self.name

    @property
    def itself(self):
        """The row that stands for this human being now: the one it was merged into, else itself."""
        return self.merged_into if self.merged_into_id else self


class Membership(models.Model):
    """任职: person × enterprise, dated and never overwritten. ``ended_on`` is the last day."""

    class Tag(models.TextChoices):
        QUALITY_LEAD = "quality_lead", _("质量负责人")
        AUDITOR = "auditor", _("内审员")
        WRITER = "writer", _("文件编写")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="memberships")
    layer = models.CharField(_("层级"), max_length=10, choices=Layer)
    department = models.CharField(_("部门"), max_length=40, blank=True)
    post = models.CharField(_("岗位"), max_length=40, blank=True)
    tags = models.JSONField(_("标记"), default=list, blank=True)
    started_on = models.DateField(_("开始"), default=clock.today)
    ended_on = models.DateField(_("结束"), null=True, blank=True)
    confirmed_at = models.DateTimeField(
        _("确认时间"), null=True, blank=True, default=clock.now, help_text=_("空着 = 本人自报，等企业联络员确认")
    )
    invited_at = models.DateTimeField(_("邀请时间"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-pk"]
        verbose_name = verbose_name_plural = _("任职")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "enterprise"], condition=Q(ended_on__isnull=True), name="one_open_membership"
            )
        ]

    def __str__(self):
        return f"{self.person} · {self.enterprise}"

    @property
    def tag_labels(self):
        """The tags in words, in their official order."""
        return [label for value, label in self.Tag.choices if value in self.tags]
