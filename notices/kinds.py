"""The kinds of messages there are. An app that has something to say registers its kinds in ``AppConfig.ready()``."""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core.exceptions import DomainError

KINDS = {}
"""{key: Kind}, in the order of registration."""

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Kind:
    """What a message of this kind says when no editor has worded it otherwise.

    ``sample`` maps each word in braces that may be used to an example. ``sms`` empty: never a text message. ``urgent``: also at
    night, and never gathered into a digest.
    """

    key: str
    label: str
    title: str
    body: str
    sms: str = ""
    urgent: bool = False
    sample: dict = field(default_factory=dict)


def register(*kinds):
    """Make kinds known."""
    for kind in kinds:
        KINDS[kind.key] = kind


def fill(text, words):
    """A wording with its words in braces put in; a word nobody knows stays as it is, so that it is seen."""
    return _PLACE.sub(lambda found: str(words.get(found[1], found[0])), str(text))


def check_wording(kind, *texts):
    """Raises DomainError ``notice.word`` when a text uses a word in braces that this kind does not have."""
    allowed = {"name", *kind.sample}
    for text in texts:
        for word in _PLACE.findall(text):
            if word not in allowed:
                raise DomainError(
                    "notice.word",
                    _("没有“{%(word)s}”这个词，可以用的有：%(list)s。")
                    % {"word": word, "list": "、".join(f"{{{one}}}" for one in sorted(allowed))},
                )
