"""Forms of learners and of those who look after them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District, Enterprise, Layer, Membership, Pilot

from .models import CoursePage, Path, PriorStudy

ANY = [("", _("全部"))]


def _day(**kwargs):
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class StandingForm(forms.Form):
    """The filter bar over a course's people. A wrong value is no filter."""

    q = forms.CharField(label=_("姓名、手机号"), max_length=40, required=False)
    layer = forms.ChoiceField(label=_("层级"), choices=[*ANY, *Layer.choices], required=False)
    district = forms.ModelChoiceField(
        label=_("区"), queryset=District.objects.all(), required=False, empty_label=_("全部")
    )
    state = forms.ChoiceField(
        label=_("学到哪儿"),
        choices=[*ANY, ("done", _("学完了")), ("begun", _("在学")), ("idle", _("没打开过"))],
        required=False,
    )
    year = forms.IntegerField(label=_("年度"), min_value=2020, max_value=2100, required=False)


class AssignmentForm(forms.Form):
    """A rule. ``rights`` says how far it may reach: a district's staff choose among its enterprises, a contact has one's own."""

    path = forms.ModelChoiceField(
        label=_("学习路径"), queryset=Path.objects.all(), error_messages={"required": _("请选一条学习路径。")}
    )
    layers = forms.MultipleChoiceField(
        label=_("层级"), choices=Layer.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    tag = forms.ChoiceField(label=_("岗位标记"), choices=[("", _("不限")), *Membership.Tag.choices], required=False)
    district = forms.ModelChoiceField(
        label=_("区"), queryset=District.objects.all(), required=False, empty_label=_("不限")
    )
    enterprise = forms.CharField(
        label=_("企业"), max_length=40, required=False, help_text=_("填统一社会信用代码，只派给这一家；空着不限")
    )
    pilot = forms.ModelChoiceField(
        label=_("产业链"), queryset=Pilot.objects.all(), required=False, empty_label=_("不限")
    )
    since = _day(label=_("只派给这天以后入职的"), required=False)
    keeps_up = forms.BooleanField(
        label=_("以后符合条件的自动加上"), required=False, help_text=_("每天早上补一次新人；减人要您来点")
    )
    due_on = _day(label=_("学完期限"), required=False)
    due_days = forms.IntegerField(
        label=_("或者：派到后几天内学完"), min_value=1, max_value=730, required=False, help_text=_("两样只填一样")
    )

    def __init__(self, *args, rights, **kwargs):
        super().__init__(*args, **kwargs)
        self.rights = rights
        if not rights.city:
            districts = District.objects.filter(pk__in=rights.districts)
            if not rights.districts:
                self.fields["enterprise"].required = True
                districts = District.objects.none()
            self.fields["district"].queryset = districts
            if len(rights.districts) == 1:
                self.fields["district"].initial = next(iter(rights.districts))

    def clean_enterprise(self):
        typed = self.cleaned_data["enterprise"]
        if not typed:
            return None
        found = Enterprise.objects.by_code(typed)
        if found is None or not self._within(found):
            raise forms.ValidationError(_("没有找到这家企业，或者不归您管。请核对 18 位代码。"))
        return found

    def _within(self, firm):
        rights = self.rights
        return rights.city or firm.district_id in rights.districts or firm.pk in rights.enterprises

    def clean(self):
        data = super().clean()
        if data.get("due_on") and data["due_on"] < clock.today():
            self.add_error("due_on", _("学完期限已经过去了，请改到今天以后。"))
        if data.get("due_on") and data.get("due_days"):
            self.add_error("due_days", _("学完期限和“几天内学完”只填一样。"))
        if not self.rights.city and not data.get("enterprise") and not data.get("district"):
            self.add_error("district", _("请选一个区，或填一家企业的代码。"))
        return data


class ExtendForm(forms.Form):
    due_on = _day(label=_("改到哪天"), error_messages={"required": _("请填新的期限。")})
    because = forms.CharField(
        label=_("为什么延期"), max_length=200, error_messages={"required": _("请写一句为什么延期。")}
    )


class PriorForm(forms.Form):
    """What one studied elsewhere."""

    platform = forms.ChoiceField(label=_("在哪儿学的"), choices=PriorStudy.Platform.choices)
    title = forms.CharField(
        label=_("学了什么"), max_length=120, error_messages={"required": _("请写课程或培训班的名称。")}
    )
    finished_on = _day(label=_("学完日期"), error_messages={"required": _("请填学完日期。")})
    class_hours = forms.DecimalField(
        label=_("学时"), max_digits=5, decimal_places=1, min_value=0, help_text=_("45 分钟 1 学时，照证明上写的填")
    )
    course = forms.ModelChoiceField(
        label=_("想抵这里的哪一门课"),
        queryset=CoursePage.objects.none(),
        required=False,
        empty_label=_("不抵，只记学时"),
    )
    proof = forms.FileField(
        label=_("证明材料"),
        help_text=_("证书照片、截图或 PDF，20 MB 以内"),
        error_messages={"required": _("请上传证明材料。")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = CoursePage.objects.live().order_by("path")


class DecideForm(forms.Form):
    because = forms.CharField(
        label=_("审核意见"), max_length=200, required=False, help_text=_("不认可时要写，本人看得到")
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("回答"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("请写上回答。")},
    )


class CopyForm(forms.Form):
    pilot = forms.ModelChoiceField(label=_("产业链"), queryset=Pilot.objects.all())
