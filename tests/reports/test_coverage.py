"""The editors' coverage matrix."""

import io

import pytest
from django.core.management import call_command

from core import clock
from guide.models import ClausePage
from reports.coverage import matrix

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


def cells(number):
    line = next(line for line in matrix() if line.clause.number_2015 == number)
    names = [
        f"{layer} {kind}" for layer in ("top", "middle", "frontline") for kind in ("tool", "case", "lesson", "question")
    ]
    return dict(zip(names, line.cells, strict=True))


def test_counts_what_is_there_and_says_what_is_missing(guide):
    found = cells("8.7")
    assert found["frontline case"].count == 1
    assert not found["frontline case"].missing
    assert found["frontline lesson"].missing
    assert found["middle tool"].count == 1
    assert not found["middle lesson"].concerned
    assert not found["middle lesson"].missing


def test_a_question_or_a_withdrawn_page_changes_it(guide):
    from guide.models import CasePage
    from quizzes.models import Question

    Question.objects.create(key="q-87", topic="坏件", clause="8.7", layer="frontline", status="approved")
    Question.objects.create(key="q-87b", topic="坏件", clause="8.7", layer="top", status="retired")
    CasePage.objects.get(slug="hongsheng").unpublish()
    found = cells("8.7")
    assert found["frontline question"].count == 1
    assert found["top question"].missing
    assert found["frontline case"].missing


def test_what_is_said_of_a_clause_holds_for_its_parts(guide):
    from quizzes.models import Question

    page = ClausePage.objects.get(slug="9-2")
    page.number_2015 = "8.7.1"
    page.save()
    Question.objects.create(key="q-87", topic="坏件", clause="8.7", layer="frontline", status="approved")
    assert cells("8.7.1")["frontline question"].count == 1


def test_editors_see_it_others_do_not(guide, world, client_of, django_assert_max_num_queries):
    call_command("setup_roles", stdout=io.StringIO())
    client = client_of(world.editor)
    client.get("/admin/reports/coverage/")
    with django_assert_max_num_queries(25):
        page = client.get("/admin/reports/coverage/?missing=1").content.decode()
    assert "coverage__missing" in page
    for user in (world.wang, world.xiqing, world.alpha_contact):
        assert client_of(user).get("/admin/reports/coverage/").status_code == 302


def test_cases_of_the_year_beside_what_the_notice_asks(guide, world, client_of):
    from enterprises.models import District
    from guide.models import CasePage, CaseQuota
    from reports.coverage import case_quota

    CaseQuota.objects.update_or_create(year=2026, defaults={"least": 2, "most": 5, "source": "测试通知"})
    page = CasePage.objects.get(slug="hongsheng")
    CasePage.objects.filter(pk=page.pk).update(consented=True, district="120111", first_published_at=clock.now())
    found = case_quota()
    assert (found.notice.least, len(found.districts)) == (2, District.objects.count())
    assert ("西青区", 1, 1) in found.districts
    assert found.lacking == len(found.districts)
    CaseQuota.objects.all().delete()
    found = case_quota()
    assert (found.notice, found.lacking) == (None, 0)


def test_an_editor_of_a_clause_sees_what_hangs_on_it(guide, world, client_of):
    from quizzes.models import Question

    call_command("setup_roles", stdout=io.StringIO())
    for key, clause, status in (
        ("q-87", "8.6 8.7", "approved"),
        ("q-871", "8.7.1", "approved"),
        ("q-old", "8.7", "retired"),
    ):
        Question.objects.create(key=key, topic="坏件", clause=clause, layer="frontline", status=status)
    page = ClausePage.objects.get(slug="8-7")
    html = client_of(world.editor).get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert "别处连着这一条的" in html
    assert "q-87 · 坏件 · 一线" in html
    assert "q-871" not in html
    assert "q-old" not in html
    assert "案例hongsheng" in html
    assert client_of(world.editor).get(f"/admin/pages/add/guide/clausepage/{page.get_parent().pk}/").status_code == 200
