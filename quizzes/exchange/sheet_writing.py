"""The Chinese workbook of questions, written."""

import re
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from core.big_sheets import write_sheet
from core.tables import MAX_CELL
from enterprises.models import Layer

from ..kinds import rules
from . import words
from .rows import is_key
from .sheet_reading import ORDER

LEAST_OPTIONS = 6
DIFFICULTY = {1: "易", 2: "中", 3: "难"}
_LABELLED = re.compile(r"^[A-T]\s*[.、．:：)）]\s*\S")
_BEFORE = ("题号", "题型", "题干")
_AFTER = ("答案", "误差", "单位", "评分要点", "解析", "难度", "知识点", "层级", "条款", "课时", "出处")
WIDTHS = {"题干": 46, "答案": 24, "解析": 40, "评分要点": 30, "误差": 8, "单位": 8, "难度": 8, "条款": 10, "课时": 10}


def lost(items):
    """Sentences naming what these items would lose in a workbook."""
    pictures = [item["key"] for item in items if item.get("image")]
    if pictures:
        yield _("表格装不下图片：%(n)s 道题的图不会带出去（%(keys)s）。要带图，请用 Moodle XML。") % _named(pictures)
    long = [item["key"] for item in items if any(len(cell) > MAX_CELL for cell in cells(item, len(_choices(item))))]
    if long:
        yield _("%(n)s 道题有超过 2000 字的格子，导出以后不能原样导回（%(keys)s）。请用 Moodle XML。") % _named(long)
    numbers = [item["key"] for item in items if not is_key(item["key"])]
    if numbers:
        yield _("%(n)s 道题的题号只是几位数字，导回来会另编题号（%(keys)s）。") % _named(numbers)


def _named(keys):
    return {"n": len(keys), "keys": "、".join(keys[:5]) + ("…" if len(keys) > 5 else "")}


def header(count):
    """The headings of a sheet with that many options."""
    return [*_BEFORE, *(f"选项{letter}" for letter in rules.LETTERS[:count]), *_AFTER]


def write(items):
    """A workbook (bytes) of items in the form of ``bank.load_questions``."""
    items = list(items)
    count = max([LEAST_OPTIONS, *(len(_choices(item)) for item in items)])
    heads = header(count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.xlsx"
        rows = (cells(item, count) for item in items)
        write_sheet(path, _("试题"), heads, rows, widths=[WIDTHS.get(head, 16) for head in heads])
        return path.read_bytes()


def _choices(item):
    """What stands in the columns of the options."""
    options = item["options"]
    if item["kind"] == "matching":
        right = options["right"]
        pairs = [
            f"{words.protect(left)} → {words.protect(right[place])}"
            for left, place in zip(options["left"], item["answer"], strict=True)
        ]
        return pairs + [f"→ {words.protect(text)}" for place, text in enumerate(right) if place not in item["answer"]]
    if options and all(_LABELLED.match(text) for text in options):
        # The reader takes one label off.
        return [f"{letter}. {text}" for letter, text in zip(rules.LETTERS, options, strict=False)]
    return list(options)


def _letters(item):
    return "".join(rules.LETTERS[place] for place in item["answer"])


def _answer(item):
    answer = item["answer"]
    match item["kind"]:
        case "single" | "multiple" | "ordering":
            return _letters(item)
        case "true_false":
            return "对" if answer else "错"
        case "fill":
            return "；".join("|".join(words.protect(text) for text in accepted) for accepted in answer)
        case "numeric":
            return answer["value"]
        case "matching":
            return _order_of_rights(item)
        case _:
            return answer["model"]


def _order_of_rights(item):
    """Nothing, unless the rights stand in another order than the pairs bring them in."""
    natural = list(dict.fromkeys([*item["answer"], *range(len(item["options"]["right"]))]))
    wanted = [natural.index(place) + 1 for place in range(len(natural))]
    return "" if wanted == sorted(wanted) else f"{ORDER} " + ",".join(map(str, wanted))


def cells(item, count):
    answer = item["answer"]
    options = _choices(item)
    manual = item["kind"] in ("short", "case")
    numeric = item["kind"] == "numeric"
    return [
        item["key"],
        words.KIND_NAMES[item["kind"]],
        item["stem"],
        *options,
        *[""] * (count - len(options)),
        _answer(item),
        answer["tolerance"] if numeric else "",
        answer["unit"] if numeric else "",
        "\n".join(words.rubric_lines(answer["rubric"])) if manual else "",
        item["explanation"],
        DIFFICULTY[item["difficulty"]],
        item["topic"],
        str(Layer(item["layer"]).label) if item["layer"] else "",
        item["clause"],
        item["lesson"],
        item["source"],
    ]
