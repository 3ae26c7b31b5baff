"""Moodle GIFT, read. The grammar is that of Moodle's own importer: what it takes, we take, and read the same way."""

import re
from html import unescape

from django.utils.translation import gettext as _

from core.exceptions import DomainError

from ..kinds.typed import BLANK
from . import exact, html_text, tags, words
from .rows import MOST_BYTES, MOST_QUESTIONS, Row, finish, is_key

OWN = "// exact "
"""Begins the comment in which we carry what GIFT has no words for."""

_ESCAPES = {
    "\\\\": "\x01",
    "\\:": "\x02",
    "\\#": "\x03",
    "\\=": "\x04",
    "\\{": "\x05",
    "\\}": "\x06",
    "\\~": "\x07",
    "\\n": "\x08",
}
_PLAIN = {"\x01": "\\", "\x02": ":", "\x03": "#", "\x04": "=", "\x05": "{", "\x06": "}", "\x07": "~", "\x08": "\n"}
_ESCAPE = re.compile(r"\\[\\:#={}~n]")
_HIDDEN = re.compile("[\x01-\x08]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FORMAT = re.compile(r"^\s*\[(html|plain|markdown|moodle)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"^%(-?\d+(?:\.\d+)?)%")
_BOOLEAN = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ID = re.compile(r"\[id:((?:[^\]\\]|\\.)*)\]")
_TAG = re.compile(r"\[tag:((?:[^\]\\]|\\.)*)\]")
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|&#?\w+;")


def read(content, topic=""):
    """The rows of a GIFT file (bytes). ``topic`` is for questions before the first category.

    Raises DomainError ``exchange.*`` for a file refused as a whole.
    """
    text = decode(content)
    rows = []
    category = ""
    for number, lines in _blocks(text):
        comments = [line.strip() for line in lines if line.lstrip().startswith("//")]
        kept = [line for line in lines if not line.lstrip().startswith("//")]
        while kept and kept[0].lstrip().startswith("$CATEGORY:"):
            category = tags.topic_of(_shown(_hide(kept.pop(0).split(":", 1)[1])))
        visible = "\n".join(kept).strip()
        if not visible:
            continue
        if len(rows) >= MOST_QUESTIONS:
            raise too_many()
        row = Row(number)
        rows.append(row)
        read_question(row, visible, comments, category or topic)
    if not rows:
        raise DomainError("exchange.empty", _("文件里一道题也没有，请看看是不是选错了文件。"))
    return rows


def decode(content):
    """The text of a file: UTF-8 (with or without BOM), UTF-16 with BOM, GB18030."""
    if len(content) > MOST_BYTES:
        raise DomainError("exchange.large", _("文件最大 10 MB，请分成几个文件再传。"))
    codings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    raise DomainError("exchange.encoding", _("看不懂这个文件的文字编码，请另存为 UTF-8 再传。"))


def too_many():
    """The refusal of a file with more questions than anybody reviews at once."""
    return DomainError("exchange.many", _("一个文件最多 %(n)s 道题，请分成几个文件再传。") % {"n": MOST_QUESTIONS})


def _blocks(text):
    """(number of the first line, lines): pieces between blank lines. An answer that holds blank lines is put together again
    when the next pieces close it."""
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks, block, first = [], [], 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            first = first or number
            block.append(line)
        elif block:
            blocks.append((first, block))
            block, first = [], 0
    place = 0
    while place < len(blocks):
        number, lines = blocks[place]
        place += 1
        joined = lines
        ahead = place
        while _depth(joined) > 0 and ahead < len(blocks) and ahead < place + 20:
            following = blocks[ahead][1]
            if following[0].lstrip().startswith(("::", "$CATEGORY:", "//")) or "{" in _hide("\n".join(following)):
                break
            joined = joined + following
            ahead += 1
        if joined is not lines and _depth(joined) == 0:
            lines, place = joined, ahead
        yield number, lines


def _depth(lines):
    text = _hide("\n".join(line for line in lines if not line.lstrip().startswith("//")))
    return text.count("{") - text.count("}")


def _hide(text):
    """Escaped signs replaced by control characters, so that what is left has its meaning."""
    return _ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)


def _shown(text):
    return _HIDDEN.sub(lambda found: _PLAIN[found[0]], text)


