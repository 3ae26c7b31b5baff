"""Study time is bounded by the wall clock whatever a page says: replayed, parallel, forged and late reports add nothing."""

from datetime import timedelta

import pytest

from core import clock
from core.exceptions import DomainError
from courses import completion, progress, services
from courses.intervals import union, without
from courses.models import LessonProgress, StudySpan
from courses.progress import Watched
from courses.views.pages import opened

pytestmark = pytest.mark.django_db

START = clock.at(clock.today() - timedelta(days=1), 9)  # yesterday: behind the real clock at every hour


def at(seconds):
    return clock.moved_to(START + timedelta(seconds=seconds))


@pytest.fixture
def enrolment(world, course):
    with at(-600):
        return services.enrol(world.wang.person, course)


@pytest.fixture
def lessons(course):
    return list(course.lessons())


@pytest.fixture
def lesson(lessons):
    return lessons[0]


def report(enrolment, lesson, seconds, percent=10, **more):
    return progress.report_progress(enrolment, lesson, seconds=seconds, percent=percent, **more)


def late(enrolment, lesson, *spans, percent=10, **more):
    return progress.report_progress(enrolment, lesson, percent=percent, opened_at=START, spans=spans, **more)


def credited():
    return sum(LessonProgress.objects.values_list("seconds", flat=True))


# The clock -----------------------------------------------------------------------------------------------------------


def test_an_honest_page_is_credited_what_passed(enrolment, lesson):
    for second in range(15, 76, 15):
        with at(second):
            answer = report(enrolment, lesson, 15, percent=second)
    assert (answer.seconds, answer.percent) == (75, 75)
    assert StudySpan.objects.count() == 1  # one sitting, one row


def test_a_sitting_of_uneven_reports_loses_nothing_it_read(enrolment, lesson):
    for number in range(1, 41):
        with at(number * 15 + (0.4 if number % 2 else 0)):
            answer = report(enrolment, lesson, 15)
    assert 600 - 10 <= answer.seconds <= 600


def test_a_forged_hour_is_worth_one_report(enrolment, lesson):
    with at(15):
        report(enrolment, lesson, 15)
    with at(3600):
        assert report(enrolment, lesson, 3600, percent=100).seconds == 15 + 30


def test_a_forged_hour_in_the_first_second_is_worth_that_second(world, course, lesson):
    with at(0):
        row = services.enrol(world.wang.person, course)
    with at(1):
        assert report(row, lesson, 3600, percent=100).seconds == 1


def test_the_same_report_again_and_again_adds_nothing(enrolment, lesson):
    with at(15):
        assert [report(enrolment, lesson, 15).seconds for _time in range(5)] == [15] * 5


def test_many_quick_reports_add_up_to_the_wall_clock(enrolment, lesson):
    with at(0):
        report(enrolment, lesson, 30)
    for tenth in range(1, 61):
        with at(tenth / 10):
            report(enrolment, lesson, 30)
    assert credited() == pytest.approx(30 + 6)


def test_two_tabs_share_one_clock(enrolment, lessons):
    for second in range(15, 61, 15):
        with at(second):
            report(enrolment, lessons[0], 15)
        with at(second + 1):
            report(enrolment, lessons[1], 15)
    assert credited() <= 61


def test_two_phones_in_two_courses_share_one_clock(world, enrolment, lesson, course):
    from courses.models import CoursePage, LessonPage

    other = course.get_parent().add_child(
        instance=CoursePage(title="另一门", slug="other", code="LY", layer="top", summary="示例")
    )
    theirs = other.add_child(instance=LessonPage(title="另一课", slug="t1", key="T1", minutes=12))
    with at(-600):
        second = services.enrol(world.wang.person, other)
    for moment in range(15, 301, 15):
        with at(moment):
            report(enrolment, lesson, 15)
            report(second, theirs, 15)
    assert credited() == 300


def test_a_server_clock_set_back_counts_no_moment_twice(enrolment, lesson):
    with at(30):
        report(enrolment, lesson, 15, percent=50)
    with at(20):
        answer = report(enrolment, lesson, 15, percent=10)
    assert (answer.seconds, answer.percent) == (25, 50)  # 15–30, then 5–15
    with at(30):
        assert report(enrolment, lesson, 30).seconds == 30


