"""Study time is bounded by the wall clock whatever a page says; completion is derived, happens once, and counts."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import clock
from core.exceptions import DomainError
from courses import services
from courses.models import Enrolment, LessonProgress
from courses.models.pages import class_hours
from enterprises.models import Membership
from ledger.models import Activity, Entry, Posting
from quizzes.models import Attempt
from quizzes.services import finish, save_answer, start_attempt

pytestmark = pytest.mark.django_db

START = clock.at(clock.today(), 9)


def at(seconds):
    return clock.moved_to(START + timedelta(seconds=seconds))


@pytest.fixture
def wang(world):
    return world.wang.person


@pytest.fixture
def enrolment(wang, course):
    with at(0):
        return services.enrol(wang, course)


@pytest.fixture
def lesson(course):
    return course.lessons().first()


def report(enrolment, lesson, seconds, percent=10):
    return services.report_progress(enrolment, lesson, seconds=seconds, percent=percent)


def read_all(enrolment):
    """Every lesson as an honest reader reads it, without waiting."""
    for number, lesson in enumerate(enrolment.course.lessons()):
        opened = START + timedelta(minutes=12 * number)
        with clock.moved_to(opened + timedelta(minutes=12)):
            services.report_progress(enrolment, lesson, seconds=720, percent=100, opened_at=opened)


def pass_quiz(enrolment, right=True):
    attempt = services.start_quiz(enrolment, return_url="/my/")
    for position, row in enumerate(Attempt.objects.get(pk=attempt.pk).key, start=1):
        place = row["answer"][0] if right else (row["answer"][0] + 1) % 3
        save_answer(attempt.pk, enrolment.person, position, [place], f"nonce-{attempt.pk}-{position}", "device")
    return finish(attempt, enrolment.person)


# Time ----------------------------------------------------------------------------------------------------------------


def test_an_honest_page_is_credited_what_passed(enrolment, lesson):
    for second in range(15, 76, 15):
        with at(second):
            progress = report(enrolment, lesson, 15, percent=second)
    assert (progress.seconds, progress.percent) == (75, 75)


def test_a_forged_hour_is_worth_one_report(enrolment, lesson):
    with at(15):
        report(enrolment, lesson, 15)
    with at(3600):
        assert report(enrolment, lesson, 3600, percent=100).seconds == 15 + 30


def test_a_replayed_report_adds_nothing(enrolment, lesson):
    with at(15):
        report(enrolment, lesson, 15)
        assert report(enrolment, lesson, 15).seconds == report(enrolment, lesson, 15).seconds == 15


def test_two_tabs_share_one_clock(enrolment, course):
    one, two = course.lessons()
    for second in range(15, 61, 15):
        with at(second):
            report(enrolment, one, 15)
        with at(second + 1):
            report(enrolment, two, 15)
    credited = sum(LessonProgress.objects.values_list("seconds", flat=True))
    assert credited <= 61


def test_a_client_clock_that_runs_backwards_takes_nothing_away(enrolment, lesson):
    with at(30):
        report(enrolment, lesson, 15, percent=50)
    with at(20):
        progress = report(enrolment, lesson, 15, percent=10)
    assert (progress.seconds, progress.percent) == (15, 50)


@pytest.mark.parametrize(("seconds", "percent"), [(-1, 10), (15, 101), (15, -1)])
def test_impossible_figures_are_refused(enrolment, lesson, seconds, percent):
    with pytest.raises(DomainError) as refused:
        report(enrolment, lesson, seconds, percent)
    assert refused.value.code == "progress.invalid"


def test_the_end_alone_is_not_reading(enrolment, lesson):
    with at(15):
        assert not report(enrolment, lesson, 15, percent=100).completed


def test_one_report_without_script_counts_from_the_signed_opening(enrolment, lesson):
    with at(200):
        progress = services.report_progress(enrolment, lesson, seconds=200, percent=100, opened_at=START)
    assert progress.completed
    with at(10_000):  # the lesson's own length bounds a page left open over lunch
        other = enrolment.course.lessons().last()
        progress = services.report_progress(enrolment, other, seconds=9_000, percent=50, opened_at=START)
    assert progress.seconds == 12 * 60


def test_the_page_reports(world, enrolment, lesson, client_of):
    client = client_of(world.wang)
    url = f"/study/lessons/{lesson.pk}/progress/"
    answer = client.post(url, {"seconds": "15", "position_percent": "40"})
    assert set(answer.json()) == {"percent", "seconds", "minutes_left", "completed"}
    for bad in ("NaN", "-5", "9999999", "", "1.5"):
        assert client.post(url, {"seconds": bad, "position_percent": "40"}).status_code == 422
    assert client_of(world.alpha_contact).post(url, {"seconds": "15", "position_percent": "40"}).status_code == 403


# Completion ----------------------------------------------------------------------------------------------------------


def test_the_quiz_waits_for_the_lessons(enrolment):
    with pytest.raises(DomainError) as refused:
        services.start_quiz(enrolment, return_url="/my/")
    assert refused.value.code == "course.lessons_first"
    assert "F1 第 1 课、F2 第 2 课" in refused.value.sentence


def test_lessons_and_quiz_complete_the_course_once(enrolment, wang):
    read_all(enrolment)
    assert not pass_quiz(enrolment, right=False).passed
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None
    assert pass_quiz(enrolment).passed
    enrolment.refresh_from_db()
    entry = Entry.objects.get(person=wang)
    # 24 minutes of lessons and 30 of the quiz are 54: one class hour, rounded down to half hours
    assert (entry.class_hours, entry.kind, entry.layer) == (Decimal("1.0"), "K6", "frontline")
    assert entry.activity.key == f"course:{enrolment.course_id}:v1:{enrolment.year}"
    assert not entry.activity.held
    assert enrolment.certificate.words["name"] == wang.name
    first = enrolment.completed_at
    with clock.moved_to(clock.now() + timedelta(days=1)):
        services.complete_if_done(enrolment)
    enrolment.refresh_from_db()
    assert (enrolment.completed_at, Posting.objects.count()) == (first, 1)


def test_later_content_takes_no_completion_away(enrolment, course):
    from courses.models import LessonPage

    read_all(enrolment)
    pass_quiz(enrolment)
    course.add_child(instance=LessonPage(title="新加的课", slug="f3", key="F3", minutes=12))
    enrolment.refresh_from_db()
    assert enrolment.completed_at
    assert services.complete_if_done(enrolment).completed_at == enrolment.completed_at


def test_a_course_of_less_than_half_a_class_hour_counts_nothing(course, wang):
    course.quiz = None
    course.save()
    course.lessons().last().delete()
    enrolment = services.enrol(wang, course)
    read_all(enrolment)
    assert "还没上齐" in services.missing(enrolment)[0]
    assert not Entry.objects.exists()


def test_last_years_pass_does_not_satisfy_this_year(course, wang):
    with clock.moved_to(clock.at(clock.today().replace(year=2025, month=6, day=2), 9)):
        old = services.enrol(wang, course)
        start_attempt(course.quiz, wang, services.quiz_context(old))
    new = services.enrol(wang, course)
    assert (new.pk == old.pk, new.year, old.year) == (False, clock.today().year, 2025)
    assert services.quiz_context(new) != services.quiz_context(old)


def test_the_organisation_is_frozen_at_enrolment(enrolment, world, wang):
    Membership.objects.filter(person=wang).update(layer="top", enterprise=world.beta)
    read_all(enrolment)
    pass_quiz(enrolment)
    entry = Entry.objects.get(person=wang)
    assert (entry.layer, entry.enterprise) == ("frontline", world.alpha)


def test_two_who_finish_share_one_activity(course, world, wang):
    for person in (wang, world.alpha_contact.person):
        row = services.enrol(person, course)
        read_all(row)
        pass_quiz(row)
    assert (Activity.objects.count(), Entry.objects.count(), Posting.objects.count()) == (1, 2, 2)


@pytest.mark.django_db(transaction=True)
def test_ten_completions_at_once_are_one(world, course, at_once):
    enrolment = services.enrol(world.wang.person, course)
    read_all(enrolment)
    attempt = services.start_quiz(enrolment, return_url="/my/")
    Attempt.objects.filter(pk=attempt.pk).update(
        state="graded", passed=True, score=100, submitted_at=clock.now(), graded_at=clock.now()
    )
    results = at_once(10, lambda _: services.complete_if_done(enrolment).completed_at)
    assert len(set(results)) == 1
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 1)
    assert Enrolment.objects.get().certificate.serial == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_reports_at_once_credit_one_clock(world, course, at_once):
    enrolment = services.enrol(world.wang.person, course)
    lesson = course.lessons().first()
    at_once(20, lambda _: services.report_progress(enrolment, lesson, seconds=15, percent=10).seconds)
    assert LessonProgress.objects.get().seconds <= 15 + 2


@pytest.mark.parametrize(("minutes", "hours"), [(0, "0"), (22, "0"), (23, "0.5"), (45, "1"), (67, "1"), (68, "1.5")])
def test_class_hours_round_down_to_half(minutes, hours):
    assert class_hours(minutes) == Decimal(hours)


# Screens -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lessons", [1, 3])
def test_course_and_lesson_pages_ask_a_constant_number_of_questions(
    world, course, client_of, lessons, django_assert_num_queries
):
    from courses.models import LessonPage

    for old in course.lessons()[lessons:]:
        old.delete()
    for number in range(course.lessons().count(), lessons):
        course.add_child(instance=LessonPage(title=f"课 {number}", slug=f"g{number}", key=f"G{number}", minutes=12))
    services.enrol(world.wang.person, course)
    from django.test import RequestFactory

    from courses.views import course_context, lesson_context

    request = RequestFactory().get("/")
    request.user = world.wang
    with django_assert_num_queries(3):
        course_context(request, course)
    with django_assert_num_queries(6):
        lesson_context(request, course.lessons().first())
