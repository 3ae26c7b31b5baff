"""What people are told about exams: the markers of an appeal, the learner of its answer and of a score given by hand. Once each."""

import pytest

from core import registry
from notices.models import Notice
from quizzes import appeals, services

from .conftest import CONTEXT, mark, refused

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

WHY = "第二问写的是 7.1.5，没有给分"


def told(kind):
    rows = Notice.objects.filter(kind=kind).order_by("person")
    return [(row.person.name, row.title) for row in rows]


def test_the_learner_hears_when_the_last_mark_is_given_and_when_an_appeal_is_answered(
    handed_in, learner, markers, at, monkeypatch
):
    attempt = handed_in(learner)
    with at(minutes=10):
        mark(markers[0], "10", "0")
        assert told("quiz.marked") == []
        mark(markers[0], "5")
    assert told("quiz.marked") == [("李工", "成绩出来了：内审员")]
    body = Notice.objects.get(kind="quiz.marked").body
    assert "得 15 分（满分 40），还没到合格线" in body
    services.grade(attempt)
    assert len(told("quiz.marked")) == 1
    # Nobody marks this context by name: the city's administrators are told.
    with at(days=1):
        first = appeals.ask(attempt.pk, learner, 1, WHY)
        appeals.ask(attempt.pk, learner, 1, WHY)
    assert [name for name, _title in told("quiz.appeal_filed")] == ["阅卷0", "阅卷1", "阅卷2"]
    # Named markers are told, and nobody else.
    monkeypatch.setattr(registry, "markers_of_context", [lambda context: [markers[1].person.pk, learner.pk]])
    with at(days=1, hours=1):
        second = appeals.ask(attempt.pk, learner, 2, WHY)
    second_told = [name for name, title in told("quiz.appeal_filed") if title.endswith("第 2 题")]
    assert second_told == ["阅卷1"]
    with at(days=2):
        for _again in range(2):
            appeals.keep(first, markers[0], "要点二没有写到证据")
        appeals.propose(second, markers[0], "8", "写了先检后干", "补给您 3 分")
        assert len(told("quiz.appeal_answered")) == 1
        with refused("appeal.second_person"):
            appeals.approve(second, markers[0])
        appeals.approve(second, markers[1])
    bodies = Notice.objects.filter(kind="quiz.appeal_answered").order_by("pk").values_list("body", flat=True)
    assert [("维持原分" in body, "已改分" in body) for body in bodies] == [(True, False), (False, True)]
    assert "补给您 3 分" in bodies[1]


def test_a_paper_the_machine_marks_is_told_by_its_page_alone(attempt, learner, save, at):
    with at(minutes=1):
        save(attempt, 1)
        services.finish(attempt, learner)
    assert attempt.context == CONTEXT
    assert not Notice.objects.exists()
