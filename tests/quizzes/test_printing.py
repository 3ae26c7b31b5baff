"""A paper on paper: what is printed is what is scored, the key is apart, and what comes back is graded as online."""

import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from core.exceptions import DomainError
from core.models import AuditRecord
from quizzes import on_paper, paper_pdf, printing, regrading, services
from quizzes.kinds import KINDS
from quizzes.models import Attempt, PrintedPaper, QuestionRevision

from .conftest import CASE, CONTEXT, SECRET, SHORT, question, refused

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

OTHERS = [
    question("f0", "fill", [["首件"], ["五", "5"]], stem="第一件叫 ___，问 ___ 个为什么。", options=[]),
    question("n0", "numeric", {"value": "20.05", "tolerance": "0", "unit": "mm"}, stem="最大是多少？", options=[]),
    question("a0", "matching", (1, 0, 2), options={"left": ["甲", "乙", "丙"], "right": ["子", "丑", "寅"]}),
    question("o0", "ordering", (2, 0, 1), options=["中", "后", "先"]),
]


@pytest.fixture
def every_kind(bank):
    """Two single, one multiple and true/false, the four others, a short answer of 10 and a case of 30 points."""
    services.load_questions([*OTHERS, SHORT, CASE])
    keys = ["c1", "s0", "w1", "o0", "t1", "m0", "a0", "n0", "f0", "s1"]
    blueprint = [{"keys": [key], "draw": 1, "points": {"c1": 30, "w1": 10}.get(key, 5)} for key in keys]
    return services.ensure_quiz("paper", {"title": "结业考试", "blueprint": blueprint, "pass_percent": 60})


@pytest.fixture
def printed(every_kind, markers):
    return printing.draw(every_kind, markers[0], context="round:1", heading="示例班")


def cells(printed):
    """{position: what somebody who knows everything writes on the sheet}, as it is typed into a cell."""
    words = {}
    for position, (item, key) in enumerate(zip(printed.paper, printed.key, strict=True), start=1):
        kind, answer = item["kind"], key["answer"]
        if kind in ("single", "multiple", "matching"):
            words[position] = "".join("ABCD"[place] for place in answer)
        elif kind == "true_false":
            words[position] = "对" if answer == [0] else "×"
        elif kind == "fill":
            words[position] = "首件 | ５"
        elif kind == "numeric":
            words[position] = "20.05 mm"
        elif kind == "ordering":
            words[position] = " ".join("ABC"[answer.index(rank)] for rank in (1, 2, 3))
        else:
            words[position] = str(item["points"])
    return words


def text_of(content):
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split()), len(pages)


def test_what_was_drawn_is_frozen_grouped_by_kind_and_told_by_its_code(printed, every_kind, markers):
    assert [item["kind"] for item in printed.paper] == sorted(
        (item["kind"] for item in printed.paper), key=list(KINDS).index
    )
    again = printing.draw(every_kind, markers[0])
    assert again.code != printed.code
    paper = printed.paper
    services.load_questions([question("s0", stem="改过的题干")])
    assert PrintedPaper.objects.get(pk=printed.pk).paper == paper
    assert list(AuditRecord.objects.filter(action="paper.print").values_list("actor", flat=True)) == [markers[0].pk] * 2


def test_the_paper_and_the_sheet_hold_no_key_and_the_key_holds_all(printed):
    paper, pages = text_of(paper_pdf.paper(printed))
    assert printed.code in paper and "示例班" in paper and f"第{pages}页，共{pages}页" in paper
    assert all(item["stem"].split("___")[0].split()[0][:6] in paper for item in printed.paper)
    assert "一、单选题（2道，每道5分，共10分）" in paper and "姓名" in paper and "座位" in paper
    sheet, _pages = text_of(paper_pdf.sheet(printed))
    assert printed.code in sheet and "字母" in sheet and "是不是不符合" in sheet
    key, _pages = text_of(paper_pdf.key(printed))
    for secret in ("20.05mm", "7.1.5（50%）", "首件检验要记录"):
        assert secret in key
        assert secret not in paper and secret not in sheet
    assert SECRET not in paper + sheet + key


def test_what_comes_back_is_graded_as_online_and_once(printed, learner, markers):
    given = cells(printed) | {10: "24"}
    attempt, is_new = printing.hand_in(printed, learner, CONTEXT, given, actor=markers[0])
    assert (is_new, attempt.score, attempt.max_score, attempt.passed) == (True, Decimal(74), Decimal(80), True)
    assert attempt.paper == printed.paper and attempt.printed == printed
    assert printing.hand_in(printed, learner, CONTEXT, given, actor=markers[1]) == (attempt, False)
    with refused("paper.other_answers"):
        printing.hand_in(printed, learner, CONTEXT, given | {1: "A" if given[1] == "D" else "D"}, actor=markers[0])
    with refused("paper.other_answers"):
        printing.hand_in(printed, learner, CONTEXT, given | {10: "30"}, actor=markers[0])
    assert Attempt.objects.get().score == Decimal(74)
    assert AuditRecord.objects.filter(action="attempt.from_paper").count() == 1


