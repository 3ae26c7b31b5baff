"""Forbidden phrases are refused on publishing, whichever way, and the place is named."""

import pytest

from core.page_guards import PublishRefused, check_wording, forbidden_phrase
from guide.models import ClausePage

pytestmark = pytest.mark.one_engine


@pytest.mark.parametrize(
    "text",
    [
        "本平台免费发证",
        "免 费 发 证",
        "免费<b>发证</b>",
        "免费认证",
        "考试包过",
        "保证通过",
        "快速拿证",
        "三天拿证",
        "１００％通过",
    ],
)
def test_found(text):
    assert forbidden_phrase(text)


@pytest.mark.parametrize(
    "text", ["打包过程要垫泡沫", "面包过期", "包装过程", "免费培训", "发放合格证明", "我们通过检验发现", "外包过来的件"]
)
def test_left_alone(text):
    assert forbidden_phrase(text) is None


def spoiled():
    page = ClausePage.objects.get(slug="8-7")
    body = page.body.get_prep_value()
    for block in body:
        if block["type"] == "audit":
            block["value"][0]["value"]["answer"] = "<p>找我们，考试<b>包过</b>。</p>"
    page.body = body
    return page


def test_publishing_is_refused_and_the_place_is_named(guide):
    page = spoiled()
    revision = page.save_revision()
    with pytest.raises(PublishRefused) as refusal:
        revision.publish()
    assert refusal.value.code == "page.forbidden_phrase"
    assert "正文 › 审核员会问 › 第 1 条 › 答" in refusal.value.sentence
    assert "包过" in refusal.value.sentence
    live = ClausePage.objects.get(slug="8-7")
    assert live.live
    assert "包过" not in str(live.body)


def test_a_quotation_may_cite_the_rule(guide):
    page = ClausePage.objects.get(slug="8-7")
    rule = {"text": "严禁以“免费发证”名义宣传", "source": "通知"}
    body = [block for block in page.body.get_prep_value() if block["type"] != "edition"]
    page.body = [*body, {"type": "edition", "value": [{"type": "quotation", "value": rule}]}]
    check_wording(page)


def test_a_row_belonging_to_the_page_is_checked_too(guide):
    page = ClausePage.objects.get(slug="8-7")
    row = page.clause_tools.all()[0]
    row.note = "用了包过"
    page.clause_tools = [row]
    with pytest.raises(PublishRefused, match="包过"):
        check_wording(page)


def test_the_editors_button_keeps_the_draft_and_says_why(guide, editor):
    page = spoiled()
    page.save_revision()
    answer = editor.post(
        "/admin/bulk/wagtailcore/page/publish/", {"id": page.pk}, QUERY_STRING=f"id={page.pk}", follow=True
    )
    assert "包过" in answer.content.decode()
    assert "包过" not in str(ClausePage.objects.get(slug="8-7").body)


def test_the_form_refuses_to_publish_but_saves_the_draft(guide, editor):
    page = ClausePage.objects.get(slug="8")
    address = f"/admin/pages/{page.pk}/edit/"
    data = {
        "title": page.title,
        "slug": page.slug,
        "short_title": page.short_title,
        "number_2015": "8",
        "number_2026": "8",
        "is_chapter": "on",
        "part_of": "",
        "reading_minutes": "1",
        "reviewed_on": "",
        "layers": ["top"],
        "everyday_question": "花钱就包过？",
        "introduction": "导语",
        "body-count": "0",
        "clause_tools-TOTAL_FORMS": "0",
        "clause_tools-INITIAL_FORMS": "0",
        "clause_tools-MIN_NUM_FORMS": "0",
        "clause_tools-MAX_NUM_FORMS": "1000",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "1000",
    }
    refused = editor.post(address, data | {"action-publish": "1"})
    assert refused.status_code == 200
    assert "大白话问题" in refused.content.decode()
    assert "这句话不许对外说" in refused.content.decode()
    assert editor.post(address, data).status_code == 302
    page.refresh_from_db()
    assert page.live
    assert page.everyday_question == "这一章问什么？"
    assert page.get_latest_revision_as_object().everyday_question == "花钱就包过？"
