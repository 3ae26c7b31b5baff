"""Completion is derived, happens once, and counts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import clock
from core.exceptions import DomainError
from courses import asking, completion, progress, services
from courses.models import Enrolment, LessonQuestion
from courses.models.pages import class_hours
from courses.views.pages import opened
from enterprises.models import Membership
from ledger.models import Activity, Entry, Posting
from quizzes.models import Attempt
from quizzes.services import finish, save_answer, start_attempt

pytestmark = pytest.mark.django_db

START = clock.at(clock.today() - timedelta(days=1), 9)  # yesterday: behind the real clock at every hour


def at(seconds):
    return clock.moved_to(START + timedelta(seconds=seconds))


@pytest.fixture
def wang(world):
    return world.wang.person


@pytest.fixture
def enrolment(wang, course):
    with at(0):
        return services.enrol(wang, course)


def read_all(enrolment):
    """Every lesson as an honest reader reads it, without waiting."""
    for number, lesson in enumerate(enrolment.course.lessons()):
        opened = START + timedelta(minutes=12 * number)
        with clock.moved_to(opened + timedelta(minutes=12)):
            progress.report_progress(enrolment, lesson, seconds=720, percent=100, opened_at=opened)


def pass_quiz(enrolment, right=True):
    attempt = completion.start_quiz(enrolment, return_url="/my/")
    for position, row in enumerate(Attempt.objects.get(pk=attempt.pk).key, start=1):
        place = row["answer"][0] if right else (row["answer"][0] + 1) % 3
        save_answer(attempt.pk, enrolment.person, position, [place], f"nonce-{attempt.pk}-{position}", "device")
    return finish(attempt, enrolment.person)


# Completion ----------------------------------------------------------------------------------------------------------


def test_the_quiz_waits_for_the_lessons(enrolment):
    with pytest.raises(DomainError) as refused:
        completion.start_quiz(enrolment, return_url="/my/")
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
        completion.complete_if_done(enrolment)
    enrolment.refresh_from_db()
    assert (enrolment.completed_at, Posting.objects.count()) == (first, 1)


def test_later_content_takes_no_completion_away(enrolment, course):
    from courses.models import LessonPage

    read_all(enrolment)
    pass_quiz(enrolment)
    course.add_child(instance=LessonPage(title="新加的课", slug="f3", key="F3", minutes=12))
    enrolment.refresh_from_db()
    assert enrolment.completed_at
    assert completion.complete_if_done(enrolment).completed_at == enrolment.completed_at


def test_a_course_of_less_than_half_a_class_hour_counts_nothing(course, wang):
    course.quiz = None
    course.save()
    course.lessons().last().delete()
    enrolment = services.enrol(wang, course)
    read_all(enrolment)
    assert "还没上齐" in completion.missing(enrolment)[0]
    assert not Entry.objects.exists()


def test_last_years_pass_does_not_satisfy_this_year(course, wang):
    with clock.moved_to(clock.at(clock.today().replace(year=2025, month=6, day=2), 9)):
        old = services.enrol(wang, course)
        start_attempt(course.quiz, wang, completion.quiz_context(old))
    new = services.enrol(wang, course)
    assert (new.pk == old.pk, new.year, old.year) == (False, clock.today().year, 2025)
    assert completion.quiz_context(new) != completion.quiz_context(old)


def test_who_began_in_december_goes_on_with_that_in_january(course, world, wang, client_of):
    """The buttons act on the enrolment the pages show; nothing read is lost at New Year."""
    from wagtail.models import Site

    Site.objects.update(root_page=course.get_parent())
    year = clock.today().year
    with clock.moved_to(clock.at(date(year - 1, 12, 30), 9)):
        old = services.enrol(wang, course)
    one, two = course.lessons()
    client = client_of(world.wang)
    note = opened(one, world.wang, clock.now() - timedelta(minutes=13))
    assert client.post(f"/study/lessons/{one.pk}/read/", {"opened": note})["Location"] == two.url
    note = opened(two, world.wang, clock.now() - timedelta(hours=1))
    client.post(f"/study/lessons/{two.pk}/read/", {"opened": note})
    assert "/attempts/" in client.post(f"/study/{course.pk}/quiz/")["Location"]
    client.post(f"/study/{course.pk}/enrol/")
    assert Enrolment.objects.get() == old
    pass_quiz(old)
    old.refresh_from_db()
    # Finished: this year's is another one, and counts again.
    assert (bool(old.completed_at), services.go_on(wang, course).year) == (True, year)


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
    attempt = completion.start_quiz(enrolment, return_url="/my/")
    Attempt.objects.filter(pk=attempt.pk).update(
        state="graded", passed=True, score=100, submitted_at=clock.now(), graded_at=clock.now()
    )
    results = at_once(10, lambda _: completion.complete_if_done(enrolment).completed_at)
    assert len(set(results)) == 1
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 1)
    assert Enrolment.objects.get().certificate.serial == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of_lesson", [False, True])
def test_the_last_lesson_and_the_quiz_at_the_same_moment_complete_the_course(world, course, at_once, of_lesson):
    """Two transactions, each of which alone sees the other's part missing: whoever is second must see both."""
    wang = world.wang.person
    one, two = course.lessons()
    if of_lesson:
        two.quiz, two.quiz_needed = course.quiz, True
        two.save()
        course.quiz = None
        course.save()
        two.minutes = 12
        one.minutes = 30
        one.save()
    with at(0):
        enrolment = services.enrol(wang, course)
    started = START + timedelta(minutes=30)
    with at(31 * 60):
        progress.report_progress(enrolment, one, percent=100, opened_at=START, spans=[(0, 30 * 60)])
        progress.report_progress(enrolment, two, percent=10, opened_at=started, spans=[(0, 1)])
    context = completion.quiz_context(enrolment, two if of_lesson else None)
    attempt = start_attempt(two.quiz if of_lesson else course.quiz, wang, context)
    for position, row in enumerate(Attempt.objects.get(pk=attempt.pk).key, start=1):
        save_answer(attempt.pk, wang, position, row["answer"], f"nonce-{attempt.pk}-{position}", "device")

    def act(number):
        if number % 2:
            return finish(attempt, wang).passed
        return progress.report_progress(enrolment, two, percent=100, opened_at=started, spans=[(0, 12 * 60)]).percent

    at_once(4, act)
    enrolment.refresh_from_db()
    assert enrolment.completed_at
    assert (Entry.objects.count(), Posting.objects.count()) == (1, 1)


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

    from courses.views.pages import course_context, lesson_context

    request = RequestFactory().get("/")
    request.user = world.wang
    with django_assert_num_queries(3):
        course_context(request, course)
    with django_assert_num_queries(6):
        lesson_context(request, course.lessons().first())


