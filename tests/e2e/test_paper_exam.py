"""An exam on paper by its screens: drawn and downloaded, filled in, looked at, registered; and what an editor allows beside it."""

import re

import pytest

import quizzes.services
from quizzes import analysis, rooms
from quizzes.models import Attempt, PrintedPaper, Question
from tests.e2e.shots import shoot
from tests.training import house

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def class_(world):
    items = [
        {"key": f"e{n}", "kind": "true_false", "topic": "纸", "stem": f"第{n}句", "options": [], "answer": True}
        for n in range(2)
    ]
    quizzes.services.load_questions(items)
    rows = [{"keys": ["e0", "e1"], "draw": 2, "points": 50}]
    quiz = quizzes.services.ensure_quiz("paper", {"title": "结业考试", "minutes": 30, "blueprint": rows})
    return house.opened(world, members=house.make_people(2, world.alpha), exam_quiz=quiz)


def test_a_trainer_prints_takes_in_and_registers(world, class_, open_page):
    page = open_page(world.jia_trainer, phone=False)
    page.goto(f"/desk/rounds/{class_.pk}/")
    page.get_by_role("link", name="纸笔考试").click()
    page.get_by_role("button", name="出一份纸卷").click()
    page.get_by_role("button", name="再出一份").wait_for()
    printed = PrintedPaper.objects.get()
    shoot(page, "paper-exam")
    for name in ("试卷", "答题卡"):
        with page.expect_download() as download:
            page.get_by_role("link", name=re.compile(rf"^{name}\s*{printed.code}$")).click()
        assert download.value.suggested_filename == f"结业考试-{name}-{printed.code}.pdf"
    with page.expect_download() as download:
        page.get_by_role("button", name="答案").click()
    assert "答案" in download.value.suggested_filename
    lines = ["序号,姓名,总分,第1题,第2题", "1,学员1,,对,对", "2,路人,,对,错"]
    sheet = {"name": "成绩.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode("utf-8-sig")}
    page.locator("input[type=file]").set_input_files(sheet)
    page.get_by_role("button", name="上传，看看会怎样").click()
    page.get_by_text("还没有写入").wait_for()
    assert "名单上 2 号不是“路人”" in page.locator("main").inner_text()
    shoot(page, "paper-scores")
    page.get_by_role("button", name="确认，登记成绩").click()
    page.get_by_text("已经登记").wait_for()
    assert Attempt.objects.get().score == 100


def test_an_editor_prints_allows_and_reads_the_figures(world, class_, open_page):
    quiz, question = class_.exam_quiz, Question.objects.get(key="e0")
    rooms.allow(quiz, [(world.wang.person, "")], extra_minutes=10, reason="右手受伤，打字慢", actor=world.city)
    attempt = quizzes.services.start_attempt(quiz, world.wang.person, "x")
    quizzes.services.finish(attempt, world.wang.person)
    analysis.begin(quiz, world.city)
    page = open_page(world.city, phone=False)
    for path, name, word in (
        (f"/desk/papers/{quiz.pk}/prints/", "paper-prints", "还没有出过纸卷"),
        (f"/desk/papers/{quiz.pk}/allowances/", "paper-allowances", "右手受伤"),
        (f"/desk/questions/{question.pk}/", "question-figures", "难度 p"),
    ):
        page.goto(path)
        page.get_by_text(re.compile(word)).first.wait_for()
        shoot(page, name)
