"""Facts of a question as tags (名=值), which Moodle keeps in both of its formats; and its categories, which are our topics."""

import re

from core.exceptions import DomainError
from enterprises.imports import columns
from enterprises.models import Layer

from . import words

_TAGS = {
    "lesson": "课时",
    "clause": "条款",
    "layer": "层级",
    "difficulty": "难度",
    "source": "出处",
    "picture_alt": "图",
}
_NAMES = {label: name for name, label in _TAGS.items()}
_DIFFICULTY = {1: "易", 2: "中", 3: "难"}
_TOP = re.compile(r"^(?:\$[a-z]*\$/)?(?:top/)?", re.IGNORECASE)


def write(item):
    """[名=值, …] of what an item says beside its words."""
    tags = []
    for name, label in _TAGS.items():
        value = item.get(name)
        if name == "layer" and value:
            value = str(Layer(value).label)
        elif name == "difficulty":
            value = _DIFFICULTY[value]
        if value:
            tags.append(f"{label}={value}")
    return tags


def read(texts):
    """{field: value} of those tags that are ours; others are no concern of the bank."""
    facts = {}
    for text in texts:
        label, sign, value = text.partition("=")
        name = _NAMES.get(label.strip())
        value = value.strip()
        if not (sign and name and value):
            continue
        if name == "difficulty":
            facts[name] = words.DIFFICULTIES.get(words.plain(value), 1)
        elif name == "layer":
            facts[name] = layer(value) or ""
        else:
            facts[name] = value
    return facts


def layer(text):
    """A layer as people write it; None when it is none."""
    if text in Layer.values:
        return text
    try:
        return str(columns.layer(text))
    except DomainError:
        return None


def category(topic):
    """A topic as the path of a Moodle category; a slash in it is doubled."""
    return "top/" + topic.replace("/", "//")


def topic_of(path):
    """The counterpart: the path of a category without its beginning."""
    path = _TOP.sub("", path.strip())
    parts = [part.replace("\0", "/").strip() for part in path.replace("//", "\0").split("/")]
    return "/".join(part for part in parts if part)