def test_my_learning_asks_a_constant_number_of_questions(world, course, wang, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from courses import assigning
    from courses.models import CoursePage, LessonPage, Path, PathStep, PriorStudy

    client, asked = client_of(world.wang), {}
    for number in range(4):
        if number:
            course = course.get_parent().add_child(
                instance=CoursePage(
                    title=f"课 {number}", slug=f"m{number}", code="LY", layer="frontline", summary="示例"
                )
            )
            course.add_child(instance=LessonPage(title=f"甲 {number}", slug="a", key="A1", minutes=12))
        read_all(services.enrol(wang, course))
        path = Path.objects.create(title=f"路 {number}", layer="frontline")
        PathStep.objects.create(path=path, course=course, sort_order=0)
        rule = assigning.create(world.city, path=path, layers=["frontline"], due_on=clock.today() + timedelta(days=5))
        assigning.apply(world.city, rule, assigning.plan(rule).fingerprint)
        PriorStudy.objects.create(
            person=wang,
            platform="zrpx",
            title=f"外 {number}",
            finished_on=clock.today(),
            class_hours=2,
            state="approved",
        )
        client.get("/my/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/my/").content.decode().count("路 ") > number
        asked[number + 1] = len(queries)
    assert asked[1] == asked[2] == asked[4], asked


@pytest.mark.django_db(transaction=True)
def test_a_question_sent_by_eight_taps_at_once_is_one(world, course, at_once):
    keys = at_once(8, lambda _: asking.ask(world.wang.person, course.lessons()[0], "卡尺没有校准标签，还能用吗？").pk)
    assert (len(set(keys)), LessonQuestion.objects.count()) == (1, 1)


# Lessons that are optional, or have a quiz of their own; courses that come after others ---------------------------------


def read(enrolment, lesson):
    opened = START + timedelta(minutes=12 * lesson.pk % 600)
    with clock.moved_to(opened + timedelta(minutes=12)):
        return progress.report_progress(enrolment, lesson, seconds=720, percent=100, opened_at=opened)


def pass_attempt(attempt, person):
    for position, row in enumerate(Attempt.objects.get(pk=attempt.pk).key, start=1):
        save_answer(attempt.pk, person, position, row["answer"], f"nonce-{attempt.pk}-{position}", "device")
    return finish(attempt, person)


def test_an_optional_lesson_is_not_waited_for_and_counts_no_time(enrolment, course):
    lesson = course.lessons().last()
    lesson.required = False
    lesson.save()
    read(enrolment, course.lessons().first())
    assert completion.next_lesson(enrolment) == lesson  # offered when nothing else is left
    assert pass_quiz(enrolment).passed
    enrolment.refresh_from_db()
    # 12 minutes of the required lesson and 30 of the quiz
    assert (bool(enrolment.completed_at), Entry.objects.get().class_hours) == (True, Decimal("0.5"))


@pytest.mark.parametrize("quiz_first", [True, False])
def test_a_lesson_whose_quiz_is_needed_is_complete_when_both_are_done(enrolment, course, wang, quiz_first):
    lesson = course.lessons().first()
    lesson.quiz, lesson.quiz_needed = course.quiz, True
    lesson.save()

    def quiz():
        pass_attempt(completion.start_lesson_quiz(enrolment, lesson, return_url="/my/"), wang)

    steps = [quiz, lambda: read(enrolment, lesson)]
    for step in steps if quiz_first else reversed(steps):
        assert not enrolment.progress.exclude(completed_at=None).exists()
        step()
    assert enrolment.progress.exclude(completed_at=None).count() == 1
    # The lesson's pass is not the course's.
    assert any("结课测验" in sentence for sentence in completion.missing(enrolment))


def test_why_a_course_is_not_complete_is_said_lesson_by_lesson(enrolment, course):
    one, two = course.lessons()
    with at(30):
        progress.report_progress(enrolment, one, seconds=15, percent=40)
    said = completion.missing(enrolment)
    assert said == [
        "F1 第 1 课 还没读完：读到 40%，记了 0 分钟，至少要 2 分钟、读到 90%",
        "F2 第 2 课 还没打开过",
        "结课测验还没到 80 分",
    ]


def test_a_course_waits_for_the_one_before_it(course, wang, enrolment):
    from courses.models import CoursePage

    later = course.get_parent().add_child(
        instance=CoursePage(title="后一门", slug="later", code="LT", layer="top", summary="示例", prerequisite=course)
    )
    with pytest.raises(DomainError) as refused:
        services.enrol(wang, later)
    assert (refused.value.code, "干好每一件" in refused.value.sentence) == ("course.prerequisite", True)
    read_all(enrolment)
    pass_quiz(enrolment)
    assert services.enrol(wang, later).course == later


def test_what_was_published_at_completion_is_pinned(enrolment, course):
    for page in [course, *course.lessons()]:
        page.specific.save_revision().publish()
    read_all(enrolment)
    pass_quiz(enrolment)
    enrolment.refresh_from_db()
    pages = [course, *course.lessons()]
    for page in pages:
        page.refresh_from_db()
    assert enrolment.pinned == {str(page.pk): page.live_revision_id for page in pages}
