"""大中小微 by the table of 工信部联企业〔2011〕300号 and 2017: each edge, both limits, and what is not known."""

import pytest

from core.exceptions import DomainError
from enterprises.industry import check_industry, section_of
from enterprises.models import RevenueBand, SizeClass
from enterprises.size_class import ASSETS, REVENUE, SECTORS, sector_of, size_of

L, M, S, X, U = SizeClass.LARGE, SizeClass.MEDIUM, SizeClass.SMALL, SizeClass.MICRO, SizeClass.UNKNOWN

TABLE = [
    # industry code, employees, revenue band (万元), class
    ("3670", 1000, 40000, L),
    ("3670", 999, 40000, M),
    ("3670", 1000, 30000, M),
    ("3670", 300, 2000, M),
    ("3670", 299, 40000, S),
    ("3670", 5000, 1000, S),
    ("3670", 20, 300, S),
    ("3670", 19, 100000, X),
    ("3670", 5000, 200, X),
    ("2437", 10, None, X),
    ("2437", None, 200, X),
    ("2437", 50, None, U),
    ("2437", None, 2000, U),
    ("2437", None, None, U),
    ("01", None, 20000, L),
    ("01", 9999, 500, M),
    ("01", None, 50, S),
    ("01", None, 0, X),
    ("4710", 500, 200, X),  # construction: revenue below 300 settles it
    ("4710", 500, 300, U),  # else assets are needed
    ("51", 200, 40000, L),
    ("51", 20, 5000, M),
    ("51", 5, 1000, S),
    ("51", 4, 40000, X),
    ("52", 49, 20000, S),
    ("52", 10, 100, S),
    ("54", 300, 3000, M),
    ("5910", 300, 3000, M),
    ("5920", 300, 3000, M),
    ("5920", 99, 3000, S),
    ("59", 300, 3000, U),
    ("60", 300, 2000, M),
    ("61", 100, 2000, M),
    ("63", 2000, 100000, L),
    ("6510", 300, 10000, L),
    ("6510", 10, 50, S),
    ("6510", 10, 0, X),
    ("7020", 300, 1000, M),
    ("7020", 99, 1000, X),
    ("7010", 300, 50, X),
    ("7010", 300, 1000, U),
    ("72", 9, None, X),
    ("72", 100, 1000, U),
    ("8112", 300, None, L),
    ("8112", 99, None, S),
    ("85", 9, None, X),
    ("66", 300, 1000, U),  # finance has no line here
    ("53", 300, 1000, U),
    ("", 300, 1000, U),
]


@pytest.mark.parametrize(("code", "employees", "revenue", "expected"), TABLE)
def test_size(code, employees, revenue, expected):
    verdict = size_of(code, employees, revenue)
    assert verdict.size == expected
    assert bool(verdict.sentence) == (expected == U)


def test_every_limit_that_decides_is_the_edge_of_a_band():
    for sector in SECTORS:
        if ASSETS not in sector.limits:
            assert set(sector.limits.get(REVENUE, ())) <= set(RevenueBand.values), sector.name


def test_what_is_missing_is_named():
    assert "营业收入" in size_of("3670", 50, None).sentence
    assert "资产" in size_of("4710", 50, 300).sentence
    assert "3 位" in size_of("70", 50, 300).sentence


def test_every_code_has_one_sector_at_most():
    for division in range(1, 98):
        for group in range(10):
            code = f"{division:02}{group}"
            fitting = [sector for sector in SECTORS if any(a <= code[: len(a)] <= b for a, b in sector.ranges)]
            assert len(fitting) <= 1, code
            assert sector_of(code) == (fitting[0] if fitting else None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("3670", "3670"), ("C3670", "3670"), ("ｃ３６", "36"), (" 2437 ", "2437"), ("", ""), ("97", "97")],
)
def test_industry_codes_as_typed(typed, kept):
    assert check_industry(typed) == kept


@pytest.mark.parametrize(
    ("typed", "refusal", "words"),
    [
        ("3", "industry.format", "2 到 4 位"),
        ("36701", "industry.format", "2 到 4 位"),
        ("汽车", "industry.format", "3670"),
        ("0012", "industry.division", "00"),
        ("98", "industry.division", "01 到 97"),
        ("F3670", "industry.division", "门类 C"),
    ],
)
def test_wrong_industry_codes_say_what_to_do(typed, refusal, words):
    with pytest.raises(DomainError) as caught:
        check_industry(typed)
    assert caught.value.code == refusal
    assert words in caught.value.sentence


def test_divisions_without_a_gap():
    assert all(section_of(f"{number:02}") for number in range(1, 98))
    assert section_of("00") == section_of("98") == ""
