"""Forms of signing in and of one's own account."""

from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _


class PhoneCodeForm(forms.Form):
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


class PhoneForm(PhoneCodeForm):
    """Signing in by phone; the first time registers, and asks for consent."""

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


class DeskCodeForm(forms.Form):
    """The name as on the list, and the code that somebody read out. Stands beside the form for codes by phone: ids of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="desk_%s", **kwargs)

    name = forms.CharField(
        label=_("姓名"),
        max_length=60,
        help_text=_("照名单上的写法"),
        error_messages={"required": _("请填姓名，照名单上的写法。")},
        widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input"}),
    )
    code = forms.CharField(
        label=_("现场发的登录码"),
        max_length=12,
        error_messages={"required": _("请填工作人员给您的 8 位数字。")},
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "class": "input input--code",
                "placeholder": _("8 位"),
            }
        ),
    )


def _password(label, autocomplete):
    return forms.CharField(
        label=label,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "input"}),
    )


def _code(label):
    widget = forms.TextInput(
        attrs={
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "class": "input input--code",
            "placeholder": _("6 位"),
        }
    )
    return forms.CharField(label=label, max_length=10, required=False, widget=widget)


class ChangePasswordForm(forms.Form):
    """The present password, or a code sent to one's own phone; and twice the new one."""

    old = _password(_("现在的密码"), "current-password")
    code = _code(_("短信验证码"))
    new = _password(_("新密码"), "new-password")
    again = _password(_("再输一遍新密码"), "new-password")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not user.has_usable_password():
            del self.fields["old"]
        if not user.phone:
            del self.fields["code"]
        self.fields["new"].help_text = password_validation.password_validators_help_texts()[-1]

    def clean(self):
        data = super().clean()
        if not data.get("new"):
            self.add_error("new", _("请填新密码。"))
        elif data["new"] != data.get("again"):
            self.add_error("again", _("两遍不一样，请再输一遍。"))
        return data


class CloseAccountForm(forms.Form):
    """Proof that it is oneself who closes the account."""

    sure = forms.BooleanField(
        label=_("我看明白了：注销后找不回来"), error_messages={"required": _("请先看明白上面几条，再勾上。")}
    )
    code = _code(_("短信验证码"))
    password = _password(_("密码"), "current-password")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if user.phone:
            del self.fields["password"]
        else:
            del self.fields["code"]
