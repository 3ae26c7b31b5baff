"""An exam on paper: the sheet goes out with the names, comes back with answers or totals, and overwrites nothing."""

import io
import re
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

import quizzes.services
from core import clock, tables
from core.models import AuditRecord
from quizzes.models import Attempt
from tests.training import house
from training import closing, exams, paper_scores, resits
from training.models import Registration, Resit, Round, ScoreImport

pytestmark = pytest.mark.django_db


@pytest.fixture
def class_(world):
    """Three people of alpha; an exam of two statements and a short answer, 50 points in all."""
    items = [
        {"key": f"p{n}", "kind": "true_false", "topic": "纸", "stem": f"第{n}句", "options": [], "answer": True}
        for n in range(2)
    ]
    items.append({"key": "p9", "kind": "short", "topic": "纸", "stem": "写", "options": [], "answer": "写了"})
    quizzes.services.load_questions(items)
    rows = [{"keys": ["p0", "p1"], "draw": 2, "points": 15}, {"keys": ["p9"], "draw": 1, "points": 20}]
    quiz = quizzes.services.ensure_quiz("paper", {"title": "结业考试", "blueprint": rows})
    return house.opened(world, members=house.make_people(3, world.alpha), exam_quiz=quiz)


@pytest.fixture
def printed(world, class_):
    return paper_scores.draw(class_, actor=world.jia_trainer)


def csv(*lines, name="成绩.csv"):
    file = io.BytesIO("\n".join(lines).encode("utf-8-sig"))
    file.name = name
    return file


def sent(world, class_, *lines, printed=None, resit=False):
    """A sheet as it comes back: looked at."""
    return paper_scores.receive(class_, csv(*lines), printed=printed, resit=resit, actor=world.jia_trainer)


def told(batch):
    return [(what, score) for _line, what, _column, _sentence, score, _row in batch.outcome]


def marks(class_):
    return list(Registration.objects.filter(round=class_).order_by("sequence").values_list("mark", flat=True))


ASKED = "序号,姓名,总分,第1题,第2题,第3题（满分20）"


def test_the_sheet_goes_out_with_the_names_and_comes_back(world, class_, printed):
    content = paper_scores.template(class_, printed)
    lines = [cells for _line, cells in tables.read(io.BytesIO(content), "成绩.xlsx")]
    head = next(cells for cells in lines if "姓名" in cells)
    assert head == ["序号", "姓名", "手机号", "总分", "第1题", "第2题", "第3题（满分20）"]
    assert [cells[:2] for cells in lines if cells[0] in ("1", "2", "3")] == [
        ["1", "学员1"],
        ["2", "学员2"],
        ["3", "学员3"],
    ]
    batch = sent(world, class_, *(",".join(cells) for cells in lines), printed=printed)
    assert told(batch) == [("empty", "")] * 3


def test_answers_are_graded_once_and_the_mark_follows(world, class_, printed):
    lines = (ASKED, "1,学员1,,对,对,20", "2,学员2,35,对,×,20", ",学员3,,错,错,")
    batch = sent(world, class_, *lines, printed=printed)
    assert told(batch) == [("new", "50／50"), ("new", "35／50"), ("new", "0／50")]
    assert (Attempt.objects.count(), marks(class_)) == (0, [None] * 3)
    for _again in range(2):
        paper_scores.write(batch.pk, actor=world.jia_trainer)
        assert (Attempt.objects.count(), marks(class_)) == (3, [100, 70, 0])
    again = sent(world, class_, *lines, printed=printed)
    assert told(again) == [("same", "50／50"), ("same", "35／50"), ("same", "0／50")]
    paper_scores.write(again.pk, actor=world.jia_trainer)
    assert (Attempt.objects.count(), marks(class_)) == (3, [100, 70, 0])