def test_paper_and_online_do_not_overwrite_each_other(printed, every_kind, learner, markers):
    online = services.start_attempt(every_kind, learner, CONTEXT)
    with refused("paper.writing"):
        printing.hand_in(printed, learner, CONTEXT, cells(printed), actor=markers[0])
    services.finish(online, learner)
    with refused("paper.sat_already"):
        printing.hand_in(printed, learner, CONTEXT, cells(printed), actor=markers[0])
    resit, _new = printing.hand_in(printed, learner, CONTEXT, cells(printed), actor=markers[0], resit=True)
    assert (resit.number, resit.score) == (2, Decimal(80))
    elsewhere, _new = printing.hand_in(printed, learner, "registration:9", {1: "A"}, actor=markers[0])
    assert elsewhere.number == 1


@pytest.mark.parametrize(
    ("position", "text", "code"),
    [
        (1, "E", "answer.option"),
        (1, "AB", "answer.one_only"),
        (3, "ABA", "answer.duplicate"),
        (4, "也许", "answer.option"),
        (6, "很多", "answer.number"),
        (6, "20.05 kg", "answer.unit"),
        (7, "ABCD", "answer.option"),
        (9, "10.5", "paper.points"),
        (9, "NaN", "paper.points"),
        (10, "-1", "paper.points"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(printed, learner, markers, position, text, code):
    with pytest.raises(DomainError) as caught:
        printing.hand_in(printed, learner, CONTEXT, cells(printed) | {position: text}, actor=markers[0])
    assert (caught.value.code, caught.value.params["position"]) == (code, position)
    assert not Attempt.objects.exists()


def test_many_ways_to_write_an_answer(printed):
    def read(position, text):
        return on_paper.responses(printed.paper, {position: text})[0].get(position)

    assert [read(1, text) for text in ("ｂ", " B。", "-", "")] == [[1], [1], None, None]
    assert [read(3, text) for text in ("BC", "c、b", "B C")] == [[1, 2]] * 3
    assert [read(4, text) for text in ("√", "正确", "F", "错")] == [[0], [0], [1], [1]]
    assert read(7, "1B 2- 3A") == [1, None, 0]
    assert read(8, "C→A") == [2, None, 1]


def test_a_regrade_reaches_papers_that_are_still_to_come_back(printed, learner, other, markers):
    services_before, _new = printing.hand_in(printed, other, CONTEXT, cells(printed) | {1: "-"}, actor=markers[0])
    revision = QuestionRevision.objects.get(pk=printed.paper[0]["revision"])
    regrading.apply(regrading.plan(markers[0], revision, "full", None, "选项印错了"), markers[0])
    services_before.refresh_from_db()
    assert services_before.score == Decimal(80)
    printed.refresh_from_db()
    late, _new = printing.hand_in(printed, learner, CONTEXT, cells(printed) | {1: "-"}, actor=markers[0])
    assert late.score == Decimal(80)


def test_who_gets_which_file(printed, markers, learner):
    def door(user, name, post=False):
        client = Client()
        client.force_login(user)
        return getattr(client, "post" if post else "get")(reverse(f"desk:{name}", args=[printed.pk]))

    for name in ("print-paper", "print-sheet"):
        answer = door(markers[1], name)
        assert answer.content.startswith(b"%PDF") and answer.headers["Cache-Control"] == "no-store"
        assert door(learner.user, name).status_code == 404
    assert door(markers[1], "print-key").status_code == 302
    assert not AuditRecord.objects.filter(action="paper.key").exists()
    assert door(learner.user, "print-key", post=True).status_code == 404
    assert door(markers[1], "print-key", post=True).content.startswith(b"%PDF")
    assert AuditRecord.objects.get(action="paper.key").actor == markers[1]


def test_the_list_of_a_quiz_draws_another_and_says_what_is_missing(every_kind, markers, django_assert_num_queries):
    client = Client()
    client.force_login(markers[0])
    here = reverse("desk:paper-prints", args=[every_kind.pk])
    assert "还没有出过纸卷" in client.get(here).content.decode()
    client.post(here)
    with django_assert_num_queries(5):
        client.get(here)
    client.post(here)
    client.post(here)
    with django_assert_num_queries(5):
        page = client.get(here).content.decode()
    assert all(code in page for code in PrintedPaper.objects.values_list("code", flat=True))
    every_kind.blueprint = [{"keys": ["weg"], "draw": 1, "points": 5}]
    every_kind.save()
    assert "题库里合适的只有 0 道" in client.post(here, follow=True).content.decode()
