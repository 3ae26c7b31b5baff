"""After closing: a better result is shown in the round and taken over by correction. Rates and certificate follow, not the entry."""

import pytest
from django.test import Client
from django.urls import reverse

import quizzes.services
from core import clock
from core.models import AuditRecord
from ledger import counts
from ledger.models import ActivityFact, Entry, Posting
from quizzes import regrading
from quizzes.models import QuestionRevision
from tests.training import house
from training import correcting, exams
from training.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def class_(world):
    """Closed: the first passed with 100, the second failed with 50 because he took the second statement for wrong."""
    items = [
        {"key": f"b{n}", "kind": "true_false", "topic": "更", "stem": f"第{n}句", "options": [], "answer": True}
        for n in range(2)
    ]
    quizzes.services.load_questions(items)
    rows = [{"keys": ["b0", "b1"], "draw": 2, "points": 50}]
    quiz = quizzes.services.ensure_quiz("better", {"title": "结业", "blueprint": rows, "shuffle_questions": False})

    def sit(round_):
        for row in Registration.objects.filter(round=round_).order_by("sequence"):
            attempt = exams.start(row, return_url="/")
            for position in (1, 2):
                wrong = position == 2 and row.sequence == 2
                quizzes.services.save_answer(attempt.pk, row.person, position, [int(wrong)], f"n{position}", "")
            quizzes.services.finish(attempt, row.person)

    members = house.make_people(2, world.alpha)
    round_ = house.opened(world, members=members, exam_quiz=quiz)
    house.attend(world, round_)
    with clock.moved_to(house.after(round_, 0)):
        sit(round_)
    house.file_papers(round_)
    return house.close(world, round_)


def facts():
    rows = ActivityFact.objects.order_by("posting").values_list("name", "value")
    newest = dict(rows)
    return newest["examined"], newest["passed"], counts.figures(counts.Scope()).person_times


def test_a_regrade_after_closing_is_offered_and_corrected_once(world, class_, code_of):
    first, second = Registration.objects.filter(round=class_).order_by("sequence")
    assert (second.mark, second.certificate, facts()) == (50, None, (2, 1, 2))
    trainer = Client()
    trainer.force_login(world.jia_trainer)
    page = reverse("desk:round", args=[class_.pk])
    assert "成绩有变" not in trainer.get(page).content.decode()
    revision = QuestionRevision.objects.get(question__key="b1")
    regrading.apply(regrading.plan(world.city, revision, "full", None, "这句话有歧义"), world.city)
    second.refresh_from_db()
    assert (second.mark, facts()) == (50, (2, 1, 2))
    said = trainer.get(page).content.decode()
    assert "成绩有变：1 人" in said and second.person.name in said
    assert code_of(correcting.take_better_marks, class_.pk, actor=world.jia_trainer, reason=" ") == "reason.missing"
    entries = list(Entry.objects.values())
    for _again in range(2):
        trainer.post(reverse("desk:correct-marks", args=[class_.pk]), {"reason": "第 2 题有歧义，重新判分"})
        second.refresh_from_db()
        assert (second.mark, second.first_mark, facts()) == (100, 50, (2, 2, 2))
    assert second.certificate.words["name"] == second.person.name
    assert list(Entry.objects.values()) == entries
    assert Posting.objects.filter(kind="correction").count() == 1
    trail = AuditRecord.objects.get(action="training.correct_mark")
    assert trail.changes == {"mark": ["50.0", "100"]}
    assert "成绩有变" not in trainer.get(page).content.decode()
    first.refresh_from_db()
    assert first.mark == 100


def test_before_closing_there_is_nothing_to_correct(world, code_of):
    round_ = house.opened(world, members=house.make_people(1, world.alpha))
    assert (
        code_of(correcting.take_better_marks, round_.pk, actor=world.jia_trainer, reason="重新判分")
        == "round.not_closed"
    )
    assert exams.better_marks(round_, []) == []
