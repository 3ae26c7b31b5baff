"""A question as a page shows it: the words around it and the controls of its kind, with what was answered so far."""

from django.utils.translation import gettext as _

from ..kinds.rules import LETTERS
from ..kinds.typed import BLANK
from ..models import Kind

CONTROLS = {
    Kind.SINGLE: "choices",
    Kind.MULTIPLE: "choices",
    Kind.TRUE_FALSE: "choices",
    Kind.FILL: "fields",
    Kind.NUMERIC: "numeric",
    Kind.MATCHING: "matching",
    Kind.ORDERING: "ordering",
    Kind.SHORT: "text",
    Kind.CASE: "text",
}
"""Template of the controls of each kind, in templates/quizzes/controls/."""

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩"


def shown(attempt, position, *, name="response", part_marks=False):
    """What a template needs to draw the question at ``position``; ``name`` is what its controls are called in the form."""
    answer = attempt.sheet.get(position)
    response = answer.response if answer else []
    shown = drawn(attempt.paper[position - 1], response, name=name, part_marks=part_marks)
    return shown | {"position": position, "answer": answer}


def drawn(item, response=(), *, name="response", part_marks=False):
    """The same of a question by itself."""
    kind = Kind(item["kind"])
    return {
        "kind": kind,
        "hint": _hint(kind, part_marks),
        "stem": _stem(item, kind),
        "picture": item.get("picture"),
        "points": item["points"],
        "template": f"quizzes/controls/{CONTROLS[kind]}.html",
        "name": name,
        "several": kind == Kind.MULTIPLE,
        **_controls(item, kind, list(response)),
    }


def _hint(kind, part_marks):
    if kind == Kind.MULTIPLE:
        return _("少选得部分分，选错不得分") if part_marks else _("选对全部才得分")
    return {
        Kind.MATCHING: _("给左边每一项配上右边的一项"),
        Kind.ORDERING: _("从先到后排好"),
        Kind.SHORT: _("用自己的话写，老师来阅"),
        Kind.CASE: _("每一问都要写，老师来阅"),
    }.get(kind, "")


def _stem(item, kind):
    """Blanks are numbered where there are several, so that a field below can name its own."""
    if kind != Kind.FILL:
        return item["stem"]
    marks = iter(CIRCLED if item["blanks"] > 1 else [""] * item["blanks"])
    return BLANK.sub(lambda _found: f"＿＿{next(marks, '')}＿＿", item["stem"])


def _controls(item, kind, response):
    if kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE):
        return {"options": _options(item, chosen=response)}
    if kind == Kind.FILL:
        values = response or [""] * item["blanks"]
        labels = (
            [_("第 %(n)s 空") % {"n": n} for n in range(1, item["blanks"] + 1)] if item["blanks"] > 1 else [_("填空")]
        )
        return {"fields": [{"label": one, "value": value} for one, value in zip(labels, values, strict=True)]}
    if kind == Kind.NUMERIC:
        return {"value": response[0] if response else "", "unit": item["unit"]}
    if kind == Kind.MATCHING:
        chosen = response or [None] * len(item["left"])
        rows = zip(item["left"], chosen, strict=True)
        return {"rows": [{"text": text, "options": _options(item, [place])} for (_number, text), place in rows]}
    if kind == Kind.ORDERING:
        ranks = response or [None] * len(item["options"])
        every = range(1, len(item["options"]) + 1)
        rows = zip(item["options"], ranks, strict=True)
        return {"rows": [{"text": text, "rank": rank, "ranks": every} for (_number, text), rank in rows]}
    parts = item.get("parts") or [_("您的回答")]
    values = response or [""] * len(parts)
    return {"fields": [{"label": part, "value": value} for part, value in zip(parts, values, strict=True)]}


def _options(item, chosen):
    return [
        {"place": place, "letter": LETTERS[place % 26], "text": text, "chosen": place in chosen}
        for place, (_number, text) in enumerate(item["options"])
    ]
