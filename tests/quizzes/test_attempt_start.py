"""start_attempt: a frozen paper, the running one again, and each refusal."""

from datetime import timedelta

import pytest

from core.exceptions import DomainError
from quizzes import services
from quizzes.models import Attempt, Question

CONTEXT = "lesson:5:v3:2026"


def refusal(call, *args, **kwargs):
    with pytest.raises(DomainError) as refused:
        call(*args, **kwargs)
    return refused.value


def test_the_paper_is_drawn_frozen_and_timed(attempt, quiz):
    assert len(attempt.paper) == len(attempt.key) == 10
    assert len({item["revision"] for item in attempt.paper}) == 10
    assert (attempt.number, attempt.state, attempt.max_score, attempt.pass_percent) == (1, "in_progress", 100, 80)
    assert attempt.due_at - attempt.started_at == timedelta(minutes=20)
    assert all(set(item) == {"revision", "kind", "stem", "options", "points"} for item in attempt.paper)


def test_asking_again_returns_the_running_one(attempt, quiz, learner, at):
    with at(minutes=10):
        again = services.start_attempt(quiz, learner, CONTEXT)
    assert again.pk == attempt.pk
    assert (again.paper, again.due_at) == (attempt.paper, attempt.due_at)
    assert Attempt.objects.count() == 1


def test_editing_bank_and_quiz_changes_nothing_of_a_begun_paper(attempt, quiz, bank, make_question, save, at):
    before = Attempt.objects.values("paper", "key", "pass_percent", "due_at", "max_score").get()
    services.load_questions([item | {"stem": "全换了", "answer": _other(item)} for item in bank])
    Question.objects.update(status="retired")
    services.ensure_quiz("f1", {"pass_percent": 100, "minutes": 1, "title": "换了", "blueprint": quiz.blueprint})
    assert Attempt.objects.values("paper", "key", "pass_percent", "due_at", "max_score").get() == before
    with at(minutes=10):
        for position in range(1, 9):
            save(attempt, position)
        done = services.finish(attempt, attempt.person)
    assert (done.score, done.passed) == (80, True)


def _other(item):
    return {"single": [0], "multiple": [0, 3], "true_false": not item["answer"]}[item["kind"]]


def test_another_context_is_another_attempt(attempt, quiz, learner, at):
    with at(minutes=1):
        next_year = services.start_attempt(quiz, learner, "lesson:5:v3:2027")
    assert (next_year.number, next_year.pk != attempt.pk) == (1, True)


def test_the_next_try_is_another_draw(quiz, learner):
    papers = set()
    for number in range(1, 6):
        attempt = services.start_attempt(quiz, learner, CONTEXT)
        assert attempt.number == number
        papers.add(str(attempt.paper))
        services.finish(attempt, learner)
    assert len(papers) == 5


def test_tries_run_out(quiz, learner, other):
    quiz.attempts_allowed = 2
    for _try in range(2):
        services.finish(services.start_attempt(quiz, learner, CONTEXT), learner)
    refused = refusal(services.start_attempt, quiz, learner, CONTEXT)
    assert (refused.code, refused.params) == ("attempt.none_left", {"allowed": 2})
    assert services.start_attempt(quiz, other, CONTEXT).number == 1


def test_an_overdue_paper_is_taken_in_and_uses_up_its_try(quiz, learner, at, save):
    quiz.attempts_allowed = 1
    with at():
        attempt = services.start_attempt(quiz, learner, CONTEXT)
        save(attempt, 1)
    with at(minutes=21):
        assert refusal(services.start_attempt, quiz, learner, CONTEXT).code == "attempt.none_left"
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.submitted_at) == ("graded", 10, attempt.due_at)


def test_too_few_questions(quiz, learner):
    Question.objects.filter(key="s0").update(status="draft")
    refused = refusal(services.start_attempt, quiz, learner, CONTEXT)
    assert (refused.code, refused.params) == ("quiz.not_enough_questions", {"need": 10, "have": 9})
    assert not Attempt.objects.exists()


def test_a_blueprint_draws_by_its_words(bank, learner):
    quiz = services.ensure_quiz(
        "mixed",
        {
            "title": "混合",
            "blueprint": [
                {"kind": "multiple", "draw": 2, "points": 4},
                {"kind": ["true_false"], "layer": "frontline", "draw": 1, "points": 2},
                {"topic": "检验", "difficulty": 1, "kind": "single", "draw": 3, "points": 1},
            ],
        },
    )
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    kinds = sorted((item["kind"], item["points"]) for item in attempt.paper)
    assert kinds == [("multiple", 4)] * 2 + [("single", 1)] * 3 + [("true_false", 2)]
    assert attempt.max_score == 13
    assert attempt.due_at is None


def test_a_fixed_paper_keeps_its_order(bank, learner):
    quiz = services.ensure_quiz(
        "fixed",
        {
            "title": "固定",
            "shuffle_questions": False,
            "blueprint": [{"keys": ["s5", "t0", "s1"], "draw": 3, "points": 5}],
        },
    )
    attempt = services.start_attempt(quiz, learner, CONTEXT)
    assert [item["stem"] for item in attempt.paper] == ["题干s5", "题干t0", "题干s1"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/courses/f1/?a=1", "/courses/f1/?a=1"),
        ("https://elsewhere.example/", ""),
        ("//elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("courses/", ""),
        ("", ""),
    ],
)
def test_the_way_back_stays_on_this_site(quiz, learner, given, kept):
    assert services.start_attempt(quiz, learner, CONTEXT, return_url=given).return_url == kept
