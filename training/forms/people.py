"""Who comes, who would, what they are told."""

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import Layer, Pilot
from ledger.models import Kind

from .. import messages
from ..models import RoundMessage
from . import ask_for_names


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
