"""Forms an enterprise's contact fills in: the staff list, the facts, handing over; and one's own phone."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import PhoneCodeForm
from core import clock

from ..identity import FACTS
from ..models import Enterprise, Layer, Membership, Pilot, SizeClass
from .names import NamedForm


def day_input():
    """The browser's own date picker."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PostForm(forms.Form):
    """What somebody does at the enterprise."""

    layer = forms.ChoiceField(
        label=_("层级"),
        choices=Layer,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项：按平时干的活选。")},
    )
    department = forms.CharField(label=_("部门"), max_length=40, required=False)
    post = forms.CharField(label=_("岗位"), max_length=40, required=False)
    tags = forms.MultipleChoiceField(
        label=_("还担任"), choices=Membership.Tag, required=False, widget=forms.CheckboxSelectMultiple
    )


class StaffForm(NamedForm, PostForm):
    """A new person on the list."""

    name = forms.CharField(label=_("姓名"), max_length=60, error_messages={"required": _("请填写姓名，证明上要印。")})
    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        required=False,
        help_text=_("有手机号才能自己登录学习；没有也能先上名单。"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "input--code"}),
    )

    field_order = ["name", "phone"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=200, error_messages={"required": _("请写一句原因，以后查得到为什么改。")}
    )


class MoveOutForm(ReasonForm):
    ended_on = forms.DateField(
        label=_("最后一天上班"),
        initial=clock.today,
        widget=day_input(),
        error_messages={"required": _("请填最后一天上班的日期。"), "invalid": _("请填日期，比如 2026-11-05。")},
    )

    field_order = ["ended_on"]


class HandOverForm(forms.Form):
    """The colleagues to choose from are passed in; whoever is not among them cannot be chosen."""

    to = forms.ModelChoiceField(
        label=_("移交给"),
        queryset=Membership.objects.none(),
        empty_label=_("请选择"),
        error_messages={
            "required": _("请选一位同事。"),
            "invalid_choice": _("只能选名单里在职的、登录过或留了手机号的同事。"),
        },
    )

    def __init__(self, *args, colleagues, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = colleagues
        self.fields["to"].label_from_instance = self.words

    def words(self, row):
        """Name, layer, post, and whether the task waits for a first sign-in."""
        later = "" if row.person.user_id else _("（没登录过，首次登录时接手）")
        return f"{row.person.name}　{row.get_layer_display()}　{row.post}{later}"


class FactsForm(forms.ModelForm):
    """What is known of an enterprise. Saved by ``identity.set_facts``, never by the form."""

    pilots = forms.ModelMultipleChoiceField(
        label=_("产业链"), queryset=Pilot.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Enterprise
        fields = FACTS
        widgets = {name: day_input() for name in ("iso_issued_on", "iso_expires_on", "willing_on")}
        help_texts = {
            "industry_code": _("2 到 4 位数字，比如 3670 汽车零部件及配件制造"),
            "employees": _("年末在册人数"),
            "size_class": _("由行业、人数和营业收入算出；算得不对，勾下面一项再选。"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["size_class"].choices = SizeClass.choices
        for name, label in (("revenue_band", _("没填")), ("source", _("没填"))):
            field = self.fields[name]
            field.choices = [("", label), *[choice for choice in field.choices if choice[0] != ""]]
        if self.instance.pk:
            self.initial.setdefault("pilots", [pilot.pk for pilot in self.instance.pilots.all()])

    def _post_clean(self):
        """Nothing is written into the row here: the verb compares the row with what was typed."""


class OwnPhoneForm(PhoneCodeForm):
    """The new number, and then the code sent to it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].label = _("新手机号")
