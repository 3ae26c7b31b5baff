"""A worker's way: reads the guide, signs up by phone, joins a firm, studies six lessons, passes the quiz, keeps a certificate."""

import json
import re

import pytest

from certificates.models import Certificate
from enterprises.models import Person
from ledger.models import Entry
from quizzes.models import Attempt
from tests.suite import world
from tests.suite.world import CODES

from .shots import shoot

pytestmark = pytest.mark.django_db(transaction=True)

PHONE_NUMBER = "19912345678"


@pytest.fixture
def content(site, database):
    """The running site with the whole content, and the world in it."""
    database.load_content(site.environment["MEDIA_ROOT"])
    world.make()
    return site


def code_sent(site):
    return re.search(r"\d{6}", site.messages(PHONE_NUMBER)[-1]).group()


def sign_up(page, site, *, shots=False):
    page.goto("/accounts/login/?next=/courses/ganhao/")
    page.get_by_label("手机号", exact=True).fill(f"+86 {PHONE_NUMBER}")
    page.get_by_role("button", name="发验证码").click()
    page.get_by_text("验证码已发出").wait_for()
    page.get_by_label("短信验证码").fill(code_sent(site))
    if shots:
        shoot(page, "02-sign-up")
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_text("请先阅读并勾选同意").first.wait_for()  # consent is never ticked for you
    page.get_by_label("我看过并同意").check()
    page.get_by_label("短信验证码").fill(code_sent(site))
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("heading", name="干好每一件").wait_for()


def join(page, *, shots=False):
    page.get_by_role("button", name="开始学").click()
    page.get_by_role("heading", name="先报到").wait_for()
    page.get_by_label("姓名").fill("陈示喆")
    page.get_by_label("一线员工").check()
    page.get_by_label("岗位").fill("冲压工")
    wrong = CODES["alpha"][:8] + "O" + CODES["alpha"][9:]
    page.get_by_label("企业的统一社会信用代码").fill(wrong)
    page.get_by_role("button", name="报到").click()
    page.get_by_text("第 9 位是 O，是不是 0").first.wait_for()
    if shots:
        shoot(page, "03-join-wrong-code")
    page.get_by_label("企业的统一社会信用代码").fill(CODES["alpha"])
    page.get_by_role("button", name="报到").click()
    page.get_by_role("button", name="开始学").click()


def read_lesson(page, name, *, shots=None):
    page.get_by_role("heading", level=1).filter(has_text=name).wait_for()
    if shots:
        shoot(page, shots)
    page.get_by_role("button", name="学完这一课").click()


def test_from_reading_to_a_certificate(content, phone, monkeypatch):
    page, site = phone, content
    # 1. anonymous: home, one complete clause, its form, one case
    page.goto("/")
    shoot(page, "01-home")
    page.goto("/guide/9-2/")
    page.get_by_role("heading", level=1).filter(has_text="内部审核").wait_for()
    shoot(page, "01-clause")
    page.locator("a[href='/guide/tools/tb46/']").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("下载空白表")).first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto("/guide/9-2/")
    page.locator("a[href^='/guide/cases/n']").first.click()
    page.get_by_text("示例").first.wait_for()
    shoot(page, "01-case")

    # 2. signs up with phone and code, agrees, joins a firm by its checked code
    sign_up(page, site, shots=True)
    join(page, shots=True)
    person = Person.objects.get(phone=PHONE_NUMBER)
    assert person.name == "陈示喆"
    assert person.user.consents.count() == 2

    # 3. every lesson of the course, then ten questions
    read_lesson(page, "照标准干", shots="04-lesson")
    for name in ("首件、巡检和记录", "设备点检与维护", "量具会看会护", "风险识别", "坏件怎么办"):
        read_lesson(page, name)
    page.get_by_role("heading", name="干好每一件").wait_for()
    shoot(page, "04-course")
    page.get_by_role("button", name=re.compile("测验")).click()
    page.get_by_text(re.compile(r"共\s*10\s*题")).first.wait_for()
    answer_all_rightly(page, person)
    page.get_by_text(re.compile("通过")).first.wait_for()
    shoot(page, "05-result")

    # 4. the certificate: PDF with the name, public page with the name masked
    certificate = Certificate.objects.get(holder=person)
    entry = Entry.objects.get(person=person)
    assert entry.enterprise.code == CODES["alpha"]
    site.settle()
    page.goto("/my/")
    shoot(page, "06-my")
    page.goto(f"/certificates/{certificate.number}/")
    shoot(page, "06-certificate")
    answer = page.request.get(f"/certificates/{certificate.number}/pdf/")
    assert answer.ok
    assert answer.body().startswith(b"%PDF")
    page.context.clear_cookies()
    page.goto(f"/verify/{certificate.token}/")
    page.get_by_text("有效").first.wait_for()
    assert "陈示喆" not in page.content()
    assert certificate.number in page.content()
    shoot(page, "06-verify")

    # renaming the person changes nothing issued
    Person.objects.filter(pk=person.pk).update(name="改名了")
    certificate.refresh_from_db()
    assert certificate.words["name"] == "陈示喆"
    assert json.loads(site.manage("audit", "--json")) in ([], {"findings": []})


def answer_all_rightly(page, person):
    """Go through the paper with the keys the server holds; each answer gives a receipt."""
    attempt = Attempt.objects.get(person=person)
    for number, row in enumerate(attempt.key, start=1):
        page.get_by_text(re.compile(rf"第\s*{number}\s*题")).first.wait_for()
        question = page.locator(f"fieldset[data-position='{number}']")
        if row["kind"] == "numeric":
            question.locator("input").first.fill(row["answer"]["value"])
            question.locator("input").first.blur()
        else:
            right = row["answer"] if isinstance(row["answer"], list) else [row["answer"]]
            for value in right:
                value = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
                question.locator(f"input[value='{value}']").check()
        page.get_by_text("已保存").first.wait_for()
        if number == 1:
            shoot(page, "05-quiz")
        page.get_by_role("button", name=re.compile("下一题|做完了")).click()
    page.get_by_role("button", name=re.compile("交卷")).last.click()
