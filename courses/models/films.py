"""Films: what a lesson shows and counts. Kept as uploaded, served by our own view (core.ranges)."""

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock

from ..film_files import read_captions, read_film


class Film(models.Model):
    """视频: an MP4 with its subtitles. Its length is read from the file; the poster is drawn from it by a task."""

    title = models.CharField(_("片名"), max_length=120)
    file = models.FileField(
        _("视频（MP4）"),
        upload_to="films/",
        validators=[FileExtensionValidator(["mp4"])],
        help_text=_("H.264，最大 500 MB"),
    )
    captions = models.FileField(
        _("字幕（WebVTT）"), upload_to="films/", blank=True, validators=[FileExtensionValidator(["vtt"])]
    )
    transcript = models.TextField(_("文字稿"), blank=True, help_text=_("听不见、不方便外放的人看这个"))
    seconds = models.FloatField(_("时长（秒）"), default=0, editable=False)
    poster = models.FileField(upload_to="films/", blank=True, editable=False)
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = verbose_name_plural = _("视频")

    def __str__(self):
        return self.title

    def clean(self):
        # What the browser said of the type is not asked: the bytes are.
        if self.file and not self.file._committed:
            try:
                self.seconds = read_film(self.file.file)
            except ValueError as fault:
                raise ValidationError({"file": str(fault)}) from fault
            self.poster, self.uploaded_at = "", clock.now()
        if self.captions and not self.captions._committed:
            try:
                read_captions(self.captions.file)
            except ValueError as fault:
                raise ValidationError({"captions": str(fault)}) from fault

    @property
    def key(self):
        """What the study rows call it: stays when the title changes, and when another cut takes the place of the file."""
        return f"film-{self.pk}"
