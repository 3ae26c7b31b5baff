"""讲师资料: every document is drawn, says nothing forbidden, and is seen by who teaches only."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from core import markdown
from core.exceptions import DomainError
from core.page_guards import forbidden_phrase
from ledger.models import Kind
from tests.training import house
from training import kit_slides, kits

pytestmark = [pytest.mark.one_engine, pytest.mark.usefixtures("fonts")]

EVERY = [(kit, document) for kit in kits.kits().values() for document in kit.documents]
ANSWERED = {"jizhong": "别让它跑到下一道", "hangye": "查完不是，当场把", "neishen": "断在 D"}
"""A sentence of each kit's answers."""


def words_of(content):
    document = PdfReader(BytesIO(content))
    return re.sub(r"\s", "", "".join(page.extract_text() for page in document.pages)), len(document.pages)


def test_each_kit_has_what_a_classroom_needs():
    assert {kit.kind: kit.slug for kit in kits.kits().values()} == {
        Kind.CONCENTRATED: "jizhong",
        Kind.INDUSTRY: "hangye",
        Kind.INTERNAL_AUDITOR: "neishen",
    }
    for kit in kits.kits().values():
        needed = {"agenda", "roster", "survey", "answers"} | (
            {"slides", "notes", "sheet"} if kit.kind != "K7" else set()
        )
        assert needed <= {document.key for document in kit.documents}, kit.slug


@pytest.mark.parametrize(("kit", "document"), EVERY, ids=[f"{kit.slug}-{document.key}" for kit, document in EVERY])
def test_a_document_is_drawn(kit, document):
    words, pages = words_of(kits.drawn(kit.slug, document.key))
    assert document.title in words or document.form == "slides"
    assert forbidden_phrase(words) is None
    assert ("只给讲师" in words) == document.answers
    assert (re.sub(r"\s", "", ANSWERED[kit.slug]) in words) == document.answers
    if document.form == "slides":
        assert pages == 1 + len(kit_slides.slides(document))
    if document.sheets:
        assert pages == len(markdown.sections(document.source.body))


def test_every_slide_is_said_something_to():
    for kit, document in EVERY:
        if document.form == "slides":
            for one in kit_slides.slides(document):
                assert one.pieces and len(one.said) >= 20, (kit.slug, one.title)


def test_a_slide_with_too_much_on_it_is_named():
    source = markdown.Source("x", {"lead": "一句"}, "## 太多\n\n" + "\n".join(f"- 第 {n} 样" for n in range(30)))
    with pytest.raises(DomainError) as refusal:
        kit_slides.draw(kits.Document(kit="试", key="x", title="课件", form="slides", source=source))
    assert (refusal.value.code, "太多" in refusal.value.sentence) == ("kit.slide", True)


def test_the_units_of_the_auditor_course_have_their_answers():
    answers = next(document for kit, document in EVERY if kit.slug == "neishen" and document.answers)
    told = [heading.split()[0] for heading in markdown.sections(answers.source.body)]
    assert told == [f"U{n}" for n in range(12)]


@pytest.mark.django_db
def test_who_teaches_finds_the_kit_and_nobody_else_does(world, client_of):
    round_ = house.planned(world, trainers=[world.jia_trainer.person])
    file = reverse("desk:kit-file", args=["neishen", "answers"])
    for name in ("jia_trainer", "city"):
        visitor = client_of(getattr(world, name))
        page = visitor.get(reverse("desk:kits")).content.decode()
        assert file in page and "/study/handouts/neishen/" in page
        answer = visitor.get(file)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert (
        f"{reverse('desk:kits')}#kit-neishen"
        in client_of(world.jia_trainer).get(reverse("desk:round", args=[round_.pk])).content.decode()
    )
    for name in ("wang", "alpha_contact", "xiqing"):
        for here in (file, reverse("desk:kits")):
            assert client_of(getattr(world, name)).get(here).status_code == 404, name
    # Named as trainer of one round, without any appointment.
    round_.trainers.add(world.wang.person)
    assert client_of(world.wang).get(file).status_code == 200
    assert client_of(world.wang).get(reverse("desk:kit-file", args=["neishen", "nothing"])).status_code == 404
