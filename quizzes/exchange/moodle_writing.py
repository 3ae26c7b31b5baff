"""Moodle XML, written. Texts are plain unless a picture stands in them; what Moodle has no place for is carried beside."""

import base64
import re
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from . import cloze, exact, tags, words
from .moodle_reading import OWN, PLUGIN, read_question, visible_of
from .rows import Row

_TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "true_false": "truefalse",
    "numeric": "numerical",
    "matching": "matching",
    "ordering": "ordering",
    "short": "essay",
    "case": "essay",
}


def lost(items):
    """Nothing: what Moodle itself cannot hold comes back from our own element."""
    return iter(())


def write(items):
    """A Moodle XML file (bytes, UTF-8) of items in the form of ``bank.load_questions``, with ``image`` (rows.Image) or None."""
    root = Element("quiz")
    topic = None
    for item in items:
        if item["topic"] != topic:
            topic = item["topic"]
            category = SubElement(root, "question", type="category")
            _text(SubElement(category, "category"), tags.category(topic))
        root.append(_question(item))
    ElementTree.indent(root, "  ")
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _text(element, text):
    SubElement(element, "text").text = _NOT_XML.sub("", text)
    return element


def _plain(parent, tag, text, **attributes):
    return _text(SubElement(parent, tag, attributes | {"format": "plain_text"}), text)


def _question(item):
    several = item["kind"] == "fill" and len(item["answer"]) > 1
    kind = "cloze" if several else _TYPES.get(item["kind"], "shortanswer")
    element = Element("question", type=kind)
    _text(SubElement(element, "name"), item["key"])
    stem = cloze.write(item["stem"], item["answer"]) if several else item["stem"]
    image = item.get("image")
    if image or several:
        # Only HTML shows pictures, and only in HTML does Moodle look for embedded answers.
        html = escape(stem, quote=False).replace("\n", "<br>")
        words_of_it = SubElement(element, "questiontext", format="html")
        if image:
            alt = escape(item.get("picture_alt") or "")
            html = f'<p>{html}</p><p><img src="{PLUGIN}{escape(image.name)}" alt="{alt}"></p>'
        _text(words_of_it, html)
        if image:
            file = SubElement(words_of_it, "file", name=image.name, path="/", encoding="base64")
            file.text = base64.b64encode(image.content).decode()
    else:
        _plain(element, "questiontext", stem)
    _plain(element, "generalfeedback", item["explanation"])
    SubElement(element, "defaultgrade").text = "1"
    SubElement(element, "idnumber").text = item["key"]
    if not several:
        _BODIES[item["kind"]](element, item)
    marks = SubElement(element, "tags")
    for tag in tags.write(item):
        _text(SubElement(marks, "tag"), tag)
    row = Row(0)
    read_question(row, element, item["topic"])
    back = row.item
    own = exact.missing(item, back, visible_of(element))
    if own:
        SubElement(element, OWN).text = own
    return element


def _answer(element, text, fraction):
    return _plain(element, "answer", text, fraction=f"{fraction:g}")


def _choice(element, item):
    SubElement(element, "single").text = "true" if item["kind"] == "single" else "false"
    SubElement(element, "shuffleanswers").text = "true"
    SubElement(element, "answernumbering").text = "ABCD"
    share = round(100 / len(item["answer"]), 5)
    wrong = 0 if item["kind"] == "single" else -100
    for place, text in enumerate(item["options"]):
        _answer(element, text, share if place in item["answer"] else wrong)


def _true_false(element, item):
    # Moodle wants these two words, whatever the language.
    _answer(element, "true", 100 if item["answer"] else 0)
    _answer(element, "false", 0 if item["answer"] else 100)


def _fill(element, item):
    SubElement(element, "usecase").text = "0"
    for text in item["answer"][0]:
        _answer(element, text.replace("*", "\\*"), 100)


def _numeric(element, item):
    answer = _answer(element, item["answer"]["value"], 100)
    SubElement(answer, "tolerance").text = item["answer"]["tolerance"]
    unit = item["answer"]["unit"]
    if unit:
        one = SubElement(SubElement(element, "units"), "unit")
        SubElement(one, "multiplier").text = "1"
        SubElement(one, "unit_name").text = unit
    # 0: the unit may be written; 3: no unit is asked for.
    SubElement(element, "unitgradingtype").text = "0"
    SubElement(element, "showunits").text = "0" if unit else "3"


def _matching(element, item):
    SubElement(element, "shuffleanswers").text = "true"
    left, right = item["options"]["left"], item["options"]["right"]
    pairs = [(text, right[place]) for text, place in zip(left, item["answer"], strict=True)]
    pairs += [("", text) for place, text in enumerate(right) if place not in item["answer"]]
    for text, fitting in pairs:
        _text(SubElement(_plain(element, "subquestion", text), "answer"), fitting)


def _ordering(element, item):
    SubElement(element, "layouttype").text = "VERTICAL"
    SubElement(element, "selecttype").text = "ALL"
    SubElement(element, "selectcount").text = "0"
    for number, place in enumerate(item["answer"], 1):
        _answer(element, item["options"][place], number)


def _essay(element, item):
    SubElement(element, "responseformat").text = "plain"
    SubElement(element, "responserequired").text = "1"
    _plain(element, "graderinfo", words.marking_text(item["answer"]))
    if item["options"]:
        _plain(element, "responsetemplate", "\n".join(f"{label}：" for label in item["options"]))


_BODIES = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "fill": _fill,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "short": _essay,
    "case": _essay,
}
