"""Forms of the 工作台 for rounds."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.credit_code import normalise_code
from enterprises.models import Appointment, District, Enterprise, Layer, Organiser, Person, Pilot, Role
from ledger.models import Kind

from . import messages
from .models import Attendance, Evidence, Round, RoundMessage, RoundTemplate


def ask_for_names(form):
    """An empty required field says what to fill in, not that something is required."""
    for field in form.fields.values():
        field.error_messages["required"] = format_lazy(_("请填写{label}"), label=field.label)


EXAM = 10
"""Questions from which a quiz is listed as an exam: the short ones of single lessons would hide it."""


def _exams_first(field):
    """The choices of an exam: papers of EXAM questions and more, then the short quizzes."""
    groups = {True: (_("考卷"), []), False: (_("小测"), [])}
    for quiz in field.queryset:
        is_exam = sum(row["draw"] for row in quiz.blueprint) >= EXAM
        groups[is_exam][1].append((quiz.pk, field.label_from_instance(quiz)))
    return [("", field.empty_label), *(group for group in groups.values() if group[1])]


class RoundForm(forms.ModelForm):
    """What a round is. The owner is chosen only among the organisers the user acts for; the view passes them in.

    ``values`` are what ``scheduling.create_round`` and ``editing.change_round`` take; a figure left empty stays as it is.
    """

    DEFAULTED = ("hold_hours", "tolerance_minutes", "resits", "resit_days", "pass_mark", "edition")

    layer_set = forms.MultipleChoiceField(
        label=_("对象层级"),
        choices=Layer,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("都不勾 = 不限层级"),
    )
    for_code = forms.CharField(
        label=_("只为一家企业办（统一社会信用代码）"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off"}),
    )

    class Meta:
        model = Round
        fields = [
            "title",
            "summary",
            "kind",
            "pilot",
            "small_class",
            "owner",
            "co_organisers",
            "mode",
            "fee_nature",
            "venue",
            "online_url",
            "trainers",
            "seats",
            "quota_per_enterprise",
            "register_until",
            "needs_approval",
            "hold_hours",
            "attendance_percent",
            "sign_out",
            "tolerance_minutes",
            "one_device",
            "walk_in",
            "practice_needed",
            "has_exam",
            "exam_quiz",
            "exam_needs_attendance",
            "pass_mark",
            "resits",
            "resit_days",
            "edition",
        ]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 3}),
            "register_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "co_organisers": forms.CheckboxSelectMultiple,
            "trainers": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, organisers=None, **kwargs):
        super().__init__(*args, **kwargs)
        if organisers is not None:
            self.fields["owner"].queryset = organisers
            if len(organisers) == 1:
                self.fields["owner"].initial = organisers[0]
        teaching = Appointment.objects.in_force().filter(role__in=[Role.TRAINER, Role.PROVIDER_ADMIN])
        if organisers is not None:
            teaching = teaching.filter(organiser__in=organisers)
        known = Q(user__in=teaching.values("user"))
        if self.instance.pk:
            known |= Q(pk__in=self.instance.trainers.values("pk"))
            self.initial["layer_set"] = self.instance.layer_list
            firm = self.instance.for_enterprise
            self.initial["for_code"] = firm.code if firm else ""
            del self.fields["owner"]
        self.fields["trainers"].queryset = Person.objects.filter(known).order_by("name_key")
        for name, empty in (("owner", None), ("pilot", _("不限产业链")), ("exam_quiz", _("不用系统里的考卷"))):
            if name in self.fields:
                self.fields[name].empty_label = empty
        if "exam_quiz" in self.fields:
            self.fields["exam_quiz"].choices = _exams_first(self.fields["exam_quiz"])
        for name in self.DEFAULTED:
            self.fields[name].required = False
        self.quotas = (
            {row.district_id: row.seats for row in self.instance.district_quotas.all()} if self.instance.pk else {}
        )
        for district in District.objects.all():
            self.fields[f"q_{district.pk}"] = forms.IntegerField(
                label=district.name, min_value=0, max_value=1000, required=False, initial=self.quotas.get(district.pk)
            )
        ask_for_names(self)

    @property
    def quota_fields(self):
        """The 16 districts, as bound fields."""
        return [self[name] for name in self.fields if name.startswith("q_")]

    def clean_for_code(self):
        text = self.cleaned_data["for_code"].strip()
        if not text:
            return None
        firm = Enterprise.objects.by_code(normalise_code(text))
        if firm is None:
            raise forms.ValidationError(_("没有登记过这家企业，请核对代码，或先请企业报到。"))
        return firm

    @property
    def values(self):
        """Keyword arguments for the verbs, the district quotas under ``quotas``."""
        data = self.cleaned_data
        own = {name: value for name, value in data.items() if name in self.Meta.fields}
        for name in self.DEFAULTED:
            if own[name] in (None, ""):
                own[name] = getattr(self.instance, name)
        quotas = {name[2:]: value for name, value in data.items() if name.startswith("q_")}
        layers = ",".join(value for value in Layer.values if value in data["layer_set"])
        return own | {"layers": layers, "for_enterprise": data["for_code"], "quotas": quotas}


class FromTemplateForm(forms.Form):
    """从班型建: everything at once."""

    template = forms.ModelChoiceField(label=_("班型"), queryset=RoundTemplate.objects.none(), empty_label=None)
    owner = forms.ModelChoiceField(label=_("主办单位"), queryset=Organiser.objects.none(), empty_label=None)
    title = forms.CharField(label=_("班名"), max_length=120)
    first = forms.DateField(label=_("第一天"), widget=forms.DateInput(attrs={"type": "date"}))
    venue = forms.CharField(label=_("地点"), max_length=120, required=False)
    skip_days_off = forms.BooleanField(
        label=_("跳过周末和节假日"), required=False, initial=True, help_text=_("调休上班的周末照常排课")
    )
    holiday_ok = forms.BooleanField(label=_("放假那天也上课"), required=False)

    def __init__(self, *args, organisers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = organisers
        self.fields["template"].queryset = RoundTemplate.objects.filter(Q(owner=None) | Q(owner__in=organisers))
        ask_for_names(self)


class CopyForm(forms.Form):
    """再办一个."""

    first = forms.DateField(label=_("第一天"), widget=forms.DateInput(attrs={"type": "date"}))
    title = forms.CharField(label=_("班名"), max_length=120, required=False, help_text=_("空着就用原来的"))
    skip_days_off = forms.BooleanField(label=_("跳过周末和节假日"), required=False, initial=True)
    holiday_ok = forms.BooleanField(label=_("放假那天也上课"), required=False)


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


class MessageForm(forms.Form):
    """发消息 to a class; ``picked`` offers the rows of its list."""

    text = forms.CharField(
        label=_("要告诉大家的话"),
        max_length=messages.LONGEST,
        widget=forms.Textarea(
            attrs={"rows": 4, "placeholder": _("例如：第二天请带一份本厂的检验记录，模拟审核要用。")}
        ),
        help_text=_("最多 200 个字；班名和称呼会自动加上"),
    )
    audience = forms.ChoiceField(
        label=_("发给谁"), choices=RoundMessage.Audience, initial="everybody", widget=forms.RadioSelect
    )
    picked = forms.MultipleChoiceField(label=_("勾选的人"), required=False, widget=forms.CheckboxSelectMultiple)
    urgent = forms.BooleanField(
        label=_("急事：夜里也马上发短信"), required=False, help_text=_("不勾的话，晚上 9 点到早上 8 点不响")
    )
    key = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["picked"].choices = [(row.pk, f"{row.person.name}（{row.get_state_display()}）") for row in rows]
        ask_for_names(self)

    @property
    def values(self):
        """Keyword arguments for ``messages.send`` and, but for the key, ``messages.preview``."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "audience": data["audience"],
            "picked": [int(key) for key in data["picked"]],
            "urgent": data["urgent"],
        }


class MarkForm(forms.Form):
    """Attendance by hand."""

    registration = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("考勤"), choices=Attendance.State, widget=forms.Select(attrs={"class": "select"}))
    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input", "placeholder": _("例如：手机没电，讲师核对身份")}),
    )


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
