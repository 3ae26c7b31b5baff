"""Rounds that are held again and again, as plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Organiser

from .rounds import Round


class RoundTemplate(models.Model):
    """班型: what a round of this sort is and the sessions it has, by day and hour.

    ``fields`` are fields of ``Round``, ``exam_quiz`` by the key of the paper; ``plan`` is a list of ``{"day": 1, "start":
    "09:00", "end": "12:00", "title": …, "class_hours": "4", "compulsory": false, "unit": ""}``, day 1 being the first.
    ``owner`` empty: for every organiser.
    """

    FIELDS = (
        "kind",
        "summary",
        "layers",
        "small_class",
        "mode",
        "fee_nature",
        "venue",
        "seats",
        "quota_per_enterprise",
        "needs_approval",
        "hold_hours",
        "attendance_percent",
        "sign_out",
        "tolerance_minutes",
        "one_device",
        "walk_in",
        "practice_needed",
        "has_exam",
        "exam_needs_attendance",
        "pass_mark",
        "resits",
        "resit_days",
        "edition",
    )
    """Fields of a round that a template keeps."""

    key = models.SlugField(max_length=60, unique=True, null=True, blank=True, editable=False)
    name = models.CharField(_("班型"), max_length=80)
    owner = models.ForeignKey(
        Organiser, on_delete=models.CASCADE, null=True, blank=True, related_name="round_templates"
    )
    fields = models.JSONField(default=dict)
    plan = models.JSONField(default=list)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = verbose_name_plural = _("班型")

    def __str__(self):
        return self.name

    @property
    def days(self):
        """How many days it takes."""
        return len({one["day"] for one in self.plan})

    @property
    def kind_label(self):
        return dict(Round._meta.get_field("kind").choices).get(self.fields.get("kind"), "")
