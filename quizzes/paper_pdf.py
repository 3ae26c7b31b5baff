"""A printed paper as PDF: the questions, the sheet to answer on, the key for who marks. A4, from the frozen paper alone."""

import base64
import io
import re
from itertools import groupby

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from PIL import Image

from core import pdf, pdf_fonts

from .kinds import KINDS
from .kinds.rules import LETTERS
from .kinds.typed import BLANK
from .models import Kind, QuestionRevision

COLUMN_MM = 84
TALLEST_MM = 90
BOXES = 10
"""Answer boxes in a row of the answer sheet."""

_NUMERALS = "一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BOXED = (Kind.SINGLE, Kind.MULTIPLE, Kind.TRUE_FALSE)
_VIEW_BOX = re.compile(rb'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"')


def paper(printed):
    """The questions in two columns, grouped by kind, as PDF bytes.

    Raises DomainError of ``core.pdf``.
    """
    pictures = _pictures(printed)
    groups = _groups(printed)
    for group in groups:
        for question in group["questions"]:
            question["picture"] = pictures.get(printed.paper[question["number"] - 1]["revision"])
    return _drawn("paper", printed, {"groups": groups}, _("试卷"))


def sheet(printed):
    """The sheet to answer on, as PDF bytes: boxes for letters, lines for words, room for sentences."""
    return _drawn("sheet", printed, {"groups": _groups(printed)}, _("答题卡"))


def key(printed):
    """The answers for who invigilates and marks, as PDF bytes."""
    groups = _groups(printed)
    for group in groups:
        for question in group["questions"]:
            item, key_item = printed.paper[question["number"] - 1], printed.key[question["number"] - 1]
            lines = KINDS[item["kind"]].key_words(item, key_item["answer"])
            question["key"] = [*lines, _("出过错，人人满分")] if key_item.get("full") else lines
    return _drawn("key", printed, {"groups": groups}, _("答案"))


def _drawn(name, printed, context, what):
    pdf_fonts.register()
    title = printed.quiz.title
    context |= {"printed": printed, "title": title, "max_score": f"{printed.max_score.normalize():f}", "what": what}
    html = render_to_string(f"quizzes/pdf/{name}.html", context)
    pdf.refuse_missing_glyphs(strip_tags(re.sub("<style>.*?</style>", "", html, flags=re.DOTALL)))
    return pdf.from_html(html, title=f"{title} · {what} · {printed.code}")


def _groups(printed):
    """The questions by kind: [{numeral, kind, count, points, each or '', questions}]."""
    numbered = enumerate(printed.paper, start=1)
    groups = []
    for place, (kind, items) in enumerate(groupby(numbered, key=lambda one: one[1]["kind"])):
        items = list(items)
        values = {item["points"] for _number, item in items}
        questions = [_question(number, item) for number, item in items]
        groups.append(
            {
                "numeral": _NUMERALS[place],
                "kind": Kind(kind),
                "boxed": kind in _BOXED,
                "count": len(items),
                "points": sum(item["points"] for _number, item in items),
                "each": values.pop() if len(values) == 1 else "",
                "questions": questions,
                "rows": [questions[start : start + BOXES] for start in range(0, len(questions), BOXES)],
            }
        )
    return groups


def _question(number, item):
    kind = item["kind"]
    stem = item["stem"]
    if kind == Kind.FILL and item["blanks"] > 1:
        marks = iter(_CIRCLED)
        stem = BLANK.sub(lambda _found: f"＿＿{next(marks)}＿＿", stem)
    elif kind == Kind.FILL:
        stem = BLANK.sub("＿＿＿＿＿＿", stem)
    options = [] if kind == Kind.TRUE_FALSE else item.get("options", [])
    left = [{"mark": _CIRCLED[n], "text": text} for n, (_number, text) in enumerate(item.get("left", []))]
    stem, *more = [line for line in stem.splitlines() if line.strip()]
    return {
        "number": number,
        "stem": stem,
        "more": more,
        "points": item["points"],
        "options": [{"letter": LETTERS[place], "text": text} for place, (_number, text) in enumerate(options)],
        "left": left,
        "lines": [_CIRCLED[n] if item["blanks"] > 1 else "" for n in range(item["blanks"])]
        if kind == Kind.FILL
        else [],
        "unit": item.get("unit", ""),
        "parts": [{"mark": f"（{n}）", "text": part} for n, part in enumerate(item.get("parts", []), start=1)],
        "places": [n for n, _option in enumerate(options, start=1)] if kind == Kind.ORDERING else [],
    }


def _pictures(printed):
    """{revision: {src, width, height}} in the size they are printed. One query."""
    wanted = [item["revision"] for item in printed.paper if item.get("picture")]
    rows = QuestionRevision.objects.filter(pk__in=wanted).exclude(picture=None).select_related("picture")
    return {row.pk: _picture(row.picture) for row in rows}


def _picture(row):
    with row.file.open("rb") as file:
        content = file.read()
    if row.file.name.endswith(".svg"):
        # Our own drawings name no font of their own.
        family = pdf_fonts.register_for_drawings().encode()
        content = content.replace(b'font-family="sans-serif"', b'font-family="%s"' % family)
        kind, size = "svg+xml", tuple(float(side) for side in _VIEW_BOX.search(content).groups())
    else:
        kind, size = "png", Image.open(io.BytesIO(content)).size
    scale = min(COLUMN_MM / size[0], TALLEST_MM / size[1])
    return {
        "src": f"data:image/{kind};base64,{base64.b64encode(content).decode()}",
        "width": round(size[0] * scale),
        "height": round(size[1] * scale),
    }
