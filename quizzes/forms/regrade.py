"""What is to be put right about a question: the rule, the answer in the controls of its kind, the reason."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..kinds.choices import true_false
from ..kinds.rules import LETTERS
from ..models import Kind, Regrade

_MANUAL = (Kind.SHORT, Kind.CASE)


class RegradeForm(forms.Form):
    """``answer()`` gives the answer as the bank writes it; whether it can be one says ``regrading.plan``."""

    rule = forms.ChoiceField(label=_("怎么改"), choices=Regrade.Rule, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("这道题错在哪里"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_("会记进操作日志")
    )

    def __init__(self, data=None, *, revision):
        super().__init__(data)
        self.revision = revision
        for field in self.fields.values():
            field.error_messages["required"] = format_lazy(_("请填写{label}"), label=field.label)
        if revision.kind in _MANUAL:
            self.fields["rule"].choices = [(Regrade.Rule.FULL.value, Regrade.Rule.FULL.label)]
            self.initial["rule"] = Regrade.Rule.FULL
        self.names = []
        for number, field in enumerate(_fields(revision)):
            self.names.append(f"answer-{number}")
            self.fields[self.names[-1]] = field

    def answer(self):
        values = [self.cleaned_data.get(name) for name in self.names]
        kind = self.revision.kind
        if kind in (Kind.SINGLE, Kind.MULTIPLE):
            return [
                int(number) for number in ([values[0]] if isinstance(values[0], str) else values[0] or []) if number
            ]
        if kind == Kind.TRUE_FALSE:
            return {"1": True, "0": False}.get(values[0])
        if kind == Kind.FILL:
            return [[text.strip() for text in (value or "").split("|") if text.strip()] for value in values]
        if kind == Kind.NUMERIC:
            return {"value": values[0] or "", "tolerance": values[1] or "0", "unit": self.revision.answer["unit"]}
        if kind == Kind.MATCHING:
            return [int(value) for value in values if value]
        if kind == Kind.ORDERING:
            return [number for number, _rank in sorted(enumerate(values), key=lambda one: one[1] or 0)]
        return None


def _fields(revision):
    """The fields of the answer, filled in with what is right now."""
    kind, options, answer = revision.kind, revision.options, revision.answer
    if kind in (Kind.SINGLE, Kind.MULTIPLE):
        choices = [(str(n), f"{LETTERS[n]} {text}") for n, text in enumerate(options)]
        chosen = [str(number) for number in answer]
        if kind == Kind.SINGLE:
            yield forms.ChoiceField(
                label=_("答案"), choices=choices, initial=chosen[0], required=False, widget=forms.RadioSelect
            )
        else:
            yield forms.MultipleChoiceField(
                label=_("答案"), choices=choices, initial=chosen, required=False, widget=forms.CheckboxSelectMultiple
            )
    elif kind == Kind.TRUE_FALSE:
        right, wrong = true_false()
        yield forms.ChoiceField(
            label=_("答案"),
            choices=[("1", right), ("0", wrong)],
            initial="1" if answer else "0",
            required=False,
            widget=forms.RadioSelect,
        )
    elif kind == Kind.FILL:
        for number, accepted in enumerate(answer, start=1):
            label = format_lazy(_("第 {n} 空的答案"), n=number)
            yield forms.CharField(
                label=label, initial=" | ".join(accepted), required=False, help_text=_("几种写法用竖线 | 隔开")
            )
    elif kind == Kind.NUMERIC:
        yield forms.CharField(label=_("数值"), initial=answer["value"], required=False)
        yield forms.CharField(label=_("允差"), initial=answer["tolerance"], required=False)
    elif kind == Kind.MATCHING:
        choices = [(str(n), text) for n, text in enumerate(options["right"])]
        for text, number in zip(options["left"], answer, strict=True):
            yield forms.ChoiceField(label=text, choices=choices, initial=str(number), required=False)
    elif kind == Kind.ORDERING:
        rank_of = {number: rank for rank, number in enumerate(answer, start=1)}
        for number, text in enumerate(options):
            yield forms.IntegerField(
                label=text, initial=rank_of[number], required=False, min_value=1, max_value=len(options)
            )
