"""Questions of the bank on their way out: as items of the exchange, with what each format cannot carry."""

from django.utils.translation import gettext_lazy as _

from core.spreadsheets import CONTENT_TYPE

from .bank import FACTS
from .exchange import gift_writing, moodle_writing, sheet_writing
from .exchange.rows import Image

FORMATS = {
    "sheet": (_("Excel 表格"), sheet_writing, "xlsx", CONTENT_TYPE),
    "gift": ("Moodle GIFT", gift_writing, "gift.txt", "text/plain; charset=utf-8"),
    "moodle": ("Moodle XML", moodle_writing, "xml", "application/xml"),
}
"""{format: (label, writer, ending, content type)}."""


def items(revisions, *, with_pictures=True):
    """Revisions (with question and picture) as items of ``bank.load_questions``, in the order of topic and key.

    ``image`` is the picture's rows.Image (without bytes when ``with_pictures`` is False), or None.
    """
    found = []
    for revision in sorted(revisions, key=lambda one: (one.question.topic, one.question.key)):
        item = {
            "key": revision.question.key,
            "kind": revision.kind,
            "stem": revision.stem,
            "options": revision.options,
            "answer": revision.answer,
            "explanation": revision.explanation,
            "picture_alt": revision.picture_alt,
            "image": _image(revision.picture, with_pictures) if revision.picture_id else None,
        }
        found.append(item | {name: getattr(revision.question, name) for name in FACTS})
    return found


def _image(picture, with_bytes):
    name = picture.file.name.rsplit("/", 1)[-1]
    if not with_bytes:
        return Image(name, b"")
    with picture.file.open("rb") as file:
        return Image(name, file.read())


def losses(found):
    """{format: [sentences]}: what each format would lose of these items. Said before anything is written."""
    return {name: list(writer.lost(found)) for name, (_label, writer, _ending, _type) in FORMATS.items()}