def read_question(row, visible, comments, topic):
    """Fill a row from the words of one question and the comments above it."""
    item = {"topic": topic} | _comment_facts(comments)
    text = _hide(visible)
    title = ""
    if found := re.match(r"^::(.*?)::", text, re.DOTALL):
        title = _shown(found[1]).strip()
        text = text[found.end() :]
    form, text = _format(text, "moodle")
    row.label = title if is_key(title) else ""
    start = text.find("{")
    if start < 0:
        row.label = row.label or _shown(text).strip()[:60]
        row.refuse(
            _("题干"), _("这一段没有答案（花括号），是一段说明，不是题，没有导入。如果是简答题，请在后面加上 {}。")
        )
        return
    end = text.find("}", start)
    if end < 0:
        row.label = row.label or _shown(text[:start]).strip()[:60]
        row.refuse(_("答案"), _("花括号没有关上。请补上“}”；题里真的要用花括号，写成 \\{ 和 \\}。"))
        return
    before, body, after = text[:start], text[start + 1 : end].strip(), text[end + 1 :]
    general = ""
    if "####" in body:
        body, general = body.split("####", 1)
        body = body.strip()
    explanation = _Explanation(form, general)
    try:
        item |= _answer(row, body, form, explanation)
    except ValueError as error:
        row.label = row.label or _text(before, form).strip()[:60]
        row.refuse(_("答案"), error)
        return
    item["stem"] = _stem(before, after, form, item["kind"])
    item["explanation"] = explanation.text()
    for comment in comments:
        if comment.startswith(OWN):
            item, edited = exact.restore(item, comment.removeprefix(OWN), visible)
            if edited:
                row.note(_("题目在别处改过，按改过的读。"))
    row.label = item["stem"].strip()[:60]
    finish(row, item)


def _comment_facts(comments):
    facts, found = {}, []
    for comment in comments:
        if comment.startswith(OWN):
            continue
        for key in _ID.findall(comment):
            key = re.sub(r"\\(.)", r"\1", key).strip()
            if is_key(key):
                facts["key"] = key
        found += [re.sub(r"\\(.)", r"\1", tag) for tag in _TAG.findall(comment)]
    return facts | tags.read(found)


def _format(text, inherited):
    if found := _FORMAT.match(text):
        return found[1].lower(), text[found.end() :]
    return inherited, text


def _text(text, form):
    """A piece of text without its escapes and, where its format has markup, without that."""
    form, text = _format(text, form)
    text = _shown(text)
    if form == "html" or (form == "moodle" and _MARKUP.search(text)):
        if form == "moodle":
            text = text.replace("\n", "<br>")
        return html_text.to_text(text)[0] if "<" in text else unescape(text)
    return text


def _stem(before, after, form, kind):
    missing_word = bool(after.strip())
    if kind != "fill":
        return _text(before, form).strip() + (f" _____ {_text(after, form).strip()}" if missing_word else "")
    # Brackets at the very end, set off from the sentence, ask for a word of their own.
    head = _text(before, form)
    gap = " " if before[-1:].isspace() and not missing_word else ""
    head = head.rstrip() if gap or before[-1:] == "\n" else head
    if BLANK.search(head) and not missing_word and not re.search(r"(?:_{3,}|＿{2,})$", head):
        return head.strip()
    blank = "" if re.search(r"(?:_{3,}|＿{2,})$", head) else "___"
    return (head.lstrip() + gap + blank + (_text(after, form).rstrip() if missing_word else "")).strip()


class _Explanation:
    """The general feedback, and below it what is said about single answers: our bank has one place for both."""

    def __init__(self, form, general):
        self.form = form
        self.lines = [_text(general, form).strip()] if general.strip() else []

    def add(self, about, feedback):
        feedback = _text(feedback, self.form).strip()
        if feedback:
            self.lines.append(f"{about}：{feedback}" if about else feedback)

    def text(self):
        return "\n".join(self.lines)


def _answer(row, body, form, explanation):
    if not body:
        return words.short_of(explanation.text(), None)
    if body.startswith("#"):
        return _numeric(row, body[1:], explanation)
    if "~" in body:
        return _choice(row, body, form, explanation)
    if "=" in body and "->" in body:
        return _matching(body, form)
    word, *feedback = body.split("#")
    if word.strip().upper() in _BOOLEAN:
        right = _BOOLEAN[word.strip().upper()]
        for about, said in zip((_("答错"), _("答对")), feedback, strict=False):
            explanation.add(about, said)
        return {"kind": "true_false", "options": [], "answer": right}
    return _fill(row, body, explanation)


def _choice(row, body, form, explanation):
    several = "=" not in body
    options, weights = [], []
    for piece in body.replace("=", "~=").split("~"):
        piece = piece.strip()
        if not piece:
            continue
        weight = 0.0
        if piece.startswith("="):
            weight, piece = 100.0, piece[1:].lstrip()
        elif found := _WEIGHT.match(piece):
            weight, piece = float(found[1]), piece[found.end() :].lstrip()
        text, _sign, feedback = piece.partition("#")
        text = _text(text, form).strip()
        options.append(text)
        weights.append(weight)
        explanation.add(text, feedback)
    return choice_of(row, options, weights, several)


