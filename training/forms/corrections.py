"""The form of a 更正单."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.exceptions import DomainError
from enterprises.credit_code import check_enterprise_code
from enterprises.models import Enterprise, Layer

from ..models import Attendance, PracticeResult
from ..sheets import heading
from ..standing import plain


class CorrectionForm(forms.Form):
    """What is to be different of one person of a closed round: attendance, where they are counted, a resit's mark. What is left
    alone stays."""

    code = forms.CharField(
        label=lazy("改计到哪家企业（统一社会信用代码）"),
        max_length=40,
        required=False,
        help_text=lazy("只在当时算错了单位时填；以后换工作不用改"),
        widget=forms.TextInput(attrs={"class": "input--code", "autocomplete": "off"}),
    )
    layer = forms.ChoiceField(label=lazy("改计到哪个层级"), required=False)
    mark = forms.DecimalField(
        label=lazy("成绩"),
        required=False,
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": "0.5"}),
        error_messages={"invalid": lazy("成绩要填数字，例如 86 或 86.5。")},
    )
    slip = forms.BooleanField(label=lazy("不是补考，是原来的成绩登错了"), required=False)
    reason = forms.CharField(
        label=lazy("原因"),
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": lazy("例如：3月12日漏扫，签到表有签名")}),
        error_messages={"required": lazy("更正要写明原因，例如“3月12日签退漏扫，签到表有签名”。")},
    )

    def __init__(self, *args, row, sessions, **kwargs):
        super().__init__(*args, **kwargs)
        self.row = row
        now = {one.session_id: one.get_state_display() for one in row.attendances.all()}
        for session in sessions:
            name = f"s-{session.pk}"
            self.fields[name] = forms.ChoiceField(
                label=f"{heading(session)} {session.title}",
                choices=[
                    ("", _("不改（现在：%(now)s）") % {"now": now.get(session.pk, _("没有记号"))}),
                    *Attendance.State.choices,
                ],
                required=False,
            )
        said = {one.session_id: one.get_result_display() for one in row.practice_results.live()}
        for session in sessions if row.round.practice_needed else ():
            if session.compulsory:
                self.fields[f"p-{session.pk}"] = forms.ChoiceField(
                    label=_("第 %(n)s 课的实操评定") % {"n": session.number},
                    choices=[
                        ("", _("不改（现在：%(now)s）") % {"now": said.get(session.pk, _("没评"))}),
                        *PracticeResult.Result.choices,
                    ],
                    required=False,
                )
        self.fields["layer"].choices = [
            ("", _("不改（现在：%(now)s）") % {"now": row.get_layer_display()}),
            *Layer.choices,
        ]
        now = _("没有成绩") if row.mark is None else plain(row.mark)
        self.fields["mark"].help_text = _("现在：%(now)s；补考的和原来的取高的算") % {"now": now}
        if not row.round.has_exam:
            del self.fields["mark"], self.fields["slip"]

    @property
    def session_fields(self):
        """Attendance and practice, a choice each."""
        return [self[name] for name in self.fields if name.startswith(("s-", "p-"))]

    def clean_code(self):
        text = self.cleaned_data["code"].strip()
        if not text:
            return None
        try:
            firm = Enterprise.objects.by_code(check_enterprise_code(text))
        except DomainError as refused:
            raise forms.ValidationError(refused.sentence) from None
        if firm is None:
            raise forms.ValidationError(_("代码是对的，只是还没有登记过这家企业；请先请企业报到，再来更正。"))
        return firm

    @property
    def asked(self):
        """Fields of ``Correction``."""
        data = self.cleaned_data
        return {
            "sessions": {name[2:]: state for name, state in data.items() if name.startswith("s-") and state},
            "practice": {name[2:]: result for name, result in data.items() if name.startswith("p-") and result},
            "mark": data.get("mark"),
            "regraded": data.get("mark") is not None and bool(data.get("slip")),
            "enterprise": data["code"],
            "layer": data["layer"],
            "reason": data["reason"],
        }