def test_a_refused_line_says_column_and_mend_and_the_others_go_on(world, class_, printed):
    lines = (
        ASKED,
        "1,学员2,,对,对,20",
        "1,学员1,,对,也许,20",
        "2,学员2,50,对,×,20",
        ",路人,,对,对,20",
        "3,学员3,,对,对,25",
        "3,学员3,,对,对,20",
        "9999999999,学员3,,对,对,20",
    )
    batch = sent(world, class_, *lines, printed=printed)
    assert [(line, column) for line, _what, column, *_rest in batch.outcome if _what == "refused"] == [
        (2, "序号"),
        (3, "第2题"),
        (4, "总分"),
        (5, "姓名"),
        (6, "第3题（满分20）"),
        (7, "姓名"),
        (8, "序号"),
    ]
    assert all(re.search("请|删掉", sentence) for _l, _w, _c, sentence, _s, _r in batch.outcome)
    good = sent(world, class_, *lines[:2], "2,学员2,,对,×,20", printed=printed)
    paper_scores.write(good.pk, actor=world.jia_trainer)
    assert marks(class_) == [None, 70, None]


def test_totals_are_marks_with_a_trail_and_nothing_is_overwritten(world, class_):
    first = Registration.objects.get(round=class_, sequence=1)
    closing.enter_mark(first, Decimal(60), actor=world.jia_trainer)
    lines = ("姓名,总分", "学员1,90", "学员2,86.4", "学员3,101")
    batch = sent(world, class_, *lines)
    assert [what for what, _score in told(batch)] == ["refused", "new", "refused"]
    assert "已经有成绩 60 分" in batch.outcome[0][3]
    paper_scores.write(batch.pk, actor=world.jia_trainer)
    assert marks(class_) == [60, Decimal("86"), None]
    trail = AuditRecord.objects.filter(action="training.mark").latest("pk")
    assert (trail.changes["mark"], trail.reason, trail.actor) == ([None, "86"], "成绩.csv", world.jia_trainer)
    resit = sent(world, class_, "姓名,总分", "学员1,90", "学员2,50", resit=True)
    assert told(resit) == [("new", "90"), ("kept", "50")]
    paper_scores.write(resit.pk, actor=world.jia_trainer)
    first.refresh_from_db()
    assert (marks(class_), first.first_mark) == ([90, 86, None], 60)


def test_a_resit_that_came_out_no_higher_was_sat_all_the_same(world, class_):
    rows = list(Registration.objects.filter(round=class_).order_by("sequence")[:2])
    house.attend(world, class_)
    with clock.moved_to(house.after(class_, 1)):
        for row in rows:
            closing.enter_mark(row, Decimal(50), actor=world.jia_trainer)
        resits.open_for_all(class_.pk, actor=world.jia_trainer)
        batch = sent(world, class_, "姓名,总分", "学员1,50", "学员2,40", resit=True)
        assert [what for what, _score in told(batch)] == ["kept", "kept"]
        assert list(Resit.objects.values_list("mark", flat=True)) == [None, None]
        paper_scores.write(batch.pk, actor=world.jia_trainer)
        again = sent(world, class_, "姓名,总分", "学员1,50", "学员2,40", resit=True)
        assert [what for what, _score in told(again)] == ["same", "kept"]
    assert list(Resit.objects.order_by("registration__sequence").values_list("mark", flat=True)) == [50, 40]
    assert marks(class_)[:2] == [50, 50]
    assert AuditRecord.objects.filter(action="training.resit_mark").count() == 2


def test_a_result_from_online_stays_unless_this_is_a_resit(world, class_, printed):
    row = Registration.objects.get(round=class_, sequence=1)
    with clock.moved_to(house.after(class_, 0)):
        attempt = quizzes.services.start_attempt(class_.exam_quiz, row.person, exams.context_of(row))
        lines = (ASKED, "1,学员1,,对,对,20")
        assert "正在网上作答" in sent(world, class_, *lines, printed=printed).outcome[0][3]
        quizzes.services.finish(attempt, row.person)
    assert "已经有网上考试的成绩 0 分" in sent(world, class_, *lines, printed=printed).outcome[0][3]
    paper_scores.write(sent(world, class_, *lines, printed=printed, resit=True).pk, actor=world.jia_trainer)
    row.refresh_from_db()
    assert (row.mark, row.first_mark, Attempt.objects.count()) == (100, 0, 2)


