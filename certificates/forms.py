"""What a stranger types from a paper."""

from django import forms
from django.utils.translation import gettext_lazy as _


class VerifyForm(forms.Form):
    """Number and check code, in whatever way they are typed (``numbers.comparable``)."""

    number = forms.CharField(
        label=_("证书编号"),
        max_length=80,
        help_text=_("纸的左上角，例如 TJXW-NSY-2026-012-0034-K；横线、空格、大小写都不要紧"),
        error_messages={"required": _("请照纸上的编号填。")},
        widget=forms.TextInput(
            {"class": "input--code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    code = forms.CharField(
        label=_("校验码"),
        max_length=20,
        help_text=_("二维码右边的 8 位"),
        error_messages={"required": _("请照纸上的校验码填。")},
        widget=forms.TextInput(
            {"class": "input--code", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