@pytest.mark.parametrize(("seconds", "percent"), [(-1, 10), (15, 101), (15, -1)])
def test_impossible_figures_are_refused(enrolment, lesson, seconds, percent):
    with pytest.raises(DomainError) as refused:
        report(enrolment, lesson, seconds, percent)
    assert refused.value.code == "progress.invalid"


def test_too_many_stretches_and_another_courses_lesson_are_refused(enrolment, lesson):
    with at(3600), pytest.raises(DomainError) as refused:
        late(enrolment, lesson, *[(number, number + 0.5) for number in range(201)])
    assert refused.value.code == "progress.invalid"
    lesson.course_id += 1000
    with at(15), pytest.raises(DomainError) as refused:
        report(enrolment, lesson, 15)
    assert (refused.value.code, credited()) == ("progress.foreign", 0)


def test_each_lesson_has_the_evidence_of_its_own_seconds(enrolment, lessons):
    for number in range(8):
        with at(number * 10 + 10):
            report(enrolment, lessons[number % 2], 10)
    for row in LessonProgress.objects.all():
        kept = sum((span.ended_at - span.started_at).total_seconds() for span in row.spans.all())
        assert (row.seconds, kept) == (40, 40)


def test_the_end_alone_is_not_reading(enrolment, lesson):
    with at(15):
        assert not report(enrolment, lesson, 15, percent=100).completed


# Late: a lost network, a page without script --------------------------------------------------------------------------


def test_what_was_read_without_network_is_credited_on_return(enrolment, lesson):
    with at(3600):
        answer = late(enrolment, lesson, (0, 120), (200, 260), percent=60)
    assert (answer.seconds, answer.percent) == (180, 60)
    with at(3700):
        assert late(enrolment, lesson, (0, 120), (200, 260)).seconds == 180  # sent twice


def test_two_phones_without_network_share_one_clock(enrolment, lessons):
    with at(3600):
        late(enrolment, lessons[0], (0, 300))
        late(enrolment, lessons[1], (100, 400))
    assert credited() == 400
    assert not any(
        one.pk < other.pk and max(one.started_at, other.started_at) < min(one.ended_at, other.ended_at)
        for one in StudySpan.objects.all()
        for other in StudySpan.objects.all()
    )


def test_a_phone_whose_clock_runs_fast_claims_no_future(enrolment, lesson):
    with at(60):
        assert late(enrolment, lesson, (0, 5000)).seconds == 60


def test_late_claims_fill_a_lesson_to_its_own_length_and_no_further(enrolment, lesson):
    with at(36_000):
        for start in range(0, 30_000, 1000):
            answer = late(enrolment, lesson, (start, start + 1000))
    assert answer.seconds == lesson.minutes * 60


def test_one_report_without_script_counts_from_the_signed_opening(enrolment, lessons):
    with at(200):
        assert report(enrolment, lessons[0], 200, percent=100, opened_at=START).completed
    with at(10_000):  # the lesson's own length bounds a page left open over lunch
        assert report(enrolment, lessons[1], 9_000, percent=50, opened_at=START).seconds == 12 * 60


# Films ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def film_lesson(lesson):
    lesson.films = {"v1": 300}
    lesson.save()
    return lesson


def watch(enrolment, lesson, moment, stretches, speed=1.0, seconds=15):
    with at(moment):
        report(enrolment, lesson, seconds, percent=100, watched=Watched("v1", stretches, speed, stretches[-1][1]))
    row = LessonProgress.objects.get(lesson=lesson)
    return sum(end - start for start, end in row.watched["v1"])


def test_a_film_said_to_be_seen_whole_is_worth_the_time_that_passed(enrolment, film_lesson):
    assert watch(enrolment, film_lesson, 15, [(0, 300)]) == 15
    assert watch(enrolment, film_lesson, 16, [(0, 300)]) == 16  # said again a second later
    assert not LessonProgress.objects.get().completed_at


def test_a_film_at_double_speed_is_seen_in_half_the_time_and_no_faster(enrolment, film_lesson):
    assert watch(enrolment, film_lesson, 15, [(0, 30)], speed=2.0) == 30
    assert watch(enrolment, film_lesson, 30, [(30, 90)], speed=16.0) == 60