def choice_of(row, options, weights, several):
    """Single or multiple choice from options and their weights in percent. Our multiple choice is right when all of it is right;
    weights that say something else are named."""
    positive = [place for place, weight in enumerate(weights) if weight > 0]
    if several:
        if len({weights[place] for place in positive}) > 1:
            row.note(_("各选项的权重不一样，这里按“全部选对才得分”读，权重没有带过来。"))
        return {"kind": "multiple", "options": options, "answer": positive}
    best = [place for place, weight in enumerate(weights) if weight >= 100]
    if len(best) > 1:
        raise ValueError(_("单选题有几个“=”开头的正确答案。请只留一个，或用 %50% 这样的权重写成多选题。"))
    if len(positive) > 1:
        row.note(_("只给部分分的选项按错误选项读，部分分没有带过来。"))
    return {"kind": "single", "options": options, "answer": best or positive[:1]}


def _matching(body, form):
    pairs = []
    for piece in body.split("="):
        if not piece.strip():
            continue
        if "->" not in piece:
            raise ValueError(_("匹配题的每一行要写成“=左边 -> 右边”。"))
        left, right = piece.split("->", 1)
        pairs.append((_text(left, form).strip(), _text(right, "plain").strip()))
    return matching_of(pairs)


def matching_of(pairs):
    """A matching question from (left, right); an empty left is a right that fits nothing. Equal rights become one."""
    right = list(dict.fromkeys(text for _left, text in pairs))
    fitting = [(left, text) for left, text in pairs if left]
    return {
        "kind": "matching",
        "options": {"left": [left for left, _text in fitting], "right": right},
        "answer": [right.index(text) for _left, text in fitting],
    }


def _weighed(piece):
    """(weight in percent, answer, feedback) of a short or numeric answer."""
    piece = piece.strip()
    weight = 100.0
    if found := _WEIGHT.match(piece):
        weight, piece = float(found[1]), piece[found.end() :]
    answer, _sign, feedback = piece.partition("#")
    return weight, answer.strip(), feedback


def _fill(row, body, explanation):
    accepted = []
    for piece in body.split("="):
        if not piece.strip():
            continue
        weight, answer, feedback = _weighed(piece)
        answer = _shown(answer).strip()
        explanation.add(answer, feedback)
        if weight >= 100:
            accepted.append(answer)
        elif weight > 0:
            row.note(_("只给部分分的答案没有带过来：%(answer)s") % {"answer": answer})
    if any("*" in answer for answer in accepted):
        row.note(_("答案里的 * 按星号本身读，不代表任意文字。"))
    return {"kind": "fill", "options": [], "answer": [list(dict.fromkeys(accepted))]}


def _numeric(row, body, explanation):
    pieces = [piece for piece in body.split("=") if piece.strip()] if "=" in body else [body]
    values = []
    for piece in pieces:
        weight, answer, feedback = _weighed(piece)
        answer = _shown(answer).strip()
        explanation.add(answer, feedback)
        if answer in ("*", ""):  # feedback for every other number
            continue
        values.append((weight, _measure(answer)))
    return numeric_of(row, values)


def numeric_of(row, values, unit=""):
    """A numeric question from [(weight in percent, (value, tolerance))]: the full mark counts, what gives less is named."""
    full = list(dict.fromkeys(measure for weight, measure in values if weight >= 100))
    if not full:
        raise ValueError(_("数值题没有给满分的答案，请补一个。"))
    if len(full) > 1:
        raise ValueError(_("数值题有几个不同的满分答案。这里只能有一个数和一个误差，请合成一个，或改成填空题。"))
    if len(values) > 1:
        row.note(_("只给部分分的数没有带过来。"))
    value, tolerance = full[0]
    return {
        "kind": "numeric",
        "options": [],
        "answer": {"value": words.digits(value), "tolerance": words.digits(tolerance), "unit": unit},
    }


def _measure(text):
    if ".." in text:
        low, high = map(words.decimal, text.split("..", 1))
        if low is not None and high is not None and low <= high:
            return (low + high) / 2, (high - low) / 2
    else:
        value, _sign, tolerance = text.partition(":")
        value, tolerance = words.decimal(value), words.decimal(tolerance or "0")
        if value is not None and tolerance is not None and tolerance >= 0:
            return value, tolerance
    raise ValueError(_("“%(text)s”不是数。数值题写成 {#12.5:0.1} 或 {#12.4..12.6}。") % {"text": text})
