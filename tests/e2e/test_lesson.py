"""A lesson in a browser: read without a network and credited on return; the pages of a PDF turned by button and by key."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from core import clock
from courses import decks, services
from courses.models import CourseIndexPage, CoursePage, Deck, Enrolment, Film, LessonPage, LessonProgress
from courses.views.pages import opened
from tests.courses.test_decks import pdf
from tests.courses.test_films import CAPTIONS, make_film
from tests.e2e.shots import check_access

from .waiting import until, until_kept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lesson(site, world, settings):
    """A lesson long enough to be scrolled, with three pages of a PDF on top."""
    from home.services import ensure_home

    settings.MEDIA_ROOT = site.environment["MEDIA_ROOT"]
    deck = Deck.objects.create(
        title="首件三样", file=ContentFile(pdf("Look", "Measure", "Sign"), name="a.pdf"), count=3
    )
    assert decks.draw(deck.pk)
    home, _report = ensure_home()
    index = home.add_child(instance=CourseIndexPage(title="课程", slug="courses"))
    course = index.add_child(
        instance=CoursePage(title="干好每一件", slug="one", code="YX", layer="frontline", summary="示例")
    )
    prose = [("prose", "<p>头一件做完，先别往下干，两个人各量一遍。</p>" * 80)]
    body = [
        ("deck", {"heading": "课件", "deck": deck, "first": None, "last": None}),
        ("section", {"heading": "首件", "content": prose}),
    ]
    return course.add_child(instance=LessonPage(title="照标准干", slug="f1", key="F1", minutes=12, body=body))


QUEUE = "JSON.parse(localStorage.getItem('study-queue') ?? '[]')"


def test_what_is_read_without_a_network_is_credited_on_return(world, lesson, open_page):
    enrolment = services.enrol(world.wang.person, CoursePage.objects.get(pk=lesson.course_id))
    page = open_page(world.wang)
    page.goto("/courses/one/f1/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    until_kept(page, "/courses/one/f1/")
    page.context.set_offline(True)
    page.goto("/courses/one/f1/")  # the copy kept on the phone: it carries no note of its own
    assert "两个人各量一遍" in page.locator("main").inner_text()
    before = LessonProgress.objects.filter(enrolment=enrolment).values_list("seconds", flat=True).first() or 0
    # The page speaks every fifteen seconds as long as somebody moves.
    page.wait_for_function(f"() => {{ scrollBy(0, 20); return {QUEUE}.length > 0; }}", polling=500, timeout=60_000)
    with page.expect_response(lambda answer: "/progress/" in answer.url and answer.ok, timeout=60_000):
        page.context.set_offline(False)
    until(page, f"() => {QUEUE}.length === 0")
    assert LessonProgress.objects.get(enrolment=enrolment).seconds >= before + 10
    page.problems[:] = [said for said in page.problems if "net::ERR" not in said]


def test_what_was_read_waits_on_the_phone_until_its_reader_signs_in_again(world, lesson, open_page):
    enrolment = services.enrol(world.wang.person, CoursePage.objects.get(pk=lesson.course_id))
    Enrolment.objects.update(enrolled_at=clock.now() - timedelta(hours=1))
    page = open_page(world.wang)
    note = opened(lesson, world.wang, clock.now() - timedelta(minutes=10))
    claim = {
        "url": f"/study/lessons/{lesson.pk}/progress/",
        "opened": note,
        "spans": "0.00-300.00",
        "position_percent": 60,
    }
    page.goto("/guide/words/")
    page.evaluate("(claim) => localStorage.setItem('study-queue', JSON.stringify([claim]))", claim)
    signed_in = page.context.cookies()
    page.context.clear_cookies()
    with page.expect_response(lambda answer: "/progress/" in answer.url):
        page.goto("/courses/one/f1/")
    page.wait_for_function(f"() => {QUEUE}[0]?.refused === 1")
    page.context.add_cookies(signed_in)
    with page.expect_response(lambda answer: "/progress/" in answer.url and answer.ok):
        page.goto("/my/")
    until(page, f"() => {QUEUE}.length === 0")
    assert LessonProgress.objects.get(enrolment=enrolment).seconds >= 299
    page.problems[:] = [said for said in page.problems if "403" not in said]


def test_a_text_goes_on_where_it_was_left_on_another_phone(world, lesson, open_page):
    enrolment = services.enrol(world.wang.person, CoursePage.objects.get(pk=lesson.course_id))
    LessonProgress.objects.create(enrolment=enrolment, lesson=lesson, percent=60, updated_at=clock.now())
    page = open_page(world.wang)
    page.goto("/courses/one/f1/")
    page.get_by_role("button", name="接着上次，从 60% 往下读").click()
    place = """() => { const box = document.querySelector("article").getBoundingClientRect();
        return Math.round(100 * (innerHeight / 2 - box.top) / box.height); }"""
    assert abs(page.evaluate(place) - 60) <= 1
    assert page.evaluate("document.activeElement.matches('article :is(h2, h3, p, li)')")


def test_a_film_goes_on_where_it_was_left_on_another_phone_and_can_be_used_by_everybody(
    world, lesson, open_page, settings
):
    film = Film(title="首件怎么量", transcript="头一件先别往下干。")
    film.file.save("a.mp4", ContentFile(make_film(60)), save=False)
    film.captions.save("a.vtt", ContentFile(CAPTIONS), save=False)
    film.seconds = 60
    film.save()
    lesson.body = [("film", {"film": film, "needed": True})]
    lesson.save_revision().publish()
    services.enrol(world.wang.person, CoursePage.objects.get(pk=lesson.course_id))
    page = open_page(world.wang)
    page.goto("/courses/one/f1/")
    check_access(page, "a lesson with a film")
    page.wait_for_function("() => document.querySelector('video').readyState > 0")
    cues = "() => { const track = document.querySelector('video').textTracks[0]; return track.mode === 'showing' && track.cues?.length; }"
    page.wait_for_function(cues)
    page.get_by_role("button", name="2×").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="2×").get_attribute("aria-pressed") == "true"
    page.locator("video").evaluate("(video) => { video.muted = true; return video.play(); }")
    page.wait_for_function("() => document.querySelector('video').currentTime > 7")
    # Left in the middle: the page says so on its way out, and the next one again, should that be lost.
    page.goto("/courses/one/")
    arrived = "async () => (await (await fetch('/courses/one/f1/')).text()).includes('data-positions')"
    until(page, arrived)
    row = LessonProgress.objects.get()
    ((start, end),) = row.watched[film.key]
    assert (start < 1, 4 < end <= row.seconds * 2, row.position[film.key] > 6) == (True, True, True)
    other = open_page(world.wang, phone=False)
    other.goto("/courses/one/f1/")
    other.wait_for_function("() => document.querySelector('video').currentTime > 6")


def test_pages_of_a_pdf_are_turned_by_button_and_key_and_all_stand_there_without_script(lesson, open_page):
    page = open_page(phone=False)
    page.goto("/courses/one/f1/")
    back, on = page.get_by_role("button", name="上一页"), page.get_by_role("button", name="下一页")
    assert (
        page.get_by_alt_text("Look").evaluate("(picture) => picture.decode().then(() => picture.naturalWidth)") == 1280
    )
    assert (back.get_attribute("aria-disabled"), on.get_attribute("aria-disabled")) == ("true", "false")
    on.click()
    page.get_by_text("第 2 页，共 3 页").wait_for()
    row = page.get_by_role("list", name="课件")
    row.focus()
    page.keyboard.press("End")
    page.get_by_text("第 3 页，共 3 页").wait_for()
    shown = """(list) => {
        const last = list.lastElementChild.getBoundingClientRect();
        return Math.abs(list.getBoundingClientRect().left - last.left) < 2;
    }"""
    page.wait_for_function(shown, arg=row.element_handle())
    page.keyboard.press("ArrowLeft")
    page.get_by_text("第 2 页，共 3 页").wait_for()
    plain = open_page(phone=False, java_script_enabled=False)
    plain.goto("/courses/one/f1/")
    assert [plain.get_by_alt_text(words).count() for words in ("Look", "Measure", "Sign")] == [1, 1, 1]
    assert plain.get_by_role("button", name="下一页").count() == 0
    assert plain.get_by_role("link", name="下载原件").get_attribute("href").endswith(".pdf")
