"""Who came, and every try to say so."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Person

from .registrations import Registration
from .rounds import Session


class Attendance(models.Model):
    """考勤: registration × session, one row, whatever was scanned how often."""

    class State(models.TextChoices):
        PRESENT = "present", _("到")
        LATE = "late", _("迟")
        EARLY = "early", _("早")
        MADE_UP = "made_up", _("补")
        LEAVE = "leave", _("假")
        ABSENT = "absent", _("缺")

    COUNTED = (State.PRESENT, State.LATE, State.EARLY, State.MADE_UP)
    """States that credit the session's class hours."""

    class Method(models.TextChoices):
        QR = "qr", _("扫码")
        CODE = "code", _("输码")
        CARD = "card", _("扫学员码")
        DESK = "desk", _("前台点名")
        MANUAL = "manual", _("手工")
        PAPER = "paper", _("纸质名单")

    BY_HAND = (Method.MANUAL, Method.PAPER)
    """Ways in which somebody answers for the whole session: no sign-out is asked for."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    state = models.CharField(_("考勤"), max_length=8, choices=State)
    arrived_at = models.DateTimeField(_("到课时间"), null=True)
    left_at = models.DateTimeField(_("签退时间"), null=True)
    method = models.CharField(_("方式"), max_length=8, choices=Method)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)
    offline = models.BooleanField(_("离线补传"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("考勤")
        constraints = [
            models.UniqueConstraint(fields=["registration", "session"], name="attendance_once"),
            models.CheckConstraint(
                condition=~Q(method__in=["manual"]) | ~Q(reason=""), name="manual_attendance_has_a_reason"
            ),
        ]

    def __str__(self):
        return f"{self.registration_id} {self.session_id} {self.state}"

    def credits(self, round_):
        """Whether this row brings the session's class hours: all or none (docs/counting.md, 有效考勤).

        Who left earlier than the round tolerates has none, unless a human wrote so; where one signs out, who did not has none.
        """
        if self.state not in self.COUNTED:
            return False
        if self.method in self.BY_HAND:
            return True
        return self.state != self.State.EARLY and (not round_.sign_out or self.left_at is not None)


class Scan(models.Model):
    """One try to sign in, refused ones too. Append-only: what was refused and why is evidence as well."""

    ACCEPTED = "accepted"
    LEFT = "left"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="scans")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("来过时间"))
    recorded_at = models.DateTimeField(default=clock.now)
    method = models.CharField(max_length=8, choices=Attendance.Method)
    outcome = models.CharField(_("结果"), max_length=40)
    nonce = models.CharField(max_length=64)
    offline = models.BooleanField(_("离线补传"), default=False)
    device = models.CharField(max_length=16, blank=True)
    """A digest of a random cookie, kept only where the round warns of several people on one phone."""

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = verbose_name_plural = _("签到记录")
        constraints = [
            models.UniqueConstraint(fields=["session", "nonce", "outcome", "person"], name="scan_once"),
            # Not nulls_distinct: SQLite has no such constraint, and Django would leave it out there.
            models.UniqueConstraint(
                fields=["session", "nonce", "outcome"], condition=Q(person=None), name="nameless_scan_once"
            ),
            models.UniqueConstraint(
                fields=["session", "nonce"], condition=Q(outcome__in=["accepted", "left"]), name="ticket_accepted_once"
            ),
        ]

    def __str__(self):
        return f"{self.session_id} {self.outcome}"


class AttendanceRequest(models.Model):
    """请假 or 补签: what one person asks for and another decides."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("请假")
        MAKE_UP = "make_up", _("补签")

    class State(models.TextChoices):
        ASKED = "asked", _("待批")
        APPROVED = "approved", _("已批")
        REFUSED = "refused", _("没批")
        WITHDRAWN = "withdrawn", _("撤回")

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="attendance_requests")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance_requests")
    kind = models.CharField(_("种类"), max_length=8, choices=Kind)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(_("原因"), max_length=300)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    answer = models.CharField(_("答复"), max_length=300, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = verbose_name_plural = _("请假和补签")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "session"], condition=Q(state="asked"), name="attendance_asked_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | ~Q(decided_by=models.F("asked_by")),
                name="attendance_decided_by_another",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.registration_id} {self.session_id}"
