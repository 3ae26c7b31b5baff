"""The checker of pages finds what it is there for."""

import pytest

from tests.suite.html import faults

SOUND = "<!doctype html><html><head><title>t</title></head><body><h1>t</h1>{}</body></html>"


@pytest.mark.parametrize(
    ("piece", "said"),
    [
        ("<p><ul><li>a</li></ul></p>", "unexpected-end-tag"),
        ("<div><span></div>", "end-tag"),
        ('<p id="a"></p><p id="a"></p>', "'a' stands twice"),
        ('<label for="b">b</label>', "'b', which is not there"),
        ('<button popovertarget="c">c</button>', "'c', which is not there"),
        ('<div hx-get="/"></div>', "data-hx-get"),
        ('<img src="x.png">', "without alt"),
        ('<input type="radio" autocomplete="off">', "does not know autocomplete"),
        ("<h1>u</h1>", "one h1"),
    ],
)
def test_a_fault_is_named(piece, said):
    assert any(said in fault for fault in faults(SOUND.format(piece)))


def test_a_sound_page_has_none():
    assert faults(SOUND.format('<label for="b">b</label><input id="b"><svg><use href="#x"/></svg>')) == []
