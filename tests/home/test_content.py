"""The whole content: loads, loads again without a change, and what people type finds the page they need.

The table was written before the search was.
"""

import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Page, Revision, Site

from accounts import consents
from courses.models import CoursePage, LessonPage
from guide.models import CasePage, ChainPage, ClausePage, ToolPage, TopicPage
from guide.models.base import LAYER_WORDS
from guide.related import overviews_of
from home.models import HomePage
from home.search import find
from quizzes.models import Attempt
from reports.coverage import KINDS, matrix
from tests.suite.html import faults

TABLE = """
内审 | 9.2
内部审核 | 9.2
內部審核 | 9.2
ISO9001 内审 | 9.2
9.2 | 9.2
９．２ | 9.2
内审怎么做？ | 9.2
审核员不能查自己 | 9.2.2
内审检查表 | TB47
年度内审计划 | TB46
nsjcb | TB47
内审报告 | TB49
不符合报告 | TB48
点检 | TB12
设备日点检表 | TB12
设备保养 | TB13
坏件怎么办 | 8.7
坏件放哪里 | 8.7
不合格品 | 8.7
次品怎么处理 | 8.7
特采 | 8.7
不合格品处置单 | TB41
bhgpczd | TB41
tb41 | TB41
卡尺多久校一次 | 7.1.5
卡尺 | 7.1.5
尺子准不准 | 7.1.5
量具台账 | TB14
首件检验 | TB34
换模后第一件怎么检 | TB34
sjjyjl | TB34
成文信息 | 7.5
文件和记录 | 7.5
作废图纸 | 7.5.3
记录存几年 | 7.5.3
记录保存期限 | TB23
作业指导书 | TB24
SOP | TB24
供应商怎么挑 | 8.4.1
供货商打分 | TB31
外部供方 | 8.4
采购单写清楚 | 8.4.3
来料检验 | TB33
老师傅退休 | 7.1.6
培训效果 | TB19
技能矩阵 | TB18
班前会 | TB20
客户投诉 | TB27
客户满意 | 9.1.2
客户微信里说改一下 | 8.2.4
合同评审 | 8.2.3
订单评审表 | TB26
管理评审 | 9.3
管理评审要看哪些材料 | 9.3.2
质量方针 | 5.2
质量目标 | 6.2
目标分解 | TB10
风险 | 6.1
机遇 | 6.1.3
谁有权停线 | 5.3
变更 | 6.3
临时换料换人 | 8.5.6
追溯 | 8.5.2
出了问题查到哪批料 | 8.5.2
流转卡 | TB36
生锈磕碰 | 8.5.4
客户的模具 | 8.5.3
没检完能不能装车 | 8.6
放行 | 8.6
鱼骨图 | TB52
5Why | TB51
8D | TB53
纠正措施 | 10.2
持续改进 | 10.3
PDCA | TB05
相关方 | 4.2
气候 | TB60
乌龟图 | TB04
防错 | TB58
5S | TB16
换版 | huanban-2026
新版标准变了什么 | huanban-2026
七项原则 | qi-yuanze
过程方法 | guocheng-fangfa
风险思维 | fengxian-siwei
头一回办认证 | touhui-renzheng
集中培训讲稿 | jiangshi-jizhong
行业培训怎么开 | jiangshi-hangye
指南怎么用 | zenme-yong
PDCA是什么 | pdca
地毯厂薄弱在哪几环 | ditan
电动自行车 | diandong-zixingche
"""


QUESTIONS = Path(__file__).resolve().parents[2] / "docs" / "questions.md"


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, database, tmp_path_factory):
    """Everything, for this module. What a load once more said, and whether it left pages and revisions alone."""
    with django_db_blocker.unblock():
        database.load_content(tmp_path_factory.mktemp("media"))
        before = Page.objects.count(), Revision.objects.count()
        again = io.StringIO()
        call_command("load_content", stdout=again)
        left_alone = before == (Page.objects.count(), Revision.objects.count())
    yield again.getvalue(), left_alone
    with django_db_blocker.unblock():
        database.restore()


@pytest.fixture
def whole_site(loaded, db):
    Site.clear_site_root_paths_cache()


def test_loading_again_changes_nothing(loaded):
    said, left_alone = loaded
    assert not re.search(r"(新建|更新|保留|新|改写|换类别) [1-9]", said), said
    assert left_alone


