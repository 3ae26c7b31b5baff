"""What every page of the guide has in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.page_cache import CachedPageMixin
from core.page_guards import GuardedPage
from enterprises.models import Layer

from ..forms import LayeredPageForm

LAYER_WORDS = {Layer.TOP: _("老板"), Layer.MIDDLE: _("中层"), Layer.FRONTLINE: _("一线")}


class GuidePage(CachedPageMixin, GuardedPage):
    """The same for every visitor, so it is cached; its wording is checked on publishing."""

    class Meta:
        abstract = True


class LayeredPage(GuidePage):
    """A page that says whom it concerns, the most concerned first."""

    layers = models.JSONField(_("和谁有关"), default=list, blank=True)

    base_form_class = LayeredPageForm

    class Meta:
        abstract = True

    @property
    def layer_words(self):
        """['一线', '中层'] in workshop words."""
        return [str(LAYER_WORDS[layer]) for layer in self.layers if layer in LAYER_WORDS]
