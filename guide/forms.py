"""Forms of the guide's pages in the editors' admin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.page_guards import GuardedPageForm
from enterprises.models import Layer

LAYER_CHOICES = [(value, label) for value, label in Layer.choices if value != Layer.OTHER]


class LayeredPageForm(GuardedPageForm):
    """A page that says whom it concerns: the layers are ticked, not typed as JSON."""

    layers = forms.MultipleChoiceField(
        label=_("和谁有关"), choices=LAYER_CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )
