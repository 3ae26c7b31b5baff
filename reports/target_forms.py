"""Forms of targets and of figures by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District

from .models import Target
from .targets import FIELDS


def _day(**kwargs):
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class TargetForm(forms.ModelForm):
    """One target, as its notice says it."""

    starts_on = _day(label=_("开始"))
    ends_on = _day(label=_("结束"))

    class Meta:
        model = Target
        fields = [*(name.removesuffix("_id") for name in FIELDS), "order"]
        error_messages = {"source": {"required": _("请写明依据哪份通知、第几行（段），以后核得到。")}}

    def validate_unique(self):
        """Said by the verb, with what to do about it."""


class FigureForm(forms.Form):
    """人工填报. ``districts``: of which it may be, for a target that is asked of each; None: of the city."""

    value = forms.DecimalField(label=_("数值"), max_digits=12, decimal_places=2)
    on_day = _day(label=_("截至哪天"), help_text=_("从目标期间第一天累计到这一天"))
    district = forms.ModelChoiceField(label=_("区"), queryset=District.objects.none())
    basis = forms.CharField(
        label=_("数从哪儿来"), max_length=300, help_text=_("哪份材料、谁汇总的，别人照着能再数一遍")
    )
    proof = forms.FileField(label=_("佐证"), help_text=_("盖章的汇总表、名单等，照片、PDF 或 Excel"))

    def __init__(self, *args, districts=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on_day"].initial = clock.today
        if districts is None:
            del self.fields["district"]
        else:
            self.fields["district"].queryset = districts


class DecideForm(forms.Form):
    """What the second person says."""

    because = forms.CharField(label=_("审核意见"), max_length=300, required=False, help_text=_("不通过要写原因"))
