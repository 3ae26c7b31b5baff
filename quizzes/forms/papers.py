"""Forms of a quiz: its rules, and the rows of its blueprint."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from enterprises.models import Layer

from ..models import Kind, Question, Quiz
from ..papers import RULES

_BETWEEN = re.compile(r"[、，,;；\s]+")


def words_in(text):
    """The words of a line, however they are separated."""
    return [word for word in _BETWEEN.split(text.strip()) if word]


class Moment(forms.DateTimeInput):
    """The browser's own picker of day and time, in the site's time."""

    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class QuizForm(forms.ModelForm):
    """The rules of a quiz but its blueprint."""

    floor_case = forms.IntegerField(
        label=_("案例题单独要到（%）"), min_value=0, max_value=100, required=False, help_text=_("空 = 不单独要求")
    )
    floor_short = forms.IntegerField(label=_("简答题单独要到（%）"), min_value=0, max_value=100, required=False)

    class Meta:
        model = Quiz
        fields = [name for name in RULES if name not in ("floors", "blueprint")]
        widgets = {"opens_at": Moment, "closes_at": Moment}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("attempts_allowed", "wait_minutes", "grace_minutes", "second_percent"):
            self.fields[name].required = False
        floors = self.instance.floors
        self.fields["floor_case"].initial = floors.get(Kind.CASE)
        self.fields["floor_short"].initial = floors.get(Kind.SHORT)

    def clean(self):
        data = super().clean()
        if data.get("opens_at") and data.get("closes_at") and data["opens_at"] >= data["closes_at"]:
            self.add_error("closes_at", _("关闭要晚于开始。"))
        return data

    def rules(self):
        """What ``papers.save_quiz`` keeps, without the blueprint. Only of a valid form."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        for name in ("attempts_allowed", "wait_minutes", "grace_minutes", "second_percent"):
            values[name] = values[name] or 0
        floors = dict(self.instance.floors)
        for kind, name in ((Kind.CASE, "floor_case"), (Kind.SHORT, "floor_short")):
            floors.pop(kind.value, None)
            if self.cleaned_data[name]:
                floors[kind.value] = self.cleaned_data[name]
        return values | {"floors": floors}

    def _post_clean(self):
        """The model is checked whole by ``papers.save_quiz``: here it would still lack its blueprint."""


class BlueprintRowForm(forms.Form):
    """One row: how many questions of which sort for how many points each. A row without a number is no row."""

    draw = forms.IntegerField(label=_("抽几道"), min_value=1, max_value=100, required=False)
    points = forms.IntegerField(label=_("每道几分"), min_value=1, max_value=100, required=False)
    kind = forms.MultipleChoiceField(label=_("题型"), choices=Kind, required=False, widget=forms.CheckboxSelectMultiple)
    topic = forms.CharField(label=_("主题"), max_length=400, required=False)
    lesson = forms.CharField(label=_("课时"), max_length=400, required=False)
    clause = forms.CharField(label=_("条款"), max_length=400, required=False)
    layer = forms.MultipleChoiceField(
        label=_("层级"), choices=Layer, required=False, widget=forms.CheckboxSelectMultiple
    )
    difficulty = forms.TypedMultipleChoiceField(
        label=_("难度"),
        choices=Question.Difficulty,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    keys = forms.CharField(
        label=_("指定题号"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("固定卷：写上题号，用顿号或换行隔开，就只从这些题里抽，按写的先后"),
    )

    LISTS = ("topic", "lesson", "clause", "keys")
    TICKS = ("kind", "layer", "difficulty")

    @classmethod
    def initial_of(cls, row):
        """A blueprint row as this form shows it."""
        answer = {"draw": row["draw"], "points": row["points"]}
        for word in (*cls.LISTS, *cls.TICKS):
            value = row.get(word, [])
            value = value if isinstance(value, list) else [value]
            answer[word] = "、".join(map(str, value)) if word in cls.LISTS else value
        return answer

    def clean(self):
        data = super().clean()
        said = any(data.get(word) for word in (*self.LISTS, *self.TICKS))
        data["keys"] = words_in(data.get("keys", ""))
        if data["keys"] and not data.get("draw") and not self.errors:
            data["draw"] = len(data["keys"])
        if (said or data.get("points")) and not data.get("draw") and "draw" not in self.errors:
            self.add_error("draw", _("写上抽几道题。"))
        if data.get("draw") and not data.get("points") and "points" not in self.errors:
            self.add_error("points", _("写上每道几分。"))
        return data

    def row(self):
        """The blueprint row, one value as itself, several as a list; None when the row was left empty."""
        data = self.cleaned_data
        if not data.get("draw"):
            return None
        row = {"draw": data["draw"], "points": data["points"]}
        for word in (*self.LISTS, *self.TICKS):
            value = data[word] if word in (*self.TICKS, "keys") else words_in(data[word])
            if value:
                row[word] = value[0] if len(value) == 1 and word != "keys" else value
        return row


class AllowanceForm(forms.Form):
    """照顾 for every sitting of a quiz: whom, how much, why. Who they are says ``rooms.people_named``."""

    phones = forms.CharField(
        label=_("给谁"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("一行一个手机号，后面可以跟姓名；可以从表格里粘贴"),
    )
    code = forms.CharField(
        label=_("或者整个企业"), max_length=18, required=False, help_text=_("统一社会信用代码：现在在职的人都给")
    )
    extra_minutes = forms.IntegerField(label=_("多给几分钟"), min_value=0, max_value=240, required=False)
    extra_attempts = forms.IntegerField(label=_("多考几次"), min_value=0, max_value=10, required=False)
    reason = forms.CharField(
        label=_("原因"),
        max_length=200,
        help_text=_("例如：右手受伤，打字慢"),
        error_messages={"required": _("请写原因。")},
    )


BlueprintForms = forms.formset_factory(BlueprintRowForm, extra=0, max_num=30, validate_max=True, can_delete=True)
