"""Certificate numbers, tokens and codes: how they are made and how what people type is compared with them."""

import re
import secrets
import unicodedata

from stdnum.iso7064 import mod_37_36

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32 characters: no I, L, O, U, so a misread one can be put right."""
TOKEN_LENGTH = 27
"""27 × 5 = 135 random bits."""
CODE_LENGTH = 8

_LOOKALIKE = str.maketrans("OILU", "011V")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Z]")


def new_token():
    """A random token of 135 bits; its first eight characters are the printed check code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def plain(text):
    """Upper-case letters and digits only: full width made half width, blanks and dashes of every kind dropped."""
    return _NOT_ALPHANUMERIC.sub("", unicodedata.normalize("NFKC", text or "").upper())


def comparable(text):
    """``plain`` with the characters people confuse made one: O and 0; I, L and 1; U and V."""
    return plain(text).translate(_LOOKALIKE)


def check_character(text):
    """ISO/IEC 7064 MOD 37,36 over all letters and digits of ``text``."""
    return mod_37_36.calc_check_digit(plain(text))


def number_of(series_key, serial):
    """``TJXW-NSY-2026-012`` and 34 -> ``TJXW-NSY-2026-012-0034-`` and its check character."""
    stem = f"{series_key}-{serial:04d}"
    return f"{stem}-{check_character(stem)}"


def is_number(text):
    """Whether the check character fits, however the number's dashes, blanks and case are typed."""
    return mod_37_36.is_valid(plain(text))
