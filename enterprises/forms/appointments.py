"""Forms of appointments and organisers."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.exceptions import DomainError

from ..credit_code import check_code
from ..models import Enterprise, Organiser, Role


def ask_for_names(form):
    """An empty required field says what to fill in, not that something is required."""
    for field in form.fields.values():
        field.error_messages["required"] = format_lazy(_("请填写{label}"), label=field.label)


def day(label, **kwargs):
    """A date field with the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class GrantForm(forms.Form):
    """One role for one phone. ``giving`` (policies.giving.Giving) holds the scopes this user may give; no other is accepted."""

    phone = forms.CharField(
        label=_("手机号"),
        max_length=20,
        help_text=_("还没登录过也可以：本人第一次用这个号码登录时生效"),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("姓名"), max_length=50, required=False, help_text=_("还没登录过的，写上好认"))

    def __init__(self, *args, giving, latest, **kwargs):
        super().__init__(*args, **kwargs)
        self.giving = giving
        contact = giving.role == Role.CONTACT
        if contact:
            self.fields["code"] = forms.CharField(
                label=_("企业的统一社会信用代码"), max_length=40, widget=forms.TextInput(attrs={"class": "input--code"})
            )
        elif giving.scopes is not None:
            self.fields["scope"] = forms.ModelChoiceField(
                label=_("管哪儿"), queryset=giving.scopes, empty_label=_("请选")
            )
        hint = _("空着就是一直有效") if contact else format_lazy(_("最长一年，最晚 {day}"), day=latest)
        self.fields["expires_on"] = day(_("有效至"), required=not contact, help_text=hint)
        ask_for_names(self)

    def clean_code(self):
        try:
            code = check_code(self.cleaned_data["code"])
        except DomainError as refused:
            raise forms.ValidationError(refused.sentence) from None
        enterprise = Enterprise.objects.by_code(code)
        if enterprise is None or not self.giving.covers(enterprise):
            raise forms.ValidationError(_now("您管的范围里没有这家企业，请核对代码。"))
        return enterprise

    @property
    def scope(self):
        """The row chosen; None for the whole city."""
        return self.cleaned_data.get("code") or self.cleaned_data.get("scope")


class ExtendForm(forms.Form):
    """A new last day."""

    expires_on = day(_("有效至"), required=False)


class OrganiserForm(forms.ModelForm):
    class Meta:
        model = Organiser
        fields = ["name", "kind", "district"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["district"].empty_label = _("市级（不属哪个区）")
        ask_for_names(self)
