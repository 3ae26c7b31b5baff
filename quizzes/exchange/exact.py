"""What the visible words of a file cannot say, carried beside them. Only used while those words are still the ones it goes with:
who edits a question in another program means the edit."""

import hashlib
import json

FIELDS = (
    *("key", "kind", "stem", "options", "answer", "explanation"),
    *("topic", "lesson", "clause", "layer", "difficulty", "source", "picture_alt"),
)
FACTS = ("topic", "lesson", "clause", "layer", "difficulty", "source")


def fingerprint(visible):
    """Eight characters that tell whether the visible words are still the same."""
    return hashlib.sha256(visible.encode()).hexdigest()[:8]


def missing(item, back, visible):
    """What ``back`` (the item read from the visible words again, or None) lacks of ``item``, as JSON; "" when nothing."""
    back = back or {}
    lacks = {name: item[name] for name in FIELDS if name in item and back.get(name) != item[name]}
    lacks = {name: value for name, value in lacks.items() if value or name in back}
    return json.dumps({"of": fingerprint(visible), **lacks}, ensure_ascii=False) if lacks else ""


def restore(item, text, visible):
    """``item`` with what was carried beside it. Answers (item, whether the visible words were edited since).

    An edit is kept; a rubric, which no visible word says, and the facts come along all the same.
    """
    try:
        extra = json.loads(text)
    except ValueError:
        return item, False
    if not isinstance(extra, dict):
        return item, False
    same = extra.pop("of", "") == fingerprint(visible)
    extra = {name: value for name, value in extra.items() if name in FIELDS}
    if same:
        return item | extra, False
    kept = {name: extra[name] for name in FACTS if name in extra}
    if item["kind"] == "short" and extra.get("kind", "short") in ("short", "case"):
        kept |= {name: extra[name] for name in ("kind", "options", "answer") if name in extra}
    answer = extra.get("answer")
    if item["kind"] == "numeric" and isinstance(answer, dict) and isinstance(answer.get("unit"), str):
        kept["answer"] = item["answer"] | {"unit": answer["unit"]}
    return item | kept, True
