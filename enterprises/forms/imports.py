"""Forms of imports and exports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..exports import KINDS as EXPORTS
from ..imports import kinds


class UploadForm(forms.Form):
    """What is in the file, and the file. Inside one enterprise only people come in."""

    kind = forms.ChoiceField(label=_("文件里是"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("文件"),
        help_text=_("xlsx 或 csv，最多 40 MB、15 万行；第一行（或前几行里）要有列名。"),
        error_messages={"required": _("请选一个文件。"), "empty": _("这个文件是空的，请看看是不是选错了文件。")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )

    def __init__(self, *args, enterprise=None, **kwargs):
        super().__init__(*args, **kwargs)
        if enterprise is not None:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = [(name, module.LABEL) for name, module in kinds.KINDS.items()]
            self.fields["kind"].initial = "staff"


class ColumnsForm(forms.Form):
    """Which column of the file is which of ours."""

    def __init__(self, *args, fields, header, matched, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [("", _("（文件里没有）")), *((text, text) for text in header if text)]
        for field in fields:
            self.fields[field.name] = forms.ChoiceField(
                label=field.label,
                choices=choices,
                required=field.required,
                initial=matched.get(field.name, ""),
                widget=forms.Select(attrs={"class": "select"}),
                error_messages={"required": _("请选出它在文件里的哪一列。")},
            )


class ExportForm(forms.Form):
    """What to take out, as which file, and for full phone numbers why."""

    kind = forms.ChoiceField(label=_("导出"), choices=list(EXPORTS.items()), widget=forms.RadioSelect, initial="people")
    file = forms.ChoiceField(
        label=_("文件"),
        choices=[("xlsx", _("Excel 工作簿（xlsx）")), ("csv", _("csv（UTF-8）"))],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    plain = forms.BooleanField(
        label=_("要完整的手机号"),
        required=False,
        help_text=_("不勾选时中间四位打星号。勾选的，谁、何时、为什么都会记下来。"),
    )
    reason = forms.CharField(
        label=_("为什么要、给谁用"), max_length=200, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )

    def __init__(self, *args, may_plain=False, one_enterprise=False, **kwargs):
        super().__init__(*args, **kwargs)
        if one_enterprise:
            del self.fields["kind"]
        if not may_plain:
            del self.fields["plain"]
            del self.fields["reason"]
