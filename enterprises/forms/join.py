"""Reporting in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import District, Layer
from .names import NamedForm


class JoinForm(NamedForm, forms.Form):
    """Who I am and where I work. Name and district of the enterprise are asked only when its code is not listed yet."""

    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        error_messages={"required": _("请填写姓名，证明上要印。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input"}),
    )
    code = forms.CharField(
        label=_("企业的统一社会信用代码"),
        max_length=40,
        help_text=_("营业执照上 18 位的那个号"),
        error_messages={"required": _("请照营业执照填上 18 位代码，不知道就问一声办公室。")},
        widget=forms.TextInput(
            attrs={"autocapitalize": "characters", "autocomplete": "off", "class": "input input--code"}
        ),
    )
    enterprise_name = forms.CharField(
        label=_("企业名称"), max_length=120, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )
    district = forms.ModelChoiceField(
        label=_("所在区"),
        queryset=District.objects.all(),
        required=False,
        empty_label=_("请选择"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    layer = forms.ChoiceField(
        label=_("您是"),
        choices=Layer,
        widget=forms.RadioSelect,
        error_messages={"required": _("请选一项：按您平时干的活选。")},
    )
    department = forms.CharField(
        label=_("部门"), max_length=40, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )
    post = forms.CharField(
        label=_("岗位"), max_length=40, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )

    def __init__(self, *args, ask_enterprise=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not ask_enterprise:
            del self.fields["enterprise_name"]
            del self.fields["district"]
