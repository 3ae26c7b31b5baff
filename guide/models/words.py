"""The glossary: ISO word, everyday word."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index
from wagtail.snippets.models import register_snippet

from ..forms import TermForm


@register_snippet
class GlossaryTerm(index.Indexed, models.Model):
    """An ISO word and what the workshop calls it. Shown on tap in the guide; its synonyms help the search."""

    iso = models.CharField(_("ISO 词"), max_length=40, unique=True)
    everyday = models.CharField(_("车间话"), max_length=60)
    sentence = models.CharField(_("一句话讲明白"), max_length=200)
    synonyms = models.JSONField(_("搜索时也认的叫法"), default=list, blank=True)
    source_hash = models.CharField(max_length=64, blank=True, editable=False)

    base_form_class = TermForm
    panels = [FieldPanel("iso"), FieldPanel("everyday"), FieldPanel("sentence"), FieldPanel("synonyms")]
    search_fields = [index.SearchField("iso"), index.SearchField("everyday"), index.SearchField("sentence")]

    class Meta:
        ordering = ["iso"]
        verbose_name = _("词条")
        verbose_name_plural = _("ISO 词和车间话")

    def __str__(self):
        return f"{self.iso}：{self.everyday}"

    def fits(self, typed):
        """Whether what someone typed names this word, by its ISO name, its everyday name or a synonym."""
        return any(word in typed or typed in word for word in (self.iso, self.everyday, *self.synonyms))
