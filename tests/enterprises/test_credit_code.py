"""统一社会信用代码: right ones pass however they are typed, wrong ones say where to look."""

import pytest

from core.exceptions import DomainError
from enterprises.credit_code import check_code

RIGHT = [
    "914403001922038216",
    "91110108551385082Q",
    "9144030071526726XG",
    "91440300708461136T",
    "91330100799655058B",
    "91110000600037341L",
    "91350100M000100Y43",
    "51420000MJH2003604",
    "91120116MA0TE5T081",
    "91120113MA0TE5T08M",
    "91120114MA0TE5T084",
    "91120112MA0TE5T087",
]
WRONG = [
    ("914403001922038217", "code.check", "第 9 到 17 位自身对得上"),
    ("914403001922083216", "code.check", "请重点核对第 9 到 17 位"),  # two neighbours swapped
    ("91350100M000100Y4Z", "code.alphabet", "第 18 位是 Z，是不是 2"),
    ("91440300192203821O", "code.alphabet", "第 18 位是 O，是不是 0"),
    ("91440300192203821", "code.length", "您填了 17 位"),
    ("9144030019220382166", "code.length", "您填了 19 位"),
    ("91A40300192203821X", "code.format", "第 3 到 8 位"),
]


@pytest.mark.parametrize("code", RIGHT)
def test_right_codes_pass(code):
    assert check_code(code) == code


@pytest.mark.parametrize(
    "typed", ["９１１２０１１２MA0TE5T087", "91120112 MA0TE5T087", "91120112-ma0te5t087", " 91120112MA0TE5T087\n"]
)
def test_as_people_type_it(typed):
    assert check_code(typed) == "91120112MA0TE5T087"


@pytest.mark.parametrize(("code", "refusal", "words"), WRONG)
def test_wrong_codes_say_where_to_look(code, refusal, words):
    with pytest.raises(DomainError) as caught:
        check_code(code)
    assert caught.value.code == refusal
    assert words in caught.value.sentence
