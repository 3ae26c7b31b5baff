"""The Chinese workbook of questions, read: whatever the columns are called and however the answers are spelled."""

import re

from django.utils.translation import gettext as _

from core import tables
from core.exceptions import DomainError
from core.text import normalise
from enterprises.imports.columns import heading_key

from ..kinds.typed import BLANK
from ..kinds.written import case_parts
from . import tags, words
from .gift_reading import too_many
from .rows import LABELS, MOST_QUESTIONS, Row, finish, is_key

EXAMPLE = "示例"
"""Begins the 题号 of the example rows of our template, which are passed over."""

ORDER = "右边次序"
"""Begins the answer of a matching question whose right column stands in an order of its own."""

HEADINGS = {
    "key": "题号 试题编号 题目编号 编号 试题ID 题目ID",
    "kind": "题型 题目类型 试题类型 类型 题类 试题题型",
    "stem": "题干 题目 试题 题目内容 试题内容 问题 试题题干 题目题干 题目名称 试题名称",
    "options": "选项 备选项 备选答案 选项内容 全部选项 候选项",
    "answer": "答案 正确答案 标准答案 参考答案 正确选项 答案内容 试题答案 题目答案",
    "tolerance": "误差 允许误差 容差 公差 误差范围",
    "unit": "单位 计量单位",
    "rubric": "评分要点 评分标准 得分点 采分点 评分规则 评分细则",
    "explanation": "解析 答案解析 试题解析 题目解析 解题思路 详解 答案说明 备注解析",
    "difficulty": "难度 难易度 难易程度 难度系数 难度等级 试题难度 题目难度",
    "topic": "知识点 主题 分类 所属分类 知识点分类 章节 题库 试题分类 题目分类 科目 所属知识点",
    "layer": "层级 对象 适用对象 适用层级 培训对象 人员层级",
    "clause": "条款 标准条款 条款号 对应条款 ISO条款",
    "lesson": "课时 课程 所属课时 所属课程",
    "source": "出处 来源 题目来源 试题来源",
    "points": "分值 分数 本题分值 得分 题目分值 试题分值",
    "picture": "图片 配图 附图 题目图片 图",
    "counter": "序号 行号 No",
}
_KNOWN = {heading_key(word): name for name, texts in HEADINGS.items() for word in texts.split()}
_OPTION = re.compile(
    r"^(?:(?:选项|答案|备选项|备选|候选项|option)?([a-t]|1[0-9]|20|[1-9]|[一二三四五六七八九十])|([a-t])(?:选项|项))$"
)
_HAN_DIGITS = "一二三四五六七八九十"
_REMARK = re.compile(r"[（(](?:必填|选填|可选|可空|可不填|必选)[^）)]*[）)]")

_IN_ONE_CELL = re.compile(r"(?:^|[\s;；|,，])([A-T])\s*[.、．:：)）]\s*")
_LABEL = re.compile(r"^([A-T])\s*[.、．:：)）]\s*(?=\S)")
_ARROW = re.compile(r"—>|->|＝>|=>|——")
_LETTERS = re.compile(r"^[A-T](?:[\s,，、;；/|.。\-→>]*[A-T])*$")
_NUMBERS = re.compile(r"^\d{1,2}(?:[\s,，、;；/|\-→>]+\d{1,2})*$")
_OTHER_BLANKS = re.compile(r"_{2,}|＿{2,}|[（(]\s*[)）]|【\s*】|\[\s*\]|…{2,}")


def read(file, name, topic=""):
    """The rows of a workbook or csv. ``topic`` is for rows that name none. ``Row.cells`` are the cells as sent.

    Returns (headings, rows). Raises DomainError ``table.*`` or ``exchange.*`` for a file refused as a whole.
    """
    source = list(tables.read(file, name))
    if not source:
        raise DomainError("exchange.empty", _("文件里一道题也没有，请看看是不是选错了文件。"))
    start = max(range(min(10, len(source))), key=lambda place: len(_places(source[place][1])[0]))
    header = source[start][1]
    places, options = _places(header)
    if "stem" not in places:
        raise DomainError(
            "exchange.header",
            _("找不到“题干”这一列。请在第一行写上列名：题型、题干、选项A、选项B……、答案，或用我们的模板。"),
        )
    if "answer" not in places:
        raise DomainError("exchange.header", _("找不到“答案”这一列。请在第一行写上列名，或用我们的模板。"))
    rows = []
    for number, cells in source[start + 1 :]:
        values = {field: cells[place] if place < len(cells) else "" for field, place in places.items()}
        if values.get("key", "").startswith(EXAMPLE):
            continue
        if len(rows) >= MOST_QUESTIONS:
            raise too_many()
        row = Row(number, cells=cells)
        rows.append(row)
        _read(row, values, [cells[place] if place < len(cells) else "" for place in options], topic)
    if not rows:
        raise DomainError("exchange.empty", _("表头下面一道题也没有，请填好再传。"))
    return header, rows


