"""How people spell kinds, true and false, difficulty and layer; and small notations that several formats share."""

import re
from decimal import Decimal, InvalidOperation

from core.text import normalise

KIND_NAMES = {
    "single": "单选题",
    "multiple": "多选题",
    "true_false": "判断题",
    "fill": "填空题",
    "numeric": "数值题",
    "matching": "匹配题",
    "ordering": "排序题",
    "short": "简答题",
    "case": "案例题",
}
"""What each kind is called in files we write."""

_KINDS = {
    "single": "单选 单项选择 单项选择题 单选题 选择 选择题 单选类 single singlechoice radio 单项",
    "multiple": "多选 多项选择 多项选择题 多选题 不定项选择 不定项选择题 不定项 multiple multichoice checkbox 多项",
    "true_false": "判断 判断题 是非 是非题 对错题 正误判断 正误题 truefalse tf judge",
    "fill": "填空 填空题 完形填空 fill blank fillblank",
    "numeric": "数值 数值题 计算 计算题 数字题 numeric numerical",
    "matching": "匹配 匹配题 连线 连线题 配对 配对题 配伍题 matching match",
    "ordering": "排序 排序题 顺序题 ordering order sort",
    "short": "简答 简答题 问答 问答题 论述 论述题 主观题 名词解释 short essay",
    "case": "案例 案例题 案例分析 案例分析题 材料分析题 情景题 case",
}
KINDS = {word: kind for kind, words in _KINDS.items() for word in words.split()}

_TRUE = "对 √ ✓ ✔ ☑ 正确 是 t true y yes 1 真 right"
_FALSE = "错 × ✗ ✘ ☒ x 错误 否 f false n no 0 假 不对 不正确 不是 wrong"
BOOLEANS = dict.fromkeys(_TRUE.split(), True) | dict.fromkeys(_FALSE.split(), False)

_DIFFICULTIES = {
    1: "1 易 容易 简单 较易 低 初级 easy ★",
    2: "2 中 中等 一般 适中 普通 中级 medium ★★",
    3: "3 难 困难 较难 高 高级 hard difficult ★★★",
}
DIFFICULTIES = {word: number for number, words in _DIFFICULTIES.items() for word in words.split()}

_RANGE = re.compile(r"^(.+?)(?:~|～|至|到|\.\.)(.+)$")
_TOLERANCE = re.compile(r"^(.+?)(?:±|\+/-|\+-)(.+)$")
_NUMBER = re.compile(r"^([-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*)$")


def plain(text):
    """A word made comparable: half width, lower case, without blanks and brackets."""
    return re.sub(r"[\s()\[\]【】“”\"'。.、:：]+", "", normalise(text)).lower()


def decimal(text):
    """A finite number, or None."""
    try:
        number = Decimal(normalise(text).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def number_and_unit(text):
    """``"12.5 mm"`` → (Decimal, "mm"); None when it does not begin with a number."""
    found = _NUMBER.match(normalise(text).replace("−", "-"))
    number = found and decimal(found[1])
    return None if number is None else (number, found[2].strip())


def measure(text):
    """``12.5``, ``12.5±0.1 mm``, ``12.4~12.6mm`` → (value, tolerance or None, unit), Decimals; None when it is no number."""
    text = normalise(text)
    if found := _TOLERANCE.match(text):
        value, tolerance = number_and_unit(found[1]), number_and_unit(found[2])
        if value and tolerance:
            return value[0], abs(tolerance[0]), tolerance[1] or value[1]
        return None
    if (number := number_and_unit(text)) and (not number[1] or not _RANGE.match(text)):
        return number[0], None, number[1]
    if found := _RANGE.match(text):
        low, high = number_and_unit(found[1]), number_and_unit(found[2])
        if low and high:
            return (low[0] + high[0]) / 2, abs(high[0] - low[0]) / 2, high[1] or low[1]
    return None


def digits(number):
    """A Decimal as the bank writes it: no exponent; the figures as they are."""
    return f"{number:f}"


def split(text, signs, *, keep=False):
    """``text`` cut at each of ``signs`` (single characters) that no backslash protects.

    The pieces lose their backslashes, unless they are to be cut again (``keep``).
    """
    pieces, piece, place = [], "", 0
    while place < len(text):
        char = text[place]
        if char == "\\" and place + 1 < len(text):
            piece += text[place : place + 2]
            place += 2
            continue
        if char in signs:
            pieces.append(piece)
            piece = ""
        else:
            piece += char
        place += 1
    pieces.append(piece)
    return pieces if keep else [unprotected(one) for one in pieces]


PROTECTED = "\\|｜/;；\n→"
"""Signs that mean something in a cell, and are protected by a backslash where they do not."""


def unprotected(text):
    """Without the backslashes that protect a sign; any other backslash is one."""
    return re.sub(rf"\\([{re.escape(PROTECTED)}])", r"\1", text).strip()


def protect(text):
    """The counterpart."""
    return "".join("\\" + char if char in PROTECTED else char for char in text)


_SHARE = re.compile(r"^(.*?)\s*[（(]\s*(\d{1,3}(?:\.\d+)?)\s*[%％分]?\s*[）)]$", re.DOTALL)


def rubric_lines(rubric):
    """[{text, share}] as lines: 说清证据（40%）."""
    return [row["text"].replace("\\", "\\\\").replace("\n", "\\n") + f"（{row['share']}%）" for row in rubric]


def rubric_of(lines):
    """The counterpart. Lines without a share divide what is left among them; None when the shares cannot be understood."""
    rows = []
    for line in lines:
        found = _SHARE.match(line.strip())
        text, share = (found[1], found[2]) if found else (line.strip(), None)
        text = re.sub(r"\\(n|\\)", lambda m: "\n" if m[1] == "n" else "\\", text)
        rows.append([text, share])
    open_rows = [row for row in rows if row[1] is None]
    left = 100 - sum((Decimal(row[1]) for row in rows if row[1] is not None), Decimal(0))
    if open_rows:
        if left <= 0 or left != int(left):
            return None
        each, rest = divmod(int(left), len(open_rows))
        for place, row in enumerate(open_rows):
            row[1] = str(each + (place < rest))
    return [{"text": text, "share": _plain_number(share)} for text, share in rows]


def _plain_number(text):
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else text


MODEL, RUBRIC = "参考答案：", "评分要点："


def marking_text(answer):
    """Model answer and rubric of a short answer or a case as one text that a marker can read."""
    return "\n".join([MODEL + answer["model"], RUBRIC, *rubric_lines(answer["rubric"])])


def marking_of(text):
    """The counterpart; any other text is a model answer with one row of rubric (None in its place)."""
    text = text.strip()
    lines = text.split("\n")
    if RUBRIC in [line.strip() for line in lines]:
        place = max(number for number, line in enumerate(lines) if line.strip() == RUBRIC)
        rubric = rubric_of([line for line in lines[place + 1 :] if line.strip()])
        if rubric:
            return "\n".join(lines[:place]).strip().removeprefix(MODEL).strip(), rubric
    return text.removeprefix(MODEL).strip(), None


def short_of(model, rubric):
    """A short answer; without a rubric everything hangs on the model answer."""
    return {"kind": "short", "options": [], "answer": {"model": model.strip(), "rubric": rubric or []}}
