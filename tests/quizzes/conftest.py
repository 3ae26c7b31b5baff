"""A small bank, one quiz, two learners; and a clock that the test moves."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from core import clock
from enterprises.models import Person
from quizzes import services

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Tianjin
CONTEXT = "lesson:5:v3:2026"
SECRET = "只有放行以后才看得到的解析"


def question(key, kind="single", answer=(1,), **more):
    """One item of a bank file; the words tell which option is which."""
    item = {
        "key": key,
        "kind": kind,
        "topic": "检验",
        "lesson": "F1",
        "clause": "8.6",
        "layer": "frontline",
        "difficulty": 1,
        "stem": f"题干{key}",
        "options": [f"{key}甲", f"{key}乙", f"{key}丙", f"{key}丁"],
        "answer": list(answer) if isinstance(answer, tuple) else answer,
        "explanation": f"{SECRET}{key}",
        "source": "自编",
    }
    if kind == "true_false":
        item |= {"options": [], "answer": answer if isinstance(answer, bool) else True}
    return item | more


@pytest.fixture
def make_question():
    return question


@pytest.fixture
def make_person(db):
    """A person with a login."""

    def make(name):
        user = User.objects.create_user(username=f"u-{name}")
        return Person.objects.create(name=name, user=user)

    return make


@pytest.fixture
def learner(make_person):
    return make_person("李工")


@pytest.fixture
def other(make_person):
    return make_person("王工")


@pytest.fixture
def bank(db):
    """Ten questions: six single, two multiple, two true/false; option 乙 (and 丙) right, the first statement true."""
    items = [question(f"s{n}") for n in range(6)]
    items += [question(f"m{n}", "multiple", (1, 2)) for n in range(2)]
    items += [question("t0", "true_false", True), question("t1", "true_false", False)]
    services.load_questions(items)
    return items


@pytest.fixture
def quiz(bank):
    """All ten, ten points each, 20 minutes, 80 % to pass."""
    return services.ensure_quiz(
        "f1", {"title": "首件检验", "minutes": 20, "blueprint": [{"lesson": "F1", "draw": 10, "points": 10}]}
    )


@pytest.fixture
def at():
    """``with at(minutes=5):`` five minutes after nine o'clock."""
    return lambda **later: clock.moved_to(NINE + timedelta(**later))


@pytest.fixture
def attempt(quiz, learner, at):
    """The learner's first attempt, begun at nine."""
    with at():
        return services.start_attempt(quiz, learner, CONTEXT, return_url="/courses/f1/")


@pytest.fixture
def right():
    """Position -> the right response, read from the key."""
    return lambda attempt, position: attempt.key[position - 1]["answer"]


@pytest.fixture
def wrong(right):
    """Position -> a response that earns nothing."""

    def respond(attempt, position):
        places = range(len(attempt.paper[position - 1]["options"]))
        return [next(place for place in places if place not in right(attempt, position))]

    return respond


@pytest.fixture
def save(right):
    """Save an answer (the right one unless told) from one device."""

    def save(attempt, position, response=None, nonce=None, writer="phone", person=None):
        response = right(attempt, position) if response is None else response
        nonce = nonce or f"n{position}-{clock.now().timestamp():.0f}"
        return services.save_answer(attempt.pk, person or attempt.person, position, response, nonce, writer)

    return save