def _places(header):
    """({field: place}, [places of the options in their order])."""
    places, options = {}, {}
    for place, text in enumerate(header):
        key = heading_key(_REMARK.sub("", text))
        if key in _KNOWN:
            places.setdefault(_KNOWN[key], place)
        elif found := _OPTION.match(key):
            sign = found[1] or found[2]
            order = (
                _HAN_DIGITS.index(sign) + 1
                if sign in _HAN_DIGITS
                else int(sign)
                if sign.isdecimal()
                else ord(sign) - 96
            )
            options.setdefault(order, place)
    return places, [place for _order, place in sorted(options.items())]


def _read(row, values, options, topic):
    """Fill a row from its cells."""
    row.label = values["stem"][:60]
    if values.get("picture"):
        row.note(_("表格里的图片带不过来，请导入后在题目里上传，或用 Moodle XML。"))
    item = {"topic": values.get("topic", ""), "stem": values["stem"], "explanation": values.get("explanation", "")}
    for name in ("lesson", "clause", "source"):
        item[name] = values.get(name, "")
    key = values.get("key", "")
    if is_key(key):
        item["key"] = key
    elif key and not key.isdecimal():
        row.refuse(LABELS["key"], _("题号只能用字母、数字、- 和 _，最多 60 个；不想编号就空着，会自动编。"))
    if text := values.get("difficulty", ""):
        item["difficulty"] = words.DIFFICULTIES.get(words.plain(text), 0)
    if text := values.get("layer", ""):
        item["layer"] = tags.layer(text) or text
    options = _options(options, values.get("options", ""))
    kind = _kind(row, values.get("kind", ""), options, values["answer"])
    if kind is None:
        return
    if not values["answer"] and kind not in ("ordering", "matching", "short", "case"):
        row.refuse(_("答案"), _("这一格是空的，请填上答案。"))
        return
    try:
        item |= {"kind": kind} | _READERS[kind](row, item, options, values)
    except ValueError as error:
        row.refuse(_("答案"), error)
        return
    finish(row, item, topic)


def _options(cells, in_one):
    if in_one and not any(cells):
        found = list(_IN_ONE_CELL.finditer(in_one))
        if len(found) > 1 and [one[1] for one in found] == [chr(65 + n) for n in range(len(found))]:
            ends = [one.start() for one in found[1:]] + [len(in_one)]
            cells = [in_one[one.end() : end] for one, end in zip(found, ends, strict=True)]
        else:
            sign = next((sign for sign in "\n|；;" if sign in in_one), "\n")
            cells = in_one.split(sign)
        cells = [cell.strip() for cell in cells]
    while cells and not cells[-1]:
        cells = cells[:-1]
    labels = [_LABEL.match(cell) for cell in cells]
    if cells and all(labels) and [one[1] for one in labels] == [chr(65 + n) for n in range(len(cells))]:
        cells = [cell[one.end() :] for cell, one in zip(cells, labels, strict=True)]
    return cells


def _kind(row, text, options, answer):
    if text:
        kind = words.KINDS.get(words.plain(text))
        if kind == "single" and words.plain(text) in ("选择", "选择题") and len(_letters(answer) or "") > 1:
            return "multiple"
        if kind is None:
            row.refuse(
                _("题型"),
                _("没有“%(kind)s”这种题型。可以填：%(list)s。")
                % {"kind": text[:20], "list": "、".join(words.KIND_NAMES.values())},
            )
        return kind
    letters = _letters(answer)
    if any(options) and letters:
        return "single" if len(letters) == 1 else "multiple"
    if not any(options) and words.plain(answer) in words.BOOLEANS:
        return "true_false"
    row.refuse(_("题型"), _("没有写题型，从答案也看不出来。请填单选题、多选题、判断题、填空题……"))
    return None


def _letters(answer):
    """``"A,C"`` → [0, 2]; None when it is no list of letters. Full width and small letters count."""
    text = normalise(answer).upper().strip(" .。、,;；")
    if not _LETTERS.match(text):
        return None
    return [ord(char) - 65 for char in text if char.isalpha()]


def _places_of(answer, options):
    """Which options an answer names: by letters, by numbers from 1, or by their words."""
    letters = _letters(answer)
    if letters is not None:
        return letters
    text = normalise(answer)
    if answer.strip() in options:
        return [options.index(answer.strip())]
    if _NUMBERS.match(text):
        return [int(number) - 1 for number in re.findall(r"\d+", text)]
    pieces = [piece.strip() for piece in re.split(r"[\n;；|]", answer) if piece.strip()]
    if not all(piece in options for piece in pieces):
        pieces = [piece.strip() for piece in re.split(r"[\n;；|、,，]", answer) if piece.strip()]
    if pieces and all(piece in options for piece in pieces):
        return [options.index(piece) for piece in pieces]
    raise ValueError(_("看不懂答案“%(answer)s”。请写选项的字母，比如 A，多选写 ABC 或 A,C。") % {"answer": answer[:40]})


