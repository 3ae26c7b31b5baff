"""A paper that survives its network: what was answered is sent when there is one again, in a real browser."""

import json
import re

import pytest

from quizzes import services
from quizzes.models import Answer, Attempt

from .shots import shoot

pytestmark = pytest.mark.django_db(transaction=True)

SAVE = re.compile(r"/quizzes/attempts/\d+/save/$")


def item(kind, stem, options, answer):
    return {"key": f"e-{kind}", "kind": kind, "topic": "检验", "stem": stem, "options": options, "answer": answer}


QUESTIONS = [
    item("single", "首件检验由谁来做？", ["操作工自检，检验员复检", "只由操作工做", "只由检验员做"], [0]),
    item("multiple", "哪些时候要做首件检验？", ["换班以后", "换模以后", "修好设备以后", "下班以前"], [0, 1, 2]),
    item(
        "ordering",
        "发现不合格品，先后怎么做？",
        ["停下来", "隔离并做标识", "报告班组长", "按评审意见处置"],
        [0, 1, 2, 3],
    ),
    item("matching", "表和用处配起来", {"left": ["首检记录", "点检表"], "right": ["看设备", "看第一件"]}, [1, 0]),
    item("fill", "不合格品要 ___ 存放。", [], [["隔离"]]),
    item("numeric", "五件里坏了一件，不良率是百分之几？", [], {"value": 20, "unit": "%"}),
    item("short", "说说巡检为什么不能攒到下班一起填。", [], {"model": "及时发现问题"}),
]


@pytest.fixture
def paper(site, world):
    """Wang's paper of seven questions of seven kinds, in the order above."""
    services.load_questions(QUESTIONS)
    rows = [{"keys": [one["key"]], "draw": 1, "points": 10} for one in QUESTIONS]
    facts = {"title": "车间检验小测", "minutes": 20, "blueprint": rows, "shuffle_questions": False}
    quiz = services.ensure_quiz("e2e", facts | {"shuffle_options": False})
    return services.start_attempt(quiz, world.wang.person, "lesson:1:v1:2026")


@pytest.fixture
def phone(open_page, world):
    page = open_page(world.wang)
    page.set_default_timeout(12_000)
    yield page
    page.problems[:] = [said for said in page.problems if "net::ERR" not in said and "409" not in said]


def open_paper(page, paper):
    """The page with the whole paper in it."""
    page.goto(f"/quizzes/attempts/{paper.pk}/?q=1")
    page.locator("fieldset[data-position]").nth(len(QUESTIONS) - 1).wait_for(state="attached")


def go_on(page):
    page.get_by_role("button", name=re.compile("下一题|做完了")).click()


def wait_for_answers(page, count):
    """Until the phone keeps nothing back, then as many answers as there should be."""
    for _try in range(150):
        if not page.evaluate("Object.keys(localStorage).some((key) => key.startsWith('quiz-queue'))"):
            break
        page.wait_for_timeout(100)
    assert Answer.objects.count() == count


def answer_everything(page):
    page.get_by_label("操作工自检").check()
    go_on(page)
    page.get_by_label("换班以后").check()
    page.get_by_label("换模以后").check()
    go_on(page)
    move_into_place(page)
    go_on(page)
    choose_matches(page)
    go_on(page)
    page.locator("input[type=text]:visible").fill("隔离")
    go_on(page)
    page.locator("input[type=text]:visible").fill("20")
    go_on(page)
    page.locator("textarea:visible").fill("当场看见的才改得了。")


def move_into_place(page):
    """The rows of the ordering question, by their buttons, into the order they were written in."""
    for text in ("停下来", "隔离并做标识", "报告班组长", "按评审意见处置"):
        button = page.get_by_role("button", name=f"把“{text}”往后移")
        while button.is_enabled():
            button.click()


def choose_matches(page):
    for number, words in enumerate(("看第一件", "看设备")):
        select = page.locator("select:visible").nth(number)
        select.select_option(select.locator("option", has_text=words).get_attribute("value"))


