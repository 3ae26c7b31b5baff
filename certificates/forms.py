"""What a stranger types from a paper, and what the desk asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock

from .models import Batch, Status


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


class FilterForm(forms.Form):
    """Which certificates the desk's list shows."""

    STATES = [
        ("", _("全部")),
        (Status.VALID.value, Status.VALID.label),
        (Status.EXPIRED.value, Status.EXPIRED.label),
        (Status.REVOKED.value, Status.REVOKED.label),
        ("unmade", _("文件还没做好")),
        ("failed", _("文件做不出来")),
    ]

    q = forms.CharField(label=_("编号、姓名、拼音、手机号或单位"), max_length=60, required=False)
    state = forms.ChoiceField(label=_("状态"), choices=STATES, required=False)
    series = forms.CharField(label=_("编号前段（一个班）"), max_length=40, required=False)
    year = forms.TypedChoiceField(label=_("发证年份"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = clock.today().year
        self.fields["year"].choices = [("", _("全部")), *((str(year), str(year)) for year in range(this, this - 6, -1))]


class CorrectForm(forms.Form):
    """更正: the words that may be written wrong. Hours, days and result follow attendance and marks, and are corrected there."""

    name = forms.CharField(label=_("姓名"), max_length=50)
    enterprise = forms.CharField(label=_("所在单位"), max_length=60, required=False)
    course_title = forms.CharField(label=_("培训项目"), max_length=100)
    basis = forms.CharField(label=_("培训依据"), max_length=160, required=False, widget=forms.Textarea({"rows": 2}))
    organiser = forms.CharField(label=_("主办单位"), max_length=80)
    co_organiser = forms.CharField(label=_("承办单位"), max_length=80, required=False)
    reason = forms.CharField(
        label=_("为什么更正"),
        max_length=300,
        help_text=_("查验的人会看到，例如：姓名写错一个字"),
        error_messages={"required": _("请写明原因，查验的人会看到。")},
    )

    WORDS = ("name", "enterprise", "course_title", "basis", "organiser", "co_organiser")


class RevokeForm(forms.Form):
    """撤销: for good, with the reason and who decided."""

    authority = forms.CharField(
        label=_("哪个单位决定的"), max_length=80, error_messages={"required": _("请写明是哪个单位作的决定。")}
    )
    reason = forms.CharField(
        label=_("为什么撤销"),
        max_length=300,
        help_text=_("查验的人会看到，例如：查实由他人代为签到"),
        error_messages={"required": _("请写明原因，查验的人会看到。")},
    )


class BatchForm(forms.Form):
    """What many certificates are made into."""

    kind = forms.ChoiceField(label=_("做成什么"), choices=Batch.Kind.choices)
