"""Text as people paste it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.exceptions import DomainError
from core.text import mask_name, mask_phone, normalise, normalise_name, normalise_phone


@pytest.mark.parametrize(
    "typed",
    ["13800001234", " 138 0000 1234 ", "138-0000-1234", "+86 13800001234", "0086-13800001234", "8613800001234",
     "１３８００００１２３４", "(138)00001234", "+8613800001234"],
)  # fmt: skip
def test_a_phone_typed_any_way_is_eleven_digits(typed):
    assert normalise_phone(typed) == "13800001234"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        None,
        "1380000123",
        "138000012345",
        "12800001234",
        "23800001234",
        "022-23123456",
        "1380000123O",
        "86138000012",
    ],
)
def test_what_is_not_a_mobile_number_is_refused_with_the_mend(typed):
    with pytest.raises(DomainError) as refusal:
        normalise_phone(typed)
    assert refusal.value.code == "phone.invalid"
    assert "11 位" in refusal.value.sentence


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_normal_phone_stays_as_it_is(phone):
    assert normalise_phone(phone) == phone
    assert mask_phone(phone) == phone[:3] + "****" + phone[7:]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" 张 三 ", "张三"),
        ("张　三", "张三"),
        ("买买提•艾力", "买买提·艾力"),
        ("买买提・艾力", "买买提·艾力"),
        ("买买提．艾力", "买买提·艾力"),
        ("John  Smith", "John Smith"),
        ("𬭎 喆", "𬭎喆"),
        ("", ""),
        (None, ""),
    ],
)
def test_names_are_compared_without_stray_blanks_and_with_one_kind_of_dot(typed, name):
    assert normalise_name(typed) == name


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("", ""),
        ("张", "*"),
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳小锋", "欧**锋"),
        ("买买提·艾力", "买买提·***"),
    ],
)
def test_masked_names(name, masked):
    assert mask_name(name) == masked


@given(st.text(alphabet="张王李赵欧阳小锋", min_size=2, max_size=8))
def test_a_mask_hides_something_and_tells_no_length_beyond_four(name):
    assert "*" in mask_name(name)
    assert len(mask_name(name)) <= 4


def test_an_empty_phone_stays_empty():
    assert mask_phone("") == mask_phone(None) == ""


def test_normalise_makes_full_width_half_width():
    assert normalise(" ＡＢ　１２\n\t３ ") == "AB 12 3"