def test_the_same_minute_of_a_film_again_is_still_one_minute(enrolment, film_lesson):
    for moment in range(15, 616, 15):
        seen = watch(enrolment, film_lesson, moment, [(0, 15)])
    assert seen == 15


def test_a_film_watched_honestly_completes_and_a_skipped_one_does_not(enrolment, film_lesson):
    for number in range(1, 18):
        watch(enrolment, film_lesson, number * 15, [((number - 1) * 15, number * 15)])
    row = LessonProgress.objects.get()
    assert row.completed_at is None
    assert "视频还没看够" in completion.missing(enrolment)[0]
    watch(enrolment, film_lesson, 18 * 15, [(255, 270)])
    row.refresh_from_db()
    assert row.completed_at
    assert row.position == {"v1": 270.0}  # another phone goes on here


def test_forged_films_and_crumbs_of_films_do_not_fill_the_disk(enrolment, film_lesson):
    crumbs = [(number, number + 0.001) for number in range(500)]
    for number in range(25):
        with at(number * 15):
            report(enrolment, film_lesson, 15, watched=Watched(f"v{number}", crumbs))
    row = LessonProgress.objects.get()
    assert len(row.watched) == len(row.position) == progress.MOST_FILMS
    assert sum(map(len, row.watched.values())) == 0


# The door ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def door(lesson):
    return f"/study/lessons/{lesson.pk}/progress/"


def test_the_page_reports(world, enrolment, door, client_of):
    client = client_of(world.wang)
    answer = client.post(door, {"seconds": "15", "position_percent": "40"})
    assert set(answer.json()) == {"percent", "seconds", "minutes_left", "completed"}
    for bad in ("NaN", "-5", "9999999", "", "1.5"):
        assert client.post(door, {"seconds": bad, "position_percent": "40"}).status_code == 422
    assert client_of(world.alpha_contact).post(door, {"seconds": "15", "position_percent": "40"}).status_code == 403


def test_spans_need_the_note_of_this_lesson_and_this_user(world, enrolment, lessons, door, client_of):
    client = client_of(world.wang)

    def answer(note, spans="0-5", **more):
        asked = {"opened": note, "spans": spans, "position_percent": "40"} | more
        with at(3600):
            return client.post(door, asked)

    note = opened(lessons[0], world.wang, START)
    assert answer(note).json()["seconds"] == 5
    forged = [note[:-1] + "x", "", opened(lessons[1], world.wang, START), opened(lessons[0], world.city, START)]
    assert [answer(other).status_code for other in forged] == [403] * 4
    for bad in ("5-1", "NaN-5", "0-99999999", "-1-5", "0-5;", "1e3-2e3"):
        assert answer(note, bad).status_code == 422
    assert answer(note, "", film="v1", stretches="0-NaN", speed="Infinity", at="-1").status_code == 200
    assert LessonProgress.objects.get().watched == {"v1": []}


def test_the_lesson_says_where_its_reports_go_and_carries_the_note(world, enrolment, client_of):
    from django.test import RequestFactory

    from courses.views.pages import lesson_context

    request = RequestFactory().get("/")
    request.user = world.wang
    lesson = enrolment.course.lessons().first()
    context = lesson_context(request, lesson)
    answer = client_of(world.wang).post(
        context["progress_url"], {"opened": context["opened"], "spans": "0-0", "position_percent": "0"}
    )
    assert answer.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_twenty_reports_at_once_credit_one_clock(world, course, at_once):
    one, two = course.lessons()
    with clock.moved_to(clock.now() - timedelta(hours=1)):
        enrolment = services.enrol(world.wang.person, course)
        for lesson in (one, two):
            report(enrolment, lesson, 0)  # opened before: only the person stands between the two
    at_once(20, lambda n: progress.report_progress(enrolment, (one, two)[n % 2], seconds=15, percent=10).seconds)
    assert 15 <= credited() <= 15 + 5


# Stretches -----------------------------------------------------------------------------------------------------------


def test_stretches():
    assert union([(5, 7), (1, 3), (2, 4), (9, 9)]) == [(1, 4), (5, 7)]
    assert without([(0, 10), (20, 30)], [(2, 3), (8, 22), (40, 50)]) == [(0, 2), (3, 8), (22, 30)]
