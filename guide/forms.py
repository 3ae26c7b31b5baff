"""Forms of the guide's pages in the editors' admin."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from core.page_guards import GuardedPageForm
from core.text import normalise
from enterprises.models import Layer, Role
from enterprises.policies import rights_of

LAYER_CHOICES = [(value, label) for value, label in Layer.choices if value != Layer.OTHER]


class LayeredPageForm(GuardedPageForm):
    """A page that says whom it concerns: the layers are ticked, not typed as JSON."""

    layers = forms.MultipleChoiceField(
        label=_("和谁有关"), choices=LAYER_CHOICES, widget=forms.CheckboxSelectMultiple, required=False
    )


class CaseForm(LayeredPageForm):
    """A district's own people write about enterprises of their district, and nothing else."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rights = rights_of(self.for_user) if self.for_user else None
        if (
            rights
            and rights.districts
            and not rights.roles & {Role.CITY_ADMIN, Role.EDITOR}
            and "district" in self.fields
        ):
            field = self.fields["district"]
            field.queryset = field.queryset.filter(pk__in=rights.districts)
            field.required = True
            field.initial = field.initial or field.queryset.first()


class LinesField(forms.CharField):
    """A list of words, one a line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def has_changed(self, initial, data):
        return (initial or []) != self.to_python(data)


class TermForm(WagtailAdminModelForm):
    synonyms = LinesField(label=_("搜索时也认的叫法"), help_text=_("一行一个"), required=False)


class FeedbackForm(forms.Form):
    """有用吗？ and, if one likes, why."""

    useful = forms.TypedChoiceField(
        choices=[("yes", _("有用")), ("no", _("没用"))], coerce=lambda value: value == "yes"
    )
    sentence = forms.CharField(max_length=200, required=False, strip=True)

    def clean_sentence(self):
        return normalise(self.cleaned_data["sentence"])
