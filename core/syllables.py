"""Pinyin as people type it, without blanks, cut into syllables: wangxiaoer -> wang xiao er."""

from .pinyin import dictionary

LONGEST = 6
MOST = 4
"""Readings tried of one input; xian may be xi an."""


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
    known = dictionary().all_readings
    for length in range(len(rest), 0, -1):
        head = rest[:length]
        last = start + length == len(text)
        if head in known or (last and any(one.startswith(head) for one in known)):
            yield length
