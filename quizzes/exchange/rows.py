"""One question on its way in, whatever the file: the item it became, or why it did not."""

import hashlib
import json
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.models import Layer

from ..kinds import KINDS

MOST_BYTES = 10 * 2**20
"""Bytes of a file of text (GIFT, XML) with everything in it."""

MOST_QUESTIONS = 5_000
"""Questions of one file."""

LENGTHS = {"topic": 60, "lesson": 40, "clause": 20, "source": 200, "key": 60, "picture_alt": 200}
"""Characters the columns of the bank hold."""

LABELS = {
    "key": gettext_lazy("题号"),
    "topic": gettext_lazy("知识点"),
    "lesson": gettext_lazy("课时"),
    "clause": gettext_lazy("条款"),
    "source": gettext_lazy("出处"),
    "picture_alt": gettext_lazy("图片说明"),
}

_KEY = re.compile(r"[-a-zA-Z0-9_]{1,60}")


@dataclass(frozen=True)
class Image:
    """A picture as it stands in a file: ``name`` and its bytes, not yet looked at."""

    name: str
    content: bytes


@dataclass
class Row:
    """``number`` is the line (or row) of the file. ``reasons`` are (where, what is wrong and how to mend it): with one of
    them there is no ``item``. ``notes`` say what was read differently or left behind. ``cells`` are what a workbook held.
    ``outcome``, ``question`` and ``picture`` are set when it is compared with the bank (importing.compare)."""

    number: int
    item: dict | None = None
    reasons: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    label: str = ""
    cells: list = field(default_factory=list)
    image: Image | None = None
    outcome: str = ""
    question: object = None
    picture: tuple | None = None

    def refuse(self, where, sentence):
        """Not this one, and why."""
        self.reasons.append((str(where), str(sentence)))
        self.item = None

    def note(self, sentence):
        """Say something about it once."""
        if sentence not in self.notes:
            self.notes.append(str(sentence))


def is_key(text):
    """Whether a text of the file can be a 题号 of the bank. A bare counter (1, 2, 3 …) is none: it would name another question
    in the next file."""
    return bool(_KEY.fullmatch(text)) and not (text.isdecimal() and len(text) < 5)


def key_of(kind, stem, options):
    """A 题号 made from the words, so that the same question in the same file again is the same question."""
    words = json.dumps([kind, stem, options], ensure_ascii=False, sort_keys=True)
    return f"q-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def finish(row, item, topic=""):
    """Check a row's item, fill in what the file leaves open and keep it; else refuse the row.

    ``topic`` is for questions that name none. Sets ``row.item`` with every field of ``bank.load_questions``.
    """
    item = {
        "topic": "",
        "lesson": "",
        "clause": "",
        "layer": "",
        "difficulty": 1,
        "source": "",
        "explanation": "",
    } | item
    item["topic"] = item["topic"] or topic
    item["stem"] = item["stem"].strip()
    item["explanation"] = item["explanation"].strip()
    row.label = row.label or item["stem"][:60]
    if not item["stem"]:
        row.refuse(_("题干"), _("没有题干，请补上。"))
    if not item["topic"]:
        row.refuse(_("知识点"), _("没有写知识点（主题），请补上，或在上传时选一个给全部题目用。"))
    if item["layer"] and item["layer"] not in Layer.values:
        row.refuse(_("层级"), _("没有“%(layer)s”这个层级，请改成最高管理者、中层管理人员、一线员工或其他。") % item)
    if item["difficulty"] not in (1, 2, 3):
        row.refuse(_("难度"), _("难度请写易、中、难，或 1、2、3。"))
    for name, most in LENGTHS.items():
        if len(item.get(name) or "") > most:
            row.refuse(
                LABELS[name],
                _("最多 %(most)s 个字，这里有 %(n)s 个，请缩短。") % {"most": most, "n": len(item[name])},
            )
    if item["kind"] in ("short", "case") and not item["answer"]["model"].strip():
        row.refuse(
            _("答案"),
            _(
                "没有参考答案，阅卷的人没有依据。请补在“答案”一列；Moodle 里写在“评分者信息”，GIFT 里写在花括号的 #### 后面。"
            ),
        )
        return
    try:
        item["options"], item["answer"] = KINDS[item["kind"]].check(item["stem"], item["options"], item["answer"])
    except ValueError as error:
        row.refuse(_("选项和答案"), error)
    if row.reasons:
        return
    if not item.get("key"):
        item["key"] = key_of(item["kind"], item["stem"], item["options"])
    row.item = item
