"""讲师资料: what a trainer takes into the classroom, drawn from files. A folder of ``content/kits`` is a kit: ``kit.yaml`` and its sources.

Who sees it: who teaches (``may_teach``). Model answers and the answers to pre-tests are among it, so no page of the site links to
a file of it but the 工作台.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.apps import apps
from django.utils.translation import gettext as _

from core import markdown, registry
from enterprises.policies import rights_of

from . import kit_pdf
from .models import Round


def _slides(document):
    from . import kit_slides  # and with it the PDF library

    return kit_slides.draw(document)


FORMS = {
    "slides": _slides,
    "notes": kit_pdf.notes,
    "page": kit_pdf.page,
    "roster": kit_pdf.roster,
    "survey": kit_pdf.survey,
}
"""How a document is drawn: each is ``f(document) -> bytes``."""


@dataclass(frozen=True)
class Document:
    """One file of a kit. ``sheets``: each ``##`` begins a new page; ``answers``: for trainers, so it is marked as such."""

    kit: str
    key: str
    title: str
    form: str
    note: str = ""
    source: markdown.Source | None = None
    sheets: bool = False
    answers: bool = False

    @property
    def file_name(self):
        return f"{self.kit}_{self.title}.pdf"


@dataclass(frozen=True)
class Kit:
    slug: str
    title: str
    kind: str
    summary: str
    documents: tuple = ()


def may_teach(user):
    """Organisers' staff, the city, and who is named as trainer of any round. One query for who has no appointment."""
    rights = rights_of(user)
    if rights.city or rights.organisers:
        return True
    return bool(rights.person_id) and Round.objects.filter(trainers=rights.person_id).exists()


@cache
def kits():
    """{slug: Kit} in the order of their files' ``place``; read once a process, for the files come with the code."""
    folder = Path(apps.get_app_config("training").path) / "content" / "kits"
    heads = [(file.parent, yaml.safe_load(file.read_text(encoding="utf-8"))) for file in folder.glob("*/kit.yaml")]
    return {path.name: _kit(path, head) for path, head in sorted(heads, key=lambda one: one[1]["place"])}


def _kit(path, head):
    documents = []
    for item in head["documents"]:
        source = item.pop("source", None)
        documents.append(Document(kit=head["title"], source=markdown.read(path / source) if source else None, **item))
    return Kit(path.name, head["title"], head["kind"], head["summary"], tuple(documents))


def kit_for(kind):
    """The kit for a kind of training, None when there is none."""
    return next((kit for kit in kits().values() if kit.kind == kind), None)


@cache
def drawn(slug, key):
    """The PDF of one document as bytes, None for a name that is not there; kept by the process, some 200 KB each.

    Raises DomainError ``pdf.…`` of core.pdf and ``kit.slide`` (a slide with more on it than fits).
    """
    kit = kits().get(slug)
    document = next((one for one in kit.documents if one.key == key), None) if kit else None
    return FORMS[document.form](document) if document else None


def named(slug, key):
    """(Kit, Document) of these names, (None, None) for others."""
    kit = kits().get(slug)
    document = next((one for one in kit.documents if one.key == key), None) if kit else None
    return (kit, document) if document else (None, None)


def handouts_for(kind):
    """Where the learners' handouts for a kind of training lie, '' when there are none. No query."""
    return next(filter(None, (says(kind) for says in registry.handouts_of_kind)), "")


def forms():
    """What each form of document is called."""
    return {
        "slides": _("幻灯片"),
        "notes": _("讲稿"),
        "page": _("A4 资料"),
        "roster": _("A4 空表"),
        "survey": _("A4 空表"),
    }
