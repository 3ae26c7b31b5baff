"""A small bank, one quiz, two learners; and a clock that the test moves."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from core import clock
from core.exceptions import DomainError
from enterprises.models import Appointment, Person, Role
from quizzes import hand_marking, services

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Tianjin
CONTEXT = "lesson:5:v3:2026"
SECRET = "只有放行以后才看得到的解析"


CASE = {
    "key": "c1",
    "kind": "case",
    "topic": "案例",
    "lesson": "U4",
    "clause": "7.1.5",
    "layer": "middle",
    "difficulty": 2,
    "stem": "三把卡尺，一把过期。",
    "options": ["是不是不符合", "哪一条"],
    "answer": {"model": "是", "rubric": [{"text": "是", "share": 50}, {"text": "7.1.5", "share": 50}]},
    "explanation": "过期的尺子不能量。",
    "source": "自编",
}

SHORT = CASE | {"key": "w1", "kind": "short", "options": [], "answer": "首件检验要记录", "stem": "首件检验怎么做？"}


def refused(code):
    """``with refused("quiz.full"):`` inside, a DomainError of that code is raised."""
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def mark(user, *shares, **more):
    """The user takes the next answer and gives these points for it."""
    return hand_marking.give_mark(hand_marking.claim(user), user, shares, **more)


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


@pytest.fixture
def markers(db):
    """Three of the city's administrators."""
    users = [User.objects.create_user(username=f"marker{n}") for n in range(3)]
    for n, user in enumerate(users):
        Person.objects.create(name=f"阅卷{n}", user=user)
        Appointment.objects.create(user=user, role=Role.CITY_ADMIN)
    return users


@pytest.fixture
def exam(db):
    """A case of 30 points (two parts of 50 %) and a short answer of 10; 50 % to pass."""
    services.load_questions([CASE, SHORT])
    blueprint = [{"keys": ["c1"], "draw": 1, "points": 30}, {"keys": ["w1"], "draw": 1, "points": 10}]
    rules = {"title": "内审员", "blueprint": blueprint, "shuffle_questions": False, "pass_percent": 50}
    return services.ensure_quiz("auditor", rules)


@pytest.fixture
def handed_in(exam, at, save):
    """A paper with both answers, handed in ``minutes`` after nine."""

    def hand_in(person, minutes=0, context=CONTEXT, answers=2):
        with at(minutes=minutes):
            attempt = services.start_attempt(exam, person, context)
            save(attempt, 1, ["是，过期了", "7.1.5"])
            if answers > 1:
                save(attempt, 2, ["先做一件再量"])
            return services.finish(attempt, person)

    return hand_in
