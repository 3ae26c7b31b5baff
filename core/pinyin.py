"""Chinese names in the order of a dictionary: by the sound of their characters, surnames with the reading surnames have."""

import importlib.util
import re
import unicodedata
from array import array
from bisect import bisect_left
from functools import cache
from itertools import groupby
from pathlib import Path

from django.db import models

SURNAMES = {
    "万俟": "mo qi",
    "单于": "chan yu",
    "尉迟": "yu chi",
    "澹台": "tan tai",
    "长孙": "zhang sun",
    "乐正": "yue zheng",
    "仇": "qiu",
    "任": "ren",
    "单": "shan",
    "解": "xie",
    "查": "zha",
    "朴": "piao",
    "曾": "zeng",
    "盖": "ge",
    "缪": "miao",
    "区": "ou",
    "员": "yun",
    "召": "shao",
    "折": "she",
    "秘": "bi",
    "种": "chong",
    "繁": "po",
    "翟": "zhai",
    "黑": "he",
    "祭": "zhai",
    "么": "yao",
    "乜": "nie",
    "洗": "xian",
    "冼": "xian",
    "逄": "pang",
    "隗": "wei",
    "郗": "xi",
    "瞿": "qu",
    "尹": "yin",
    "贾": "jia",
    "宁": "ning",
    "牟": "mu",
    "卜": "bu",
    "覃": "qin",
    "谌": "chen",
    "仉": "zhang",
    "褚": "chu",
    "乐": "yue",
    "华": "hua",
    "哈": "ha",
    "曲": "qu",
    "石": "shi",
    "沈": "shen",
    "车": "che",
    "应": "ying",
    "晁": "chao",
    "柏": "bai",
    "费": "fei",
    "令": "ling",
    "行": "xing",
    "阚": "kan",
    "宓": "mi",
    "佴": "nai",
    "桓": "huan",
}
"""Where a surname sounds other than the character does elsewhere, the longer ones first."""

LENGTH = 120
_END_OF_HAN = 0x40000
"""Above the last plane of Unicode with Han characters."""


class _Dictionary:
    """The readings of ``pypinyin``, without tones, from its data files: the same ones in a megabyte.

    Imported, the package keeps 55 MB of lists and words in every process that ever sorts a name.
    """

    LONGEST = 10
    """Characters of the longest word."""

    def __init__(self):
        folder = Path(importlib.util.find_spec("pypinyin").origin).parent
        self._syllables, numbers = [None], {}
        # Read piece by piece: as a whole the files would be 50 MB for a moment, and a process seldom gives memory back.
        characters = (folder / "pinyin_dict.json").read_text(encoding="utf-8")
        # By code point the number of the commonest reading; 0 where there is none.
        self._numbers = array("H", [0]) * _END_OF_HAN
        all_readings = set()
        for code, readings in (match.groups() for match in re.finditer(r'"(\d+)": *"([^"]+)"', characters)):
            reading = _without_tone(readings.partition(",")[0])
            all_readings.update(readings.split(","))
            if reading not in numbers:
                numbers[reading] = len(self._syllables)
                self._syllables.append(reading)
            self._numbers[int(code)] = numbers[reading]
        self.all_readings = frozenset(map(_without_tone, all_readings))
        self._exceptions, hashes = {}, array("q")
        for word, readings in _words((folder / "phrases_dict.json").read_text(encoding="utf-8")):
            hashes.append(hash(word))
            if readings != [self.reading(char) for char in word]:
                self._exceptions[word] = readings
        # Of the others it only matters where they end, as the next word begins there.
        self._known = array("q", sorted(hashes))

    def reading(self, char):
        """The commonest reading of a Han character, or None for any other character."""
        code = ord(char)
        return self._syllables[self._numbers[code]] if code < len(self._numbers) else None

    def _is_word(self, text):
        place = bisect_left(self._known, hash(text))
        return place < len(self._known) and self._known[place] == hash(text)

    def _has_exception(self, text):
        for start in range(len(text) - 1):
            for end in range(start + 2, min(len(text), start + self.LONGEST) + 1):
                if text[start:end] in self._exceptions:
                    return True
        return False

    def syllables(self, text):
        """The reading of each character of ``text``, all Han, in the longest words from the left; rare ones stay as they are."""
        readings = [self.reading(char) or char for char in text]
        if not self._has_exception(text):
            return readings
        start = 0
        while start < len(text):
            longest = range(min(len(text), start + self.LONGEST), start + 1, -1)
            end = next((end for end in longest if self._is_word(text[start:end])), start + 1)
            readings[start:end] = self._exceptions.get(text[start:end], readings[start:end])
            start = end
        return readings


dictionary = cache(_Dictionary)
"""``dictionary()`` reads the files (0.3 s) when the first name is sorted."""


@cache
def _without_tone(reading):
    plain = unicodedata.normalize("NFD", reading).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _words(text):
    """(word, the first reading of each of its characters) of the words' file."""
    word, readings = None, []
    for match in re.finditer(r'"([^"]+)":|\[\s*"([^"]+)"', text):
        if match[1]:
            if word:
                yield word, readings
            word, readings = match[1], []
        else:
            readings.append(_without_tone(match[2]))
    yield word, readings


def _is_han(char):
    return char == "〇" or "IDEOGRAPH-" in unicodedata.name(char, "")


def _parts(text):
    """(whether it is Han, its characters' readings or itself in one piece) of the parts of ``text``."""
    words = dictionary()
    if all(map(words.reading, text)):  # nearly every name
        yield True, words.syllables(text)
        return
    for han, chars in groupby(text, _is_han):
        part = "".join(chars)
        yield han, words.syllables(part) if han else [part]


def sort_key(name):
    """The key to sort a name by: its syllables without tones, then the name itself (same sound, same characters together)."""
    name = name.strip()
    for length in (2, 1):
        reading = SURNAMES.get(name[:length])
        if reading:
            return " ".join([reading, *_syllables(name[length:]), name]).lower()[:LENGTH]
    return " ".join([*_syllables(name), name]).lower()[:LENGTH]


def _syllables(text):
    return [one for _han, part in _parts(text) for one in part]


def initials(text):
    """The first letters of its syllables: 首件检验记录 -> sjjyjl. Latin words and numbers stay as they are."""
    return "".join(one[0] if han else one for han, part in _parts(text) for one in part).lower()


class PinyinField(models.CharField):
    """The sort key of another field of the row, written whenever the row is (``bulk_create`` too).

    With ``save(update_fields=…)`` name both fields.
    """

    def __init__(self, *args, source, **kwargs):
        self.source = source
        kwargs |= {"max_length": LENGTH, "editable": False, "default": "", "db_index": True}
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        for key in ("max_length", "editable", "default", "db_index"):
            kwargs.pop(key, None)
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance, add):
        key = sort_key(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, key)
        return key