def _chosen(row, item, options, values):
    if any(not option for option in options):
        raise ValueError(_("选项中间有空的，请补上，或把后面的往前移。"))
    places = _places_of(values["answer"], options)
    for place in places:
        if not 0 <= place < len(options):
            raise ValueError(
                _("答案是 %(letter)s，可选项只到 %(last)s。请改答案或补选项。")
                % {"letter": chr(65 + place) if place >= 0 else "0", "last": chr(64 + len(options)) if options else "0"}
            )
    return places


def _choice(row, item, options, values):
    return {"options": options, "answer": _chosen(row, item, options, values)}


def _true_false(row, item, options, values):
    answer = words.plain(values["answer"])
    named = [words.BOOLEANS.get(words.plain(option)) for option in options if option]
    letters = _letters(values["answer"])
    # A and B (and 1, 2) name the two options when there are two; T and F never do.
    if letters and len(letters) == 1 and letters[0] < 2:
        named = named if sorted(map(str, named)) == ["False", "True"] else [True, False]
        return {"options": [], "answer": named[letters[0]]}
    if answer not in words.BOOLEANS:
        raise ValueError(_("判断题的答案请写“对”或“错”，这里是“%(answer)s”。") % {"answer": values["answer"][:20]})
    return {"options": [], "answer": words.BOOLEANS[answer]}


def _fill(row, item, options, values):
    stem = item["stem"]
    if not BLANK.search(stem):
        stem = _OTHER_BLANKS.sub("___", stem)
    blanks = len(BLANK.findall(stem))
    groups = [values["answer"]]
    if blanks > 1:
        groups = words.split(values["answer"], ";；\n", keep=True)
        if len(groups) != blanks:
            raise ValueError(
                _("题干有 %(blanks)s 个空，答案有 %(groups)s 个。各空的答案用分号“；”隔开。")
                % {"blanks": blanks, "groups": len(groups)}
            )
    elif not blanks:
        stem += "___"
    return {"stem": stem, "options": [], "answer": [_accepted(group) for group in groups]}


def _accepted(text):
    # A bar wins: then 10 m/s is one answer.
    sign = "|｜" if re.search(r"(?<!\\)[|｜]", text) else "/"
    return [piece for piece in (words.unprotected(one) for one in words.split(text, sign, keep=True)) if piece]


def _numeric(row, item, options, values):
    found = words.measure(values["answer"])
    if found is None:
        raise ValueError(_("“%(answer)s”不是数。请写 12.5，误差写在“误差”一列，也可以写 12.5±0.1。") % values)
    value, tolerance, unit = found
    if text := values.get("tolerance", ""):
        own = words.number_and_unit(text.lstrip("±"))
        if own is None:
            raise ValueError(_("误差“%(tolerance)s”不是数，请写成 0.1 这样的数。") % values)
        tolerance = abs(own[0])
    return {
        "options": [],
        "answer": {
            "value": words.digits(value),
            "tolerance": "0" if tolerance is None else words.digits(tolerance),
            "unit": values.get("unit", "") or unit,
        },
    }


def _matching(row, item, options, values):
    pairs = []
    for option in options:
        if not option:
            continue
        left, *rest = words.split(option, "→", keep=True)
        if not rest:
            left, *rest = _ARROW.split(option, maxsplit=1)
        if not rest:
            raise ValueError(_("匹配题的每个选项写成“左边 → 右边”；多出来的右边写成“→ 右边”。"))
        left, right = words.unprotected(left), words.unprotected("→".join(rest))
        pairs.append((left, right))
    right = list(dict.fromkeys(text for _left, text in pairs))
    order = [int(number) - 1 for number in re.findall(r"\d+", values["answer"])]
    if values["answer"].startswith(ORDER) and sorted(order) == list(range(len(right))):
        right = [right[place] for place in order]
    return {
        "options": {"left": [left for left, _right in pairs if left], "right": right},
        "answer": [right.index(text) for left, text in pairs if left],
    }


def _ordering(row, item, options, values):
    if not values["answer"]:
        return {"options": options, "answer": list(range(len(options)))}
    return {"options": options, "answer": _chosen(row, item, options, values)}


def _rubric(values):
    lines = [line for line in values.get("rubric", "").split("\n") if line.strip()]
    rubric = words.rubric_of(lines) if lines else None
    if lines and rubric is None:
        raise ValueError(_("评分要点的百分数看不懂。一行一条，写成“说清证据（40%）”，合起来 100%。"))
    return rubric


def _short(row, item, options, values):
    return words.short_of(values["answer"] or item["explanation"], _rubric(values))


def _case(row, item, options, values):
    rubric = _rubric(values)
    labels = [option for option in options if option] or case_parts()
    if rubric is None:
        rubric = words.rubric_of(labels)
    return {"options": labels, "answer": {"model": values["answer"] or item["explanation"], "rubric": rubric}}


_READERS = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "fill": _fill,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "short": _short,
    "case": _case,
}
