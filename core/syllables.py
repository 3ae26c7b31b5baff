"""Pinyin as people type it, without blanks, cut into syllables: wangxiaoer -> wang xiao er."""

from functools import cache

from pypinyin import pinyin_dict
from pypinyin.contrib.tone_convert import to_normal

LONGEST = 6
MOST = 4
"""Readings tried of one input; xian may be xi an."""


@cache
def _syllables():
    readings = {reading for line in pinyin_dict.pinyin_dict.values() for reading in line.split(",")}
    return frozenset(to_normal(reading, v_to_u=False) for reading in readings)


def cuts(text):
    """The ways to read ``text`` (letters only) as syllables, each joined by blanks; the last syllable may be unfinished.

    Longest first, at most ``MOST``; letters that are no pinyin come back as they are.
    """
    text = text.lower()
    ends = {len(text)}
    # From the back: where a reading that reaches the end may begin, so that the search below never runs into the void.
    for start in range(len(text) - 1, -1, -1):
        if any(start + length in ends for length in _lengths(text, start)):
            ends.add(start)
    found = []

    def read(start, done):
        if len(found) < MOST and start == len(text):
            found.append(" ".join(done))
        elif len(found) < MOST:
            for length in _lengths(text, start):
                if start + length in ends:
                    read(start + length, [*done, text[start : start + length]])

    if 0 in ends:
        read(0, [])
    return found or [text]


def _lengths(text, start):
    """Lengths of the syllables that begin at ``start``, longest first; what reaches the end may be the beginning of one."""
    rest = text[start : start + LONGEST]
    known = _syllables()
    for length in range(len(rest), 0, -1):
        head = rest[:length]
        last = start + length == len(text)
        if head in known or (last and any(one.startswith(head) for one in known)):
            yield length