def test_courses_stand_below_the_front_page(whole_site):
    assert LessonPage.objects.live().descendant_of(HomePage.objects.get()).exists()


def test_every_clause_has_ten_parts(whole_site):
    for clause in ClausePage.objects.filter(is_chapter=False):
        assert len(clause.parts) == 10, clause.slug


def test_no_clause_is_without_a_tool_for_whom_it_concerns(whole_site):
    tools = [number for number, kind in enumerate(list(KINDS) * len(LAYER_WORDS)) if kind == "tool"]
    red = {line.clause.slug for line in matrix() if any(line.cells[number].missing for number in tools)}
    assert not red


def test_pages_lead_to_each_other_both_ways(whole_site):
    for tool in ToolPage.objects.all():
        assert tool.clauses_using.exists(), tool.code
    for case in CasePage.objects.all():
        assert case.case_clauses.exists() and case.case_tools.exists(), case.slug
    above = [(page, [child.value for child in page.links]) for page in TopicPage.objects.all()]
    for chain in ChainPage.objects.all():
        named = [stage[kind] for stage in chain.stages for kind in ("clauses", "tools", "cases")]
        above.append((chain, [page for pages in named for page in pages]))
    assert len(above) == 12
    for page, below in above:
        assert below, page
        for other in below:
            assert page.pk in {one.pk for one in overviews_of(other)}, (page.slug, other.slug)


def links(client, address):
    """Addresses of this site that a page leads to."""
    html = client.get(address).content.decode()
    return {link.partition("?")[0].partition("#")[0] for link in re.findall(r'href="(/[^"]*)"', html)}


@pytest.mark.one_engine
def test_a_learner_walks_through_every_lesson(whole_site, world, client_of):
    """Each page answers and has its parts, what it links to is there, its quiz opens."""
    consents.agree(world.wang)
    learner = client_of(world.wang)
    led_to, opened = set(), 0
    for course in CoursePage.objects.live():
        led_to |= links(learner, course.url)
        for lesson in course.lessons():
            answer = learner.get(lesson.url)
            html = answer.content.decode()
            assert answer.status_code == 200 and not faults(html), lesson.key
            for part in ("学完您能做到", "怎么做", "常见的错", "明天上班，试这三样", "接着看"):
                assert part in html, (lesson.key, part)
            assert reverse("courses:handout", args=[lesson.pk]) in html, lesson.key
            led_to |= links(learner, lesson.url)
            begun = learner.post(reverse("courses:lesson-quiz", args=[lesson.pk]))
            paper = learner.get(begun.url)
            assert (begun.status_code, paper.status_code) == (302, 200), lesson.key
            assert Attempt.objects.get(quiz=lesson.quiz_id, person=world.wang.person).paper, lesson.key
            opened += 1
    assert opened == LessonPage.objects.live().count() >= 50
    pages = {address for address in led_to if not address.startswith(("/static/", "/study/lessons/"))}
    assert {address: code for address in pages if (code := learner.get(address).status_code) not in (200, 302)} == {}


def test_twenty_questions_of_an_owner_are_answered(whole_site, client):
    rows = [
        line.strip("|").split("|") for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    ]
    asked = [[cell.strip() for cell in row] for row in rows[1:]]
    assert len(asked) == 20
    near = links(client, "/")
    near |= {further for address in near if address.startswith("/guide/") for further in links(client, address)}
    wrong = []
    for question, address, words in asked:
        found = [row.document.url for row in find(question).rows[:3]]
        if address not in near and address not in found:
            wrong.append(f"{question} {address}: {found}")
        if words not in client.get(address).content.decode():
            wrong.append(f"{question} {address}: “{words}” is not there")
    assert not wrong, "\n".join(wrong)


def test_what_people_type_finds_what_they_need(whole_site):
    wrong = []
    for line in TABLE.strip().splitlines():
        typed, wanted = (part.strip() for part in line.split("|"))
        rows = find(typed).rows[:3]
        if not any(wanted in (*row.document.numbers, row.document.url.split("/")[-2]) for row in rows):
            wrong.append(f"{typed}: {wanted} ← {[row.document.title for row in rows]}")
    assert not wrong, "\n".join(wrong)
