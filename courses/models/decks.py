"""课件: a PDF that a lesson shows page by page, as pictures."""

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock

from ..deck_files import read_deck


class Deck(models.Model):
    """课件: an uploaded PDF. Its pages are drawn by a task; until then a lesson offers the file alone."""

    class State(models.TextChoices):
        WAITING = "waiting", _("正在转成图片")
        DRAWN = "drawn", _("可以用了")
        FAILED = "failed", _("转不成图片，请重新导出 PDF 再上传")

    title = models.CharField(_("名称"), max_length=120)
    file = models.FileField(
        _("课件（PDF）"),
        upload_to="decks/",
        validators=[FileExtensionValidator(["pdf"])],
        help_text=_("最大 50 MB、200 页，不能加密码；PPT 请先导出成 PDF"),
    )
    size = models.PositiveIntegerField(_("字节"), default=0, editable=False)
    count = models.PositiveSmallIntegerField(_("页"), default=0, editable=False)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.WAITING, editable=False)
    uploaded_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["-uploaded_at"]
        verbose_name = verbose_name_plural = _("课件")

    def __str__(self):
        return self.title

    def clean(self):
        # What the browser said of the type is not asked: the bytes are.
        if self.file and not self.file._committed:
            try:
                self.count = read_deck(self.file.file)
            except ValueError as fault:
                raise ValidationError({"file": str(fault)}) from fault
            self.size = self.file.size
            self.state, self.uploaded_at = self.State.WAITING, clock.now()


class DeckPage(models.Model):
    """One page of a deck as a picture, with the words on it for who cannot see them."""

    deck = models.ForeignKey(Deck, on_delete=models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField(_("第几页"))
    picture = models.FileField(upload_to="decks/")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    words = models.TextField(_("页上的字"), blank=True)

    class Meta:
        ordering = ["number"]
        verbose_name = verbose_name_plural = _("课件的页")
        constraints = [models.UniqueConstraint(fields=["deck", "number"], name="deck_page_once")]

    def __str__(self):
        return f"{self.deck_id} · {self.number}"

    @property
    def url(self):
        return reverse("courses:deck-page", args=[self.deck_id, self.number])