def test_a_whole_paper_without_a_network(site, phone, paper):
    open_paper(phone, paper)
    shoot(phone, "11-quiz")
    phone.context.set_offline(True)
    answer_everything(phone)
    phone.get_by_text("没网了，接着答，不会丢").wait_for()
    assert Answer.objects.count() == 0
    shoot(phone, "11-quiz-offline")
    phone.get_by_role("button", name="做完了，检查一遍").click()  # stays here: nothing has arrived yet
    assert phone.locator("textarea:visible").is_visible()
    phone.context.set_offline(False)
    wait_for_answers(phone, len(QUESTIONS))
    phone.get_by_role("button", name="做完了，检查一遍").click()
    phone.get_by_text("都答了，都存好了").wait_for()
    phone.get_by_text("看每题的回执").click()
    shown = phone.locator("tbody code").all_inner_texts()
    assert shown == list(Answer.objects.order_by("position").values_list("receipt", flat=True))
    phone.get_by_role("button", name="交卷").click()
    phone.get_by_text("等老师阅卷").wait_for()
    kept = dict(Answer.objects.values_list("position", "response"))
    assert kept[3] == paper.key[2]["answer"]
    assert (kept[1], kept[5], kept[6]) == ([0], ["隔离"], ["20"])


def test_every_fifth_save_failing_loses_nothing(site, phone, paper):
    open_paper(phone, paper)
    tried = []

    def fail_some(route):
        tried.append(route.request.post_data)
        if len(tried) % 5 == 1:
            route.abort()
        else:
            route.continue_()

    phone.route(SAVE, fail_some)
    answer_everything(phone)
    wait_for_answers(phone, len(QUESTIONS))  # with one still waiting the page rightly stays where it is
    phone.unroute(SAVE)
    go_on(phone)
    phone.get_by_text("都答了，都存好了").wait_for()
    assert len(tried) > len(QUESTIONS)


def test_what_was_being_typed_survives_the_browser_dying(site, phone, paper):
    open_paper(phone, paper)
    phone.locator("[data-goto='7']").click()
    phone.locator("textarea:visible").press_sequentially("写到一半")
    phone.evaluate("window.stop()")
    page = phone.context.new_page()  # no farewell from the first one
    phone.close(run_before_unload=False)
    page.goto(f"/quizzes/attempts/{paper.pk}/?q=7")
    page.get_by_text("已保存").first.wait_for()
    assert Answer.objects.get().response == ["写到一半"]
    assert page.locator("textarea:visible").input_value() == "写到一半"


def test_the_network_lost_at_the_deadline(site, phone, paper):
    """What comes after the end is refused, and the page says how many; what came before counts."""
    open_paper(phone, paper)
    phone.get_by_label("操作工自检").check()
    wait_for_answers(phone, 1)
    phone.context.set_offline(True)
    go_on(phone)
    phone.get_by_label("换班以后").check()
    phone.get_by_text("没网了，接着答，不会丢").wait_for()
    Attempt.objects.update(due_at=paper.started_at, ends_at=paper.started_at)
    phone.context.set_offline(False)
    phone.get_by_text("卷子收了以后才送到 1 个答案，没有收进去").wait_for()
    shoot(phone, "11-quiz-late")
    phone.get_by_role("link", name="看成绩").click()
    phone.get_by_role("button", name="看成绩").click()
    phone.get_by_text("时间到了，卷子已自动交上").wait_for()
    assert list(Answer.objects.values_list("position", flat=True)) == [1]


def test_the_first_device_is_told_when_another_takes_over(site, phone, paper, open_page, world):
    open_paper(phone, paper)
    phone.get_by_label("操作工自检").check()
    wait_for_answers(phone, 1)
    desk = open_page(world.wang, phone=False)
    desk.goto(f"/quizzes/attempts/{paper.pk}/")
    desk.get_by_role("button", name="换到这台设备接着答").click()
    desk.get_by_text(re.compile("第.*2.*题")).first.wait_for()
    go_on(phone)
    phone.get_by_label("换班以后").check()
    phone.get_by_text("这份卷子换到另一台设备上答了").wait_for()
    wait_for_answers(phone, 1)


def test_a_wrong_clock_in_the_phone_changes_nothing(site, phone, paper):
    phone.add_init_script(
        "const D = Date; Date = class extends D { constructor(...a) { a.length ? super(...a) : super(D.now() + 7.2e6); } };"
    )
    open_paper(phone, paper)
    left = phone.locator("[data-timer]").inner_text()
    assert re.match(r"1[89]:|20:00", left)
    phone.get_by_label("操作工自检").check()
    wait_for_answers(phone, 1)
    answer = Answer.objects.get()
    assert abs((answer.saved_at - paper.started_at).total_seconds()) < 600
    assert json.dumps(answer.response) == "[0]"
