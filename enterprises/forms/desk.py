"""Forms of those who keep the registry."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock

from ..identity import SETTABLE
from ..models import District, EligibilityCheck, Enterprise, Pilot, SizeClass
from .names import NamedForm
from .portal import ReasonForm, day_input

ANY = [("", _("全部"))]


class EnterpriseFilterForm(forms.Form):
    """The filter bar over the enterprises. A wrong value is no filter."""

    q = forms.CharField(
        label=_("名称、代码"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("曾用名也行"), "enterkeyhint": "search"}),
    )
    district = forms.ModelChoiceField(
        label=_("区"), queryset=District.objects.all(), required=False, empty_label=_("全部")
    )
    pilot = forms.ModelChoiceField(
        label=_("产业链"), queryset=Pilot.objects.all(), required=False, empty_label=_("全部")
    )
    size = forms.ChoiceField(label=_("规模"), choices=[*ANY, *SizeClass.choices], required=False)
    status = forms.ChoiceField(
        label=_("状态"), choices=[*ANY, *[(value, value.label) for value in SETTABLE]], required=False
    )
    kind = forms.ChoiceField(
        label=_("类型"), choices=[*ANY, ("92", _("个体工商户（92）")), ("9", _("其他企业"))], required=False
    )
    iso = forms.ChoiceField(label=_("ISO 9001"), choices=[*ANY, *Enterprise.Iso.choices], required=False)


class NameOfEnterpriseForm(forms.Form):
    name = forms.CharField(
        label=_("新名称"), max_length=120, error_messages={"required": _("请照营业执照填写企业名称。")}
    )
    reason = forms.CharField(label=_("依据"), max_length=200, required=False, help_text=_("比如“营业执照变更”"))


class CodeForm(ReasonForm):
    code = forms.CharField(
        label=_("新代码"),
        max_length=40,
        error_messages={"required": _("请照营业执照填上 18 位代码。")},
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "class": "input--code"}),
    )

    field_order = ["code"]


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("状态"), choices=[(value, value.label) for value in SETTABLE])
    reason = forms.CharField(label=_("原因"), max_length=200, required=False, help_text=_("核实不用写，别的都要写。"))


class DistrictForm(ReasonForm):
    district = forms.ModelChoiceField(label=_("改到"), queryset=District.objects.all(), empty_label=_("请选择"))

    field_order = ["district"]


class EligibilityForm(forms.Form):
    result = forms.ChoiceField(label=_("结果"), choices=EligibilityCheck.Result, widget=forms.RadioSelect)
    source = forms.CharField(label=_("在哪儿查的"), max_length=80, error_messages={"required": _("请写明在哪儿查的。")})
    checked_on = forms.DateField(label=_("核查日期"), initial=clock.today, widget=day_input())
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class PhoneForm(ReasonForm):
    phone = forms.CharField(
        label=_("新手机号"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "input--code"}),
    )

    field_order = ["phone"]


class NameForm(NamedForm, ReasonForm):
    name = forms.CharField(label=_("改为"), max_length=60, error_messages={"required": _("请填写姓名。")})

    field_order = ["name"]


class LetterForm(forms.Form):
    """Somebody asked in writing: what came, and how it was made sure who wrote it."""

    reason = forms.CharField(
        label=_("来件"),
        max_length=140,
        help_text=_("什么时候、怎么来的，例如“2026-11-20 来信要求注销”。原件请另存档。"),
        error_messages={"required": _("请写明什么时候、怎么来的。")},
    )
    proof = forms.CharField(
        label=_("怎么核对的身份"),
        max_length=140,
        help_text=_("例如“回拨登记的手机号，本人接听”。不要写身份证号。"),
        error_messages={"required": _("请写明怎么核对的身份，例如“回拨登记的手机号，本人接听”。")},
    )


class EraseForm(LetterForm):
    """The second step: nothing is asked again but the name."""

    reason = forms.CharField(max_length=140, widget=forms.HiddenInput)
    proof = forms.CharField(max_length=140, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("再打一遍这个人的姓名"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("请再打一遍这个人的姓名，免得注销错人。")},
    )
