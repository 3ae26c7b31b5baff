"""有用吗？ — what readers say of a page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from core import clock


class Feedback(models.Model):
    """One reader's answer to 有用吗. Says nothing about who it was."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+", verbose_name=_("哪一页"))
    useful = models.BooleanField(_("有用"))
    sentence = models.CharField(_("说了什么"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now, db_index=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = verbose_name_plural = _("读者反馈")

    def __str__(self):
        return f"{self.page_id} {'+' if self.useful else '-'}"
