"""A time to appear is a time in Tianjin; the timetable keeps it; what may not be published is not published by it either."""

from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import timezone
from wagtail.models import PageLogEntry

from core import tasks
from core.page_guards import PublishRefused
from core.page_schedule import REFUSED, publish_due
from guide.models import CaseIndexPage, CasePage, CaseQuota, ClausePage

from .test_case_rules import form_of

pytestmark = pytest.mark.one_engine

NINE = datetime(2031, 3, 4, 1, 0, tzinfo=UTC)
"""Nine o'clock in Tianjin."""


@pytest.fixture
def at(monkeypatch):
    """``at(moment)``: the machine's time, which Wagtail asks for."""
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def waiting(guide, editor):
    """A case an editor has set to appear on 4 March 2031 at 09:00."""
    CaseQuota.objects.all().delete()
    answer = form_of(
        editor,
        CaseIndexPage.objects.get(),
        go_live_at="2031-03-04 09:00",
        expire_at="2031-03-05 18:30",
        **{"action-publish": "1"},
    )
    assert answer.status_code == 302
    return CasePage.objects.get(slug="xiqing-anli")


def test_nine_o_clock_is_nine_in_tianjin(waiting, editor):
    assert not waiting.live
    assert waiting.go_live_at == NINE
    assert waiting.latest_revision.approved_go_live_at == NINE
    html = editor.get(f"/admin/pages/{waiting.pk}/edit/").content.decode()
    assert 'value="2031-03-04 09:00"' in html
    assert "2031年3月4日 09:00" in html or "2031年3月4日 9:00" in html
    assert "北京时间" in html


def test_an_editor_cannot_move_the_clock(editor):
    assert "current_time_zone" not in editor.get("/admin/account/").content.decode()


def test_it_appears_at_its_time_and_goes_at_its_time(waiting, visitor, at):
    at(datetime(2031, 3, 4, 0, 59, tzinfo=UTC))
    assert publish_due() == (0, 0, 0)
    at(datetime(2031, 3, 4, 1, 0, 1, tzinfo=UTC))
    assert publish_due() == (0, 1, 0)
    assert publish_due() == (0, 0, 0)
    assert visitor.get("/guide/cases/xiqing-anli/").status_code == 200
    at(datetime(2031, 3, 5, 10, 31, tzinfo=UTC))
    assert publish_due() == (1, 0, 0)
    assert publish_due() == (0, 0, 0)
    waiting.refresh_from_db()
    assert (waiting.live, waiting.expired) == (False, True)


def test_the_timetable_does_it(waiting, at):
    assert "core.tasks.publish_due" in {job["task"] for job in settings.CELERY_BEAT_SCHEDULE.values()}
    at(datetime(2031, 3, 4, 1, 1, tzinfo=UTC))
    tasks.publish_due()
    waiting.refresh_from_db()
    assert waiting.live


def test_a_forbidden_phrase_is_refused_when_the_time_is_set(guide):
    page = ClausePage.objects.get(slug="8-7")
    page.title = "免费发证"
    page.go_live_at = NINE
    with pytest.raises(PublishRefused):
        page.save_revision().publish()
    page.refresh_from_db()
    assert page.title != "免费发证"
    assert not page.revisions.filter(approved_go_live_at__isnull=False).exists()


def test_what_is_forbidden_by_then_stays_a_draft_and_keeps_nobody_waiting(waiting, at, settings, client_of):
    other = ClausePage.objects.get(slug="9-2")
    other.short_title = "到点才换"
    other.go_live_at = datetime(2031, 3, 4, 2, 0, tzinfo=UTC)
    other.save_revision().publish()
    settings.FORBIDDEN_PHRASES = ["西青的案例"]
    from core.page_guards import _forbidden

    _forbidden.cache_clear()
    try:
        at(datetime(2031, 3, 4, 3, 0, tzinfo=UTC))
        assert publish_due() == (0, 1, 1)
        assert publish_due() == (0, 0, 0)
    finally:
        _forbidden.cache_clear()
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert not waiting.live
    assert other.short_title == "到点才换"
    entry = PageLogEntry.objects.get(action=REFUSED)
    assert "西青的案例" in entry.data["why"]
    editor = client_of(waiting.owner)  # the years have ended the first session
    assert "没有发布" in editor.get(f"/admin/pages/{waiting.pk}/history/").content.decode()