def test_sheets_that_are_no_score_sheets(world, class_, printed, code_of):
    take = lambda *lines, **more: code_of(sent, world, class_, *lines, **more)  # noqa: E731
    assert take("姓名,手机", "学员1,1") == "score.columns"
    assert take("姓名,总分") == "score.rows"
    class_.exam_quiz = None
    assert take(ASKED, "1,学员1,,对,对,20", printed=printed) == "score.quiz"
    assert code_of(paper_scores.draw, class_, actor=world.jia_trainer) == "exam.none"
    class_.has_exam = False
    assert take("姓名,总分", "学员1,90") == "exam.none"
    batch = ScoreImport.objects.create(round=class_, file_name="x", uploaded_by=world.jia_trainer)
    assert code_of(paper_scores.write, batch.pk, actor=world.jia_trainer) == "score.nothing"


def test_letters_of_several_questions_may_share_a_column(world, class_, printed):
    batch = sent(world, class_, "姓名,1-2,3", "学员1,对对,20", "学员2,对-,", "学员3,对,20", printed=printed)
    assert told(batch) == [("new", "50／50"), ("new", "15／50"), ("refused", "")]
    assert batch.outcome[2][2] == "1-2"


def test_old_sheets_are_forgotten_what_they_wrote_stays(world, class_, printed):
    batch = sent(world, class_, ASKED, "1,学员1,,对,对,20", printed=printed)
    paper_scores.write(batch.pk, actor=world.jia_trainer)
    assert paper_scores.forget(clock.now()) == 1
    batch.refresh_from_db()
    assert (batch.rows, batch.outcome, marks(class_)[0]) == ([], [], 100)


def test_by_its_pages(world, class_, django_assert_num_queries):
    trainer = Client()
    trainer.force_login(world.jia_trainer)
    here = reverse("desk:paper-exam", args=[class_.pk])
    assert "出一份纸卷" in trainer.get(here).content.decode()
    trainer.post(here, {"act": "draw"})
    printed = paper_scores.prints(class_).get()
    with django_assert_num_queries(6):
        trainer.get(here)
    trainer.post(here, {"act": "draw"})
    trainer.post(here, {"act": "draw"})
    with django_assert_num_queries(6):
        page = trainer.get(here).content.decode()
    assert all(f"卷号 {row.code}：逐题登记的表" in page for row in paper_scores.prints(class_))
    answer = trainer.get(reverse("desk:paper-template", args=[class_.pk]), {"printed": printed.pk})
    assert answer.content.startswith(b"PK")
    assert trainer.post(here, {"act": "upload"}).status_code == 422
    sheet = csv(ASKED, "1,学员1,,对,对,20", "2,路人,,对,对,20")
    answer = trainer.post(here, {"printed": printed.pk, "file": sheet})
    batch = ScoreImport.objects.get()
    there = reverse("desk:paper-scores", args=[class_.pk, batch.pk])
    assert answer.url == there
    page = trainer.get(there).content.decode()
    assert "确认，登记成绩" in page and "名单上 2 号不是“路人”" in page
    refused = trainer.get(reverse("desk:paper-refused", args=[class_.pk, batch.pk])).content
    assert any("名单上 2 号不是“路人”" in cells[0] for _line, cells in tables.read(io.BytesIO(refused), "x.xlsx"))
    trainer.post(there, {"act": "look"})
    assert "登记 1 人" in trainer.post(there, {"act": "write"}, follow=True).content.decode()
    assert marks(class_) == [100, None, None]
    # A paper of another round cannot be named here.
    other = house.opened(world, members=[], title="别的班", exam_quiz=class_.exam_quiz)
    foreign = paper_scores.draw(other, actor=world.jia_trainer)
    assert trainer.post(here, {"printed": foreign.pk, "file": csv(ASKED, "1,学员1,,对,对,20")}).status_code == 404
    Round.objects.filter(pk=class_.pk).update(exam_quiz=None)
    trainer.post(here, {"act": "draw"})
    assert paper_scores.prints(class_).count() == 3
