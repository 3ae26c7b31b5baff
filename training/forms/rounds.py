"""What a round is, where it comes from."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.credit_code import normalise_code
from enterprises.models import Appointment, District, Enterprise, Layer, Organiser, Person, Role

from ..models import Round, RoundTemplate
from . import ask_for_names

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
