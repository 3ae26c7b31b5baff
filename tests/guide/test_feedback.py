"""有用吗？"""

import io

import pytest
from django.core.management import call_command

from guide import views
from guide.models import ClausePage, Feedback

pytestmark = pytest.mark.one_engine


@pytest.fixture
def address(guide):
    return f"/guide/feedback/{ClausePage.objects.get(slug='8-7').pk}/"


def test_a_reader_says_a_sentence(address, visitor):
    assert "哪里没看懂" in visitor.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" in visitor.get(address).content.decode()
    answer = visitor.post(address, {"useful": "no", "sentence": "  第三步  没看懂 "})
    assert "收到了" in answer.content.decode()
    row = Feedback.objects.get()
    assert (row.page.slug, row.useful, row.sentence) == ("8-7", False, "第三步 没看懂")


def test_nothing_is_kept_of_a_wrong_form_or_a_page_that_is_not_there(address, visitor):
    assert visitor.post(address, {}).status_code == 422
    assert visitor.post(address, {"useful": "yes", "sentence": "长" * 201}).status_code == 422
    assert visitor.post("/guide/feedback/999999/", {"useful": "yes"}).status_code == 404
    ClausePage.objects.get(slug="8-7").unpublish()
    assert visitor.post(address, {"useful": "yes"}).status_code == 404
    assert not Feedback.objects.exists()


def test_one_address_cannot_fill_it(address, visitor, monkeypatch):
    monkeypatch.setattr(views, "FEEDBACK_AN_HOUR", 2)
    answers = [visitor.post(address, {"useful": "yes"}).status_code for _time in range(3)]
    assert answers == [200, 200, 429]
    assert Feedback.objects.count() == 2


def test_editors_read_it(address, visitor, world, client_of):
    call_command("setup_roles", stdout=io.StringIO())
    visitor.post(address, {"useful": "no", "sentence": "第三步没看懂"})
    assert "第三步没看懂" in client_of(world.editor).get("/admin/reports/feedback/").content.decode()
    assert client_of(world.xiqing).get("/admin/reports/feedback/").status_code == 302
    assert client_of(world.wang).get("/admin/reports/feedback/").status_code == 302


def test_a_page_fetches_it_when_the_reader_gets_there(address, visitor):
    html = visitor.get("/guide/8-7/").content.decode()
    assert f'data-hx-get="{address}"' in html
    assert "csrfmiddlewaretoken" not in html
