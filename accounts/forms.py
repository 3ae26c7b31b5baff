"""Forms of the sign-in page."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PhoneForm(forms.Form):
    """Phone and code; the same form first asks for the code, then brings it."""

    phone = forms.CharField(
        label=_("手机号"),
        max_length=30,
        error_messages={"required": _("请填 11 位手机号。")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel", "class": "input input--code"}),
    )
    code = forms.CharField(
        label=_("短信验证码"),
        max_length=10,
        required=False,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "class": "input input--code",
                "placeholder": _("6 位"),
            }
        ),
    )
    agree = forms.BooleanField(label=_("我已阅读并同意《用户协议》和《隐私政策》"), required=False)


class PasswordForm(forms.Form):
    """User name (or phone) and password."""

    login = forms.CharField(
        label=_("用户名或手机号"),
        error_messages={"required": _("请填用户名；用手机号也行。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "class": "input"}),
    )
    password = forms.CharField(
        label=_("密码"),
        strip=False,
        error_messages={"required": _("请填密码；忘了就用上面的手机验证码登录。")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}),
    )
