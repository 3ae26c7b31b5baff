"""Attendance by hand, evidence, marks of an exam."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

from ..models import Attendance, Evidence


class MarkForm(forms.Form):
    """Attendance by hand."""

    registration = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("考勤"), choices=Attendance.State, widget=forms.Select(attrs={"class": "select"}))
    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": _("例如：手机没电，讲师核对身份")}),
    )


def typed_mark(text, person):
    """The Decimal somebody typed as a person's mark. Raises DomainError ``mark.range`` for what is no number."""
    try:
        mark = Decimal(text)
        if not mark.is_finite():
            raise InvalidOperation
    except InvalidOperation:
        raise DomainError(
            "mark.range", _("%(name)s 的成绩要填数字，例如 86 或 86.5。") % {"name": person.name}
        ) from None
    return mark


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files from one input; ``clean`` answers a list."""

    widget = ManyFilesInput(attrs={"accept": "image/*,.pdf,.docx,.xlsx,.pptx"})

    def clean(self, data, initial=None):
        return [super(ManyFilesField, self).clean(one, initial) for one in (data or [None])]


class EvidenceForm(forms.Form):
    kind = forms.ChoiceField(label=_("种类"), choices=Evidence.Kind, widget=forms.Select(attrs={"class": "select"}))
    files = ManyFilesField(label=_("文件"))
