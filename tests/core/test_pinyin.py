"""Readings of names: the dictionary's own, in a fraction of its memory."""

import random

import pytest

from core.pinyin import initials, sort_key

pytestmark = pytest.mark.one_engine


def test_readings_are_those_of_the_package():
    import pypinyin  # 55 MB that no other test needs
    from pypinyin import Style, phrases_dict

    words = list(phrases_dict.phrases_dict)
    dice = random.Random(7)
    between = ["", "", "，", "ABC-1", "（示例）", "〇", "豈", "𡋾", "𬭎", "⺀a"]
    texts = [
        "".join(dice.choice(words)[dice.randrange(2) :] + dice.choice(between) for _part in "123") for _ in range(1000)
    ]
    texts += ["朝阳", "那些", "行长", "长行程", "重庆银行重新装行李", "一了百了", "", " "]

    for text in texts:
        assert initials(text) == "".join(pypinyin.lazy_pinyin(text, style=Style.FIRST_LETTER)).lower()
        # 仉 is read as the surname it is; the rest as the package reads it.
        assert (
            sort_key(f"仉{text}")
            == " ".join(["zhang", *pypinyin.lazy_pinyin(text.strip()), f"仉{text.strip()}"]).lower()[:120]
        )
