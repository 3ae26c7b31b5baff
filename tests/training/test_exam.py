"""The exam of a round: who may begin, what the room shows, and the mark that comes of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

import quizzes.services
from core import clock
from enterprises.models import Membership
from quizzes.models import Allowance, Attempt
from training import exams

from . import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(world):
    items = [
        {"key": f"r{n}", "kind": "true_false", "topic": "检验", "stem": f"第{n}句", "options": [], "answer": True}
        for n in range(4)
    ]
    quizzes.services.load_questions(items)
    facts = {"title": "结业考试", "minutes": 60, "blueprint": [{"topic": "检验", "draw": 4, "points": 25}]}
    return quizzes.services.ensure_quiz("round", facts)


@pytest.fixture
def class_(world, quiz):
    """wang was there, zhao was not; the exam is the quiz."""
    members = list(Membership.objects.filter(enterprise=world.alpha, person__in=[world.wang.person, world.zhao]))
    round_ = house.opened(world, None, members, exam_quiz=quiz)
    house.attend(world, round_, [(world.zhao, 1)])
    round_.refresh_from_db()
    return round_


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_who_was_there_sits_the_exam_and_has_the_mark(world, class_, quiz):
    wang = house.of(class_, world.wang.person)
    with clock.moved_to(house.after(class_, 0)):
        page = browser(world.wang).get(reverse("rounds:detail", args=[class_.pk])).content.decode()
        assert "开始考试" in page
        attempt = exams.start(wang, return_url="/")
        assert exams.start(wang, return_url="/").pk == attempt.pk
        for position in (1, 2, 3):
            right = attempt.key[position - 1]["answer"]
            quizzes.services.save_answer(attempt.pk, wang.person, position, right, f"n{position}", "")
        quizzes.services.finish(attempt, wang.person)
    wang.refresh_from_db()
    assert (attempt.context, wang.mark, wang.first_mark) == (f"registration:{wang.pk}", 75, 75)


def test_who_may_not_begin(world, class_, code_of):
    wang, zhao = (house.of(class_, person) for person in (world.wang.person, world.zhao))
    with clock.moved_to(house.after(class_, 0)):
        assert code_of(exams.start, zhao, return_url="/") == "exam.attendance"
        quizzes.services.finish(exams.start(wang, return_url="/"), wang.person)
        assert code_of(exams.start, wang, return_url="/") == "exam.resits"
        Allowance.objects.create(quiz=class_.exam_quiz, person=wang.person, extra_attempts=1, reason="停电")
        assert exams.start(wang, return_url="/").number == 2
    with clock.moved_to(clock.at(class_.starts_on - timedelta(days=1), 9)):
        assert code_of(exams.start, wang, return_url="/") == "exam.too_early"
    wang.round.exam_quiz = None
    assert code_of(exams.start, wang, return_url="/") == "exam.none"


def test_the_room_by_its_pages(world, class_, quiz, django_assert_num_queries):
    wang = house.of(class_, world.wang.person)
    desk, here = browser(world.jia_trainer), reverse("desk:exam-room", args=[class_.pk])
    with clock.moved_to(house.after(class_, 0)):
        attempt = exams.start(wang, return_url="/")
        page = desk.get(here).content.decode()
        assert '正在答 <b class="num">1</b> 人' in page
        context = exams.context_of(wang)
        done = desk.post(
            reverse("desk:exam-minutes", args=[class_.pk]),
            {"who": context, "minutes": "5", "reason": "停电"},
            follow=True,
        )
        assert "给 1 人加了 5 分钟" in done.content.decode()
        desk.post(
            reverse("desk:exam-allow", args=[class_.pk]), {"names": "王小二", "extra_minutes": "10", "reason": "手伤"}
        )
        due = attempt.due_at
        attempt.refresh_from_db()
        assert attempt.due_at == due + timedelta(minutes=15)
        unknown = desk.post(
            reverse("desk:exam-allow", args=[class_.pk]),
            {"names": "查无此人", "extra_minutes": "1", "reason": "手伤"},
            follow=True,
        )
        assert "查无此人" in unknown.content.decode()
        end = reverse("desk:exam-end", args=[class_.pk])
        desk.post(end, {"who": "all", "reason": "考试结束"})
        assert Attempt.objects.get().state == "in_progress"  # not ticked: nothing is taken in
        desk.post(end, {"who": "all", "reason": "考试结束", "sure": "1"})
        assert Attempt.objects.get().state == "graded"
        live = reverse("desk:exam-room-live", args=[class_.pk])
        desk.get(live)
        with django_assert_num_queries(5):
            desk.get(live)
