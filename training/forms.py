"""Forms of the 工作台 for rounds."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Layer, Pilot
from ledger.models import Kind

from .models import Attendance, Evidence, Round


def ask_for_names(form):
    """An empty required field says what to fill in, not that something is required."""
    for field in form.fields.values():
        field.error_messages["required"] = format_lazy(_("请填写{label}"), label=field.label)


class RoundForm(forms.ModelForm):
    """What a round is. The owner is chosen only among the organisers the user acts for; the view passes them in."""

    class Meta:
        model = Round
        fields = [
            "title",
            "kind",
            "pilot",
            "owner",
            "mode",
            "fee_nature",
            "venue",
            "seats",
            "quota_per_enterprise",
            "attendance_percent",
            "has_exam",
            "pass_mark",
        ]

    def __init__(self, *args, organisers=None, **kwargs):
        super().__init__(*args, **kwargs)
        if organisers is not None:
            self.fields["owner"].queryset = organisers
            if len(organisers) == 1:
                self.fields["owner"].initial = organisers[0]
        self.fields["owner"].empty_label = None
        self.fields["pilot"].empty_label = _("不限产业链")
        ask_for_names(self)


class SessionForm(forms.Form):
    """One session of a new round; an empty row is left out."""

    day = forms.DateField(
        label=_("日期"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"})
    )
    starts = forms.TimeField(
        label=_("开始"), required=False, widget=forms.TimeInput(attrs={"type": "time", "class": "input"})
    )
    ends = forms.TimeField(
        label=_("结束"), required=False, widget=forms.TimeInput(attrs={"type": "time", "class": "input"})
    )
    title = forms.CharField(
        label=_("内容"), max_length=80, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )
    class_hours = forms.DecimalField(
        label=_("学时"),
        min_value=Decimal("0.5"),
        max_value=Decimal(8),
        initial=Decimal(4),
        required=False,
        widget=forms.NumberInput(attrs={"step": "0.5", "class": "input"}),
    )
    compulsory = forms.BooleanField(label=_("必修实操"), required=False)

    def clean(self):
        data = super().clean()
        needed = ("day", "starts", "ends", "title", "class_hours")
        if data.get("day") or data.get("title") or data.get("starts") or data.get("ends"):
            for name in needed:
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("这一行排了课，就要填全"))
        return data

    @property
    def as_session(self):
        """Keyword arguments for ``scheduling.create_round``, or None for an empty row."""
        data = self.cleaned_data
        if not data.get("day"):
            return None
        start, end = (datetime.combine(data["day"], data[name], tzinfo=clock.SHANGHAI) for name in ("starts", "ends"))
        return {
            "title": data["title"],
            "starts_at": start,
            "ends_at": end,
            "class_hours": data["class_hours"],
            "compulsory": data["compulsory"],
        }


# Two and a half days are five sessions: eight rows stand ready, so that no script has to add one.
SessionFormSet = forms.formset_factory(SessionForm, extra=8, max_num=20)


class ListPersonForm(forms.Form):
    """Put one person of one enterprise on the list of a round; the phone may be empty."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"class": "input"}))
    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        required=False,
        help_text=_("没有手机可以不填"),
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "tel"}),
    )
    code = forms.CharField(
        label=_("企业的统一社会信用代码"), max_length=40, widget=forms.TextInput(attrs={"class": "input input--code"})
    )
    layer = forms.ChoiceField(label=_("层级"), choices=Layer, widget=forms.Select(attrs={"class": "select"}))
    post = forms.CharField(
        label=_("岗位"), max_length=40, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )

    clash_ok = forms.BooleanField(label=_("同一时间已报了别的班，也要加"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ask_for_names(self)


class InterestForm(forms.Form):
    """登记意向."""

    kind = forms.ChoiceField(
        label=_("想上什么班"), choices=Kind, widget=forms.RadioSelect, error_messages={"required": _("请选一种班。")}
    )
    pilot = forms.ModelChoiceField(
        label=_("产业链"), queryset=Pilot.objects.all(), required=False, empty_label=_("不限产业链")
    )
    note = forms.CharField(
        label=_("什么时候、在哪儿方便"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("例如：周末上午，武清附近")}),
    )


class MarkForm(forms.Form):
    """Attendance by hand."""

    registration = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("考勤"), choices=Attendance.State, widget=forms.Select(attrs={"class": "select"}))
    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": _("例如：手机没电，讲师核对身份")}),
    )


class CorrectionForm(MarkForm):
    """One session's attendance, corrected after closing."""

    session = forms.IntegerField(widget=forms.HiddenInput)


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
