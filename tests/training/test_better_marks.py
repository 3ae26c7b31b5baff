"""After closing: a better result is shown in the round and taken over by correction. Rates and certificate follow, not the entry."""

import pytest
from django.test import Client
from django.urls import reverse

import quizzes.services
from core import clock
from ledger import counts
from ledger.models import ActivityFact, Entry, Posting
from quizzes import regrading
from quizzes.models import Attempt, QuestionRevision
from tests.training import house
from training import checks, corrections, exams
from training.models import Correction, Registration

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
    ask = corrections.ask_for_better_marks
    assert code_of(ask, class_.pk, actor=world.jia_trainer, reason=" ") == "reason.missing"
    entries = list(Entry.objects.values())
    for said in ("提了 1 张更正单", "没有新的要更正"):
        form = {"reason": "第 2 题有歧义，重新判分"}
        answer = trainer.post(reverse("desk:correct-marks", args=[class_.pk]), form, follow=True).content.decode()
        assert said in answer and "更正单待批" in answer
    correction = Correction.objects.get()
    assert (correction.mark, correction.regraded, correction.preview["paper"]) == (100, True, [False, "issued"])
    assert (Registration.objects.get(pk=second.pk).mark, facts()) == (50, (2, 1, 2))
    waiting = f"{reverse('desk:corrections')}?round={class_.pk}&state=asked"
    assert 'name="correction"' not in trainer.get(waiting).content.decode()
    approve = reverse("desk:correct-approve", args=[class_.pk])
    assert "要别人来批" in trainer.post(approve, {"correction": correction.pk}, follow=True).content.decode()
    head = Client()
    head.force_login(world.jia_admin)
    shown = head.get(waiting).content.decode()
    assert f'name="correction" value="{correction.pk}" checked' in shown
    # What is agreed to stands beside the box: the mark, and that a certificate follows.
    assert "50 → <b>100</b>" in shown and "没有 → <b>新发一张</b>" in shown
    assert "请勾选" in head.post(approve, follow=True).content.decode()
    outsider = Client()
    outsider.force_login(world.yi_trainer)
    assert outsider.post(approve, {"correction": correction.pk}).status_code == 404
    for _again in range(2):
        head.post(approve, {"correction": correction.pk})
        second.refresh_from_db()
        assert (second.mark, second.first_mark, facts()) == (100, 50, (2, 2, 2))
    assert second.certificate.words["name"] == second.person.name
    assert list(Entry.objects.values()) == entries
    assert Posting.objects.filter(kind="correction").count() == 1
    assert "成绩有变" not in trainer.get(page).content.decode()
    first.refresh_from_db()
    assert first.mark == 100
    assert list(checks.audit()) == []


def test_a_mark_that_changed_again_is_not_approved(world, class_, code_of):
    second = Registration.objects.filter(round=class_).order_by("sequence")[1]
    revision = QuestionRevision.objects.get(question__key="b1")
    regrade = regrading.apply(regrading.plan(world.city, revision, "full", None, "这句话有歧义"), world.city)
    assert regrade is not None
    [correction] = corrections.ask_for_better_marks(class_.pk, actor=world.jia_trainer, reason="重新判分")
    Attempt.objects.filter(context=exams.context_of(second)).update(score=75)
    assert code_of(corrections.approve, correction.pk, actor=world.jia_admin) == "correction.stale"
    done, refused = corrections.approve_all([correction.pk], actor=world.jia_admin)
    assert (done, [one.code for one in refused]) == (0, ["correction.stale"])
    second.refresh_from_db()
    assert second.mark == 50
    corrections.withdraw(correction.pk, actor=world.jia_trainer)
    [again] = corrections.ask_for_better_marks(class_.pk, actor=world.jia_trainer, reason="重新判分")
    assert again.mark == 75


def test_before_closing_there_is_nothing_to_correct(world, code_of):
    round_ = house.opened(world, members=house.make_people(1, world.alpha))
    ask = corrections.ask_for_better_marks
    assert code_of(ask, round_.pk, actor=world.jia_trainer, reason="重新判分") == "round.not_closed"
    assert exams.better_marks(round_, []) == []
