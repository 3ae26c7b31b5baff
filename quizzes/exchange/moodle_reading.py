"""Moodle XML, read: every question type that has a counterpart among our kinds. No entity is expanded, nothing is fetched."""

import base64
import binascii
import re

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from core.exceptions import DomainError

from ..kinds.typed import BLANK
from . import cloze, exact, html_text, tags, words
from .gift_reading import choice_of, matching_of, numeric_of, too_many
from .rows import MOST_BYTES, MOST_QUESTIONS, Image, Row, finish, is_key

OWN = "exact"
"""The element in which we carry what Moodle's own have no place for; Moodle passes over it."""

PLUGIN = "@@PLUGINFILE@@/"
_START = re.compile(rb"<question[\s>]")


def read(content, topic=""):
    """The rows of a Moodle XML file (bytes). ``topic`` is for questions before the first category.

    Raises DomainError ``exchange.*`` for a file refused as a whole.
    """
    root = _root(content)
    questions = [element for element in root if element.tag == "question"]
    lines = _line_numbers(content, len(questions))
    rows = []
    category = ""
    for number, element in zip(lines, questions, strict=True):
        if element.get("type") == "category":
            category = tags.topic_of(_plain(element.find("category")))
            continue
        if len(rows) >= MOST_QUESTIONS:
            raise too_many()
        row = Row(number)
        rows.append(row)
        read_question(row, element, category or topic)
    if not rows:
        raise DomainError("exchange.empty", _("文件里一道题也没有，请看看是不是选错了文件。"))
    return rows


def _root(content):
    if len(content) > MOST_BYTES:
        raise DomainError("exchange.large", _("文件最大 10 MB，请分成几个文件再传。"))
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        raise DomainError(
            "exchange.entities", _("文件里有 DOCTYPE 或实体，不能收。请从 Moodle 重新导出“Moodle XML 格式”，不要改动。")
        ) from None
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        line = getattr(error, "position", (0, 0))[0]
        raise DomainError(
            "exchange.damaged", _("文件不是完整的 XML（第 %(line)s 行断了），请重新导出再传。") % {"line": line}
        ) from None
    if root.tag != "quiz":
        raise DomainError("exchange.kind", _("这不是 Moodle 的题库文件（里面没有 quiz），请看看是不是选错了文件。"))
    return root


def _line_numbers(content, count):
    """The line each question begins on; counted in the bytes, because the parser does not say."""
    found, line, last = [], 1, 0
    for match in _START.finditer(content):
        line += content.count(b"\n", last, match.start())
        last = match.start()
        found.append(line)
    return found if len(found) == count else list(range(1, count + 1))


def read_question(row, element, topic):
    """Fill a row from one <question>."""
    kind = element.get("type") or ""
    row.label = _plain(element.find("name"))[:60]
    read = _READERS.get(kind)
    if read is None:
        row.refuse(_("题型"), _why_not(kind))
        return
    item = {"topic": topic} | _facts(element)
    stem = _Text(element.find("questiontext"))
    item["stem"] = stem.text
    explanation = [_Text(element.find("generalfeedback")).text]
    try:
        item |= read(row, element, stem, explanation)
    except ValueError as error:
        row.refuse(_("答案"), error)
        return
    item["explanation"] = "\n".join(line for line in explanation if line)
    _picture(row, item, element, stem)
    if element.find("hint") is not None:
        row.note(_("作答提示（hint）没有带过来。"))
    own = element.find(OWN)
    if own is not None and own.text:
        item, edited = exact.restore(item, own.text, visible_of(element))
        if edited:
            row.note(_("题目在别处改过，按改过的读。"))
    row.label = item["stem"][:60]
    finish(row, item)


def visible_of(element):
    """The words of a question as one text, by which an edit elsewhere is noticed: no markup, no white space, no defaults that
    Moodle adds."""
    texts = [_Text(element.find("questiontext")).text, _Text(element.find("generalfeedback")).text]
    for path in ("answer", "subquestion", "subquestion/answer", "graderinfo"):
        texts += [_Text(one).text for one in element.findall(path)]
    return re.sub(r"\s+", "", "|".join(texts))


class _Text:
    """A text element with its format: ``text`` is plain, ``images`` are the pictures it shows."""

    def __init__(self, element):
        self.images = []
        self.media = False
        raw = _plain(element, strip=False)
        form = element.get("format", "html") if element is not None else "plain_text"
        if form in ("plain_text", "markdown", ""):
            self.text = raw.strip()
        else:
            if form == "moodle_auto_format":
                raw = raw.strip().replace("\n", "<br>")
            self.text, self.images, self.media = html_text.to_text(raw)


def _plain(element, strip=True):
    """The <text> of an element, or its own words (a true/false answer of old files)."""
    if element is None:
        return ""
    inner = element.find("text")
    text = (inner.text if inner is not None else element.text) or ""
    return text.strip() if strip else text


def _facts(element):
    key = _plain(element.find("idnumber"))
    found = tags.read([_plain(tag) for tag in element.findall("tags/tag")])
    return found | ({"key": key} if is_key(key) else {})


