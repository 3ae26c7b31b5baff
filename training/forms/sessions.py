"""The sessions of a round: made, moved, given to trainers."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import Person

from . import ask_for_names


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
    room = forms.CharField(
        label=_("教室"), max_length=80, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )

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
            "room": data["room"],
        }


# Two and a half days are five sessions: eight rows stand ready, so that no script has to add one.
SessionFormSet = forms.formset_factory(SessionForm, extra=8, max_num=20)


class MoveForm(forms.Form):
    """Another time or room for one session."""

    day = forms.DateField(label=_("日期"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}))
    ends = forms.TimeField(label=_("结束"), widget=forms.TimeInput(attrs={"type": "time"}))
    room = forms.CharField(label=_("教室"), max_length=80, required=False)
    reason = forms.CharField(
        label=_("为什么改"), max_length=300, required=False, help_text=_("报了名的人会看到，例如：讲师出差")
    )
    holiday_ok = forms.BooleanField(label=_("放假那天也上课"), required=False)
    trainee_ok = forms.BooleanField(label=_("有学员时间冲突，也改"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ask_for_names(self)

    @property
    def times(self):
        """``starts_at`` and ``ends_at``; an end before the start is of the next day (a class over midnight)."""
        data = self.cleaned_data
        start, end = (datetime.combine(data["day"], data[name], tzinfo=clock.SHANGHAI) for name in ("starts", "ends"))
        if end < start:
            end += timedelta(days=1)
        return {"starts_at": start, "ends_at": end}

    @property
    def confirmed(self):
        """The kinds of clash that were confirmed."""
        return confirmed_in(self.cleaned_data)


class TeachingForm(forms.Form):
    """Who teaches one session, and where it is heard."""

    trainers = forms.ModelMultipleChoiceField(
        label=_("这一课谁讲"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不勾 = 这个班的讲师都在；没列出来的，先到“改”里加为这个班的讲师"),
    )
    online_url = forms.URLField(
        label=_("这一课线上听课的网址"),
        max_length=300,
        required=False,
        assume_scheme="https",
        help_text=_("只有报上名的人和讲师看得到；空着就用全班的网址"),
    )

    def __init__(self, *args, session, **kwargs):
        start = {"trainers": [person.pk for person in session.trainers.all()], "online_url": session.online_url}
        super().__init__(*args, initial=start, **kwargs)
        self.fields["trainers"].queryset = session.round.trainers.order_by("name_key")


def confirmed_in(data):
    """The kinds of clash a form says yes to."""
    return [kind for kind in ("holiday", "trainee") if data.get(f"{kind}_ok")]
