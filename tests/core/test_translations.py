"""The packages' Chinese in one catalogue: the same words as before, nothing to look through afterwards."""

import pytest
from django.conf import settings
from django.utils.translation import gettext, ngettext
from django.utils.translation.trans_real import DjangoTranslation, translation

from core import translations


@pytest.mark.parametrize(
    "message",
    ["This field is required.", "Enter a valid value.", "Save draft", "Publish", "Search", "Upload", "Images"],
)
def test_the_packages_words_stay(message):
    assert gettext(message) == DjangoTranslation(settings.LANGUAGE_CODE).gettext(message) != message


def test_a_sentence_of_ours_stays_itself():
    assert gettext("车间里遇到的事，照平时的话问") == "车间里遇到的事，照平时的话问"


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_plurals_stay(count):
    before = DjangoTranslation(settings.LANGUAGE_CODE)
    one, many = "%(num)d year", "%(num)d years"
    assert ngettext(one, many, count) == before.ngettext(one, many, count) != many


def test_there_is_one_catalogue():
    merged = translation(settings.LANGUAGE_CODE)
    assert merged._fallback is None
    assert len(merged._catalog._catalogs) == 1
    before = dict(merged._catalog.items())
    translations.merge(settings.LANGUAGE_CODE)
    assert dict(merged._catalog.items()) == before
