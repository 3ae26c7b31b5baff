"""Forms of the 帮扶台账, the experts and the register of conflicts."""

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exceptions import DomainError
from core.text import normalise_phone

from ..credit_code import normalise_code
from ..models import (
    AssistanceNeed,
    AssistancePaper,
    AssistanceStep,
    Conflict,
    District,
    Enterprise,
    Expert,
    Organiser,
    Person,
)
from .appointments import ask_for_names, day

YES_NO = [("", _("未填")), ("yes", _("已获证")), ("no", _("未获证"))]
_SAID = {"yes": True, "no": False, "": None}


class _Named(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        ask_for_names(self)


class EnterpriseField(forms.CharField):
    """An enterprise by its code, among ``within`` (a queryset the form sets)."""

    within = Enterprise.objects.none()

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"class": "input--code", "autocomplete": "off"})
        super().__init__(label=_("企业的统一社会信用代码"), max_length=40, widget=widget, **kwargs)

    def clean(self, value):
        code = normalise_code(super().clean(value))
        enterprise = Enterprise.objects.by_code(code)
        if enterprise is None or not self.within.filter(pk=enterprise.pk).exists():
            raise forms.ValidationError(_now("您管的范围里没有这家企业，请核对代码，或先在“企业”里登记。"))
        return enterprise


class HelpForm(_Named):
    """Who helps, and what was known at the beginning."""

    organiser = forms.ModelChoiceField(
        label=_("帮扶机构"), queryset=Organiser.objects.all(), required=False, empty_label=_("还没定")
    )
    certified_before = forms.ChoiceField(label=_("入库时"), choices=YES_NO, required=False)
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    def clean_certified_before(self):
        return _SAID[self.cleaned_data["certified_before"]]


class EnterForm(HelpForm):
    """Put an enterprise into the ledger of a year."""

    enterprise = EnterpriseField()
    year = forms.IntegerField(label=_("年度"), min_value=2019, max_value=2100, initial=lambda: clock.today().year)
    entered_on = day(_("入库日期"), required=False, help_text=_("空着就是今天"))
    field_order = ["enterprise", "year", "entered_on", "organiser", "certified_before", "note"]

    def __init__(self, *args, within, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].within = within


class NeedForm(_Named):
    dimension = forms.ChoiceField(label=_("方面"), choices=AssistanceNeed.Dimension)
    text = forms.CharField(label=_("需求与问题"), max_length=300)
    urgency = forms.ChoiceField(label=_("紧要级别"), choices=AssistanceNeed.Urgency, initial="low")


class StepForm(_Named):
    """A dated step with up to three papers."""

    kind = forms.ChoiceField(label=_("步骤"), choices=AssistanceStep.Kind)
    started_on = day(_("日期（起）"))
    ended_on = day(_("止"), required=False, help_text=_("内审要写起止日期"))
    number = forms.CharField(label=_("证书号"), max_length=60, required=False, help_text=_("新获证时填"))
    body = forms.CharField(label=_("发证机构"), max_length=120, required=False, help_text=_("新获证时填"))
    checked_only = forms.BooleanField(
        label=_("今年已做过，由专家核查"), required=False, help_text=_("只用于已获证企业的内审、管理评审")
    )
    plan = forms.FileField(label=_("计划（方案）"), required=False, help_text=_("照片、PDF、Word、Excel，20 MB 以内"))
    report = forms.FileField(label=_("报告（记录）"), required=False)
    other = forms.FileField(label=_("其他材料"), required=False)
    note = forms.CharField(label=_("说明"), max_length=300, required=False)

    @property
    def values(self):
        """What ``assisting.record_step`` takes."""
        data = dict(self.cleaned_data)
        files = [(kind, data.pop(kind)) for kind in AssistancePaper.Kind.values]
        return data | {"papers": [(kind, file) for kind, file in files if file]}


class PaperForm(_Named):
    kind = forms.ChoiceField(label=_("种类"), choices=AssistancePaper.Kind)
    file = forms.FileField(label=_("文件"))


class ExpertForm(forms.ModelForm):
    """An expert, by phone; the person is made when nobody has it yet."""

    phone = forms.CharField(
        label=_("手机号"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )
    name = forms.CharField(label=_("姓名"), max_length=50)
    field_order = ["name", "phone"]

    class Meta:
        model = Expert
        fields = ["organiser", "title", "specialities", "districts", "trains", "assists", "active"]
        widgets = {"districts": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["districts"].queryset = District.objects.all()
        self.fields["districts"].help_text = _("不勾就是不限")
        self.fields["organiser"].empty_label = _("不属哪家单位")
        if self.instance.pk:
            del self.fields["phone"], self.fields["name"]
        ask_for_names(self)

    def clean_phone(self):
        try:
            return normalise_phone(self.cleaned_data["phone"])
        except DomainError as refused:
            raise forms.ValidationError(refused.sentence) from None

    def clean(self):
        data = super().clean()
        listed = Person.objects.select_related("merged_into").filter(phone=data.get("phone")).first()
        listed = listed and listed.itself
        if listed and data.get("name") and listed.name != data["name"]:
            self.add_error("phone", _now("这个手机号登记的是另一位姓名不同的人，请核对。"))
        if listed and Expert.objects.filter(person=listed).exists():
            self.add_error("phone", _now("这位已经在专家库里了，请直接打开修改。"))
        self.person = listed
        return data


class ConflictForm(_Named):
    enterprise = EnterpriseField()
    kind = forms.ChoiceField(label=_("情形"), choices=Conflict.Kind)
    started_on = day(_("起"))
    ended_on = day(_("止"), required=False, help_text=_("还在继续就空着"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args, within, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].within = within