def _picture(row, item, element, stem):
    """The first picture of the stem that came along in the file; what is left out is named."""
    files = {one.get("name"): one for one in element.findall("questiontext/file")}
    pictures = [(source.removeprefix(PLUGIN), alt) for source, alt in stem.images if source.startswith(PLUGIN)]
    if len(stem.images) > len(pictures):
        row.note(_("题干里引用的网上的图没有带过来，请另存图片后在题目里上传。"))
    if stem.media:
        row.note(_("题干里的声音或视频没有带过来。"))
    if any(_Text(answer).images for answer in element.findall("answer")):
        row.refuse(_("选项"), _("选项里有图片，这里的选项只能是文字。请把图合成一张放到题干里，选项写“图A”“图B”。"))
    if not pictures:
        return
    name, alt = pictures[0]
    file = files.get(name)
    if file is None or file.get("encoding", "base64") != "base64":
        row.refuse(_("图片"), _("题干里有图“%(name)s”，文件里却没有它。请连图一起重新导出。") % {"name": name[:60]})
        return
    try:
        content = base64.b64decode("".join((file.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        row.refuse(_("图片"), _("图“%(name)s”的内容坏了。请连图一起重新导出。") % {"name": name[:60]})
        return
    if len(pictures) > 1:
        row.note(_("一道题只放一张图：第一张带过来了，其余的没有。"))
    row.image = Image(name, content)
    if alt:
        item.setdefault("picture_alt", alt)


# One reader a question type: (row, element, stem, explanation) → kind, options, answer ----------------------------------


def _fraction(answer):
    try:
        return float(answer.get("fraction") or 0)
    except ValueError:
        return 0.0


def _tell(explanation, about, answer):
    feedback = _Text(answer.find("feedback")).text
    if feedback:
        explanation.append(f"{about}：{feedback}" if about else feedback)


def _multichoice(row, element, stem, explanation):
    answers = element.findall("answer")
    options = [_Text(answer).text for answer in answers]
    for text, answer in zip(options, answers, strict=True):
        _tell(explanation, text, answer)
    several = _plain(element.find("single")).lower() in ("false", "0")
    return choice_of(row, options, [_fraction(answer) for answer in answers], several)


def _true_false(row, element, stem, explanation):
    right = None
    for answer in element.findall("answer"):
        value = words.BOOLEANS.get(words.plain(_Text(answer).text))
        _tell(explanation, _("选“对”") if value else _("选“错”"), answer)
        if _fraction(answer) >= 100:
            right = value
    if right is None:
        raise ValueError(_("判断题没有写哪个是对的，请补上。"))
    return {"kind": "true_false", "options": [], "answer": right}


def _short_answer(row, element, stem, explanation):
    accepted = []
    for answer in element.findall("answer"):
        text = _Text(answer).text
        text = text if text.find("\\*") < 0 else text.replace("\\*", "*")
        _tell(explanation, text, answer)
        if _fraction(answer) >= 100:
            accepted.append(text)
        elif _fraction(answer) > 0:
            row.note(_("只给部分分的答案没有带过来：%(answer)s") % {"answer": text})
    if any("*" in text for text in accepted):
        row.note(_("答案里的 * 按星号本身读，不代表任意文字。"))
    text = stem.text if BLANK.search(stem.text) else f"{stem.text} ___"
    return {"kind": "fill", "stem": text, "options": [], "answer": [list(dict.fromkeys(accepted))]}


def _numerical(row, element, stem, explanation):
    values = []
    for answer in element.findall("answer"):
        text = _Text(answer).text
        _tell(explanation, text, answer)
        if text == "*":
            continue
        value, tolerance = words.decimal(text), words.decimal(_plain(answer.find("tolerance")) or "0")
        if value is None or tolerance is None:
            raise ValueError(_("“%(text)s”不是数，请改成数。") % {"text": text[:40]})
        values.append((_fraction(answer), (value, abs(tolerance))))
    units = element.findall("units/unit")
    plain = [unit for unit in units if words.decimal(_plain(unit.find("multiplier")) or "1") == 1]
    if len(units) > len(plain):
        row.note(_("换算单位没有带过来，只认一个单位。"))
    return numeric_of(row, values, _plain(plain[0].find("unit_name")) if plain else "")


def _matching(row, element, stem, explanation):
    pairs = [(_Text(one).text, _Text(one.find("answer")).text) for one in element.findall("subquestion")]
    return matching_of(pairs)


def _ordering(row, element, stem, explanation):
    answers = element.findall("answer")
    places = [_fraction(answer) for answer in answers]
    if len(set(places)) == len(places) and all(place > 0 for place in places):
        answers = [answer for _place, answer in sorted(zip(places, answers, strict=True), key=lambda pair: pair[0])]
    options = [_Text(answer).text for answer in answers]
    return {"kind": "ordering", "options": options, "answer": list(range(len(options)))}


def _essay(row, element, stem, explanation):
    model, rubric = words.marking_of(_Text(element.find("graderinfo")).text)
    return words.short_of(model or explanation[0], rubric)


def _cloze(row, element, stem, explanation):
    return cloze.read(row, stem.text, explanation)


_READERS = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "ordering": _ordering,
    "essay": _essay,
    "cloze": _cloze,
    "multianswer": _cloze,
}


def _why_not(kind):
    if kind == "description":
        return _("这是一段说明，不是题，没有导入。")
    if kind.startswith("calculated"):
        return _("计算题（calculated）的数是临时生成的，这里没有这种题。请改成一个定数的数值题。")
    return _("没有与“%(kind)s”对应的题型，没有导入。") % {"kind": kind[:40]}
