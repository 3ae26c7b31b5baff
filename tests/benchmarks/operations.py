"""What is measured: each operation as one visitor does it."""

import itertools
import random
from dataclasses import dataclass
from functools import partial

from .visitors import Visitor, Wrong
from .world import CSRF, PASSWORD, QUESTIONS

SETTLED = 40
"""Learners who only look at pages and answer questions; the journeys belong to those after them."""


@dataclass(frozen=True)
class Operation:
    """``act(world, visitor)`` is done again and again; ``visitor(world, line, number)`` makes visitor number so and so.

    With ``each_another`` every turn has a visitor of its own, for what a person does once.
    """

    name: str
    act: callable
    visitor: callable
    each_another: bool = False


# Visitors ------------------------------------------------------------------------------------------------------------


def anyone(world, line, number):
    """Without a session."""
    return Visitor(line)


def learner(world, line, number):
    """Signed in before, the same person each time."""
    row = world.learners[number]
    return Visitor(line, row.signed_in(), row)


def examinee(world, line, number):
    """Signed in, with an attempt begun."""
    visitor = learner(world, line, number)
    visitor.attempt_path = visitor.learner.attempt()
    return visitor


def newcomer(world, line, number):
    """A browser that has seen the sign-in form."""
    return Visitor(line, {"csrftoken": CSRF}, world.learners[number % len(world.learners)])


_arrivals = itertools.count()


def arrival(world, line, number):
    """Signed in and with a ticket from the door; another person each time."""
    row = world.learners[-1 - next(_arrivals)]
    return Visitor(line, row.signed_in() | {"check-in-ticket": world.ticket()}, row)


_travellers = itertools.count(SETTLED)


def traveller(world, line, number):
    """A learner who has done nothing yet; another person each time."""
    return Visitor(line, {}, world.learners[next(_travellers)])


def prepared(world, line, number):
    """A learner who is signed in and has read the lesson, on the page with the button that begins the quiz."""
    visitor = traveller(world, line, number)
    visitor.cookies.update(visitor.learner.signed_in())
    _read(world, visitor)
    return visitor


# Acts ----------------------------------------------------------------------------------------------------------------


def page(path, words, world, visitor):
    """Open a page; ``path`` may name an attribute of the world."""
    visitor.get(getattr(world, path, path)).expect(words)


def save(world, visitor):
    """Answer a question by the form, which brings the next question."""
    visitor.post(visitor.attempt_path, _answer(visitor) | {"go": "next"})
    visitor.expect('name="nonce"')


def save_by_script(world, visitor):
    """Answer a question by the page's script, which stays on the page."""
    visitor.post(f"{visitor.attempt_path}save/", _answer(visitor)).expect('"receipt"')


def _answer(visitor):
    visitor.turn += 1
    # Never the last question: after it comes the summary.
    return {
        "position": (visitor.turn - 1) % (QUESTIONS - 1) + 1,
        "response": visitor.turn % 4,
        "nonce": f"n{visitor.turn}",
    }


def check_in(world, visitor):
    """The POST of a ticket; the answer says that one is on the list of those who came."""
    world.arrivals.append(visitor.learner)
    visitor.post(world.check_in_path, {}).expect('class="kept"')


def sign_in(world, visitor):
    """Name and password; the answer sends one to the start page, which is not opened."""
    fields = {"do": "password", "login": visitor.learner.user.username, "password": PASSWORD}
    visitor.post("/accounts/login/", fields, follow=False)
    if visitor.status != 302:
        raise Wrong(f"sign-in answered {visitor.status}")


def journey(world, visitor):
    """A learner's whole way: sign in, course, lesson with its reading recorded, quiz of 20 answers, result."""
    who = visitor.learner
    world.journeys.append(who)
    visitor.get("/accounts/login/")
    visitor.submit('value="password"', login=who.user.username, password=PASSWORD)
    visitor.expect(who.person.name)
    visitor.get(world.course_path).expect(world.course_title)
    _read(world, visitor)
    visitor.submit(f"/study/{who.enrolment.course_id}/quiz/")
    chance = random.Random(who.person.pk)
    for _number in range(QUESTIONS):
        visitor.expect('name="nonce"')
        visitor.submit('name="nonce"', response=chance.randrange(4), go="next")
    visitor.submit("/submit/")
    visitor.expect("stat__value")


def _read(world, visitor):
    visitor.get(world.lesson_path)
    progress = visitor.find(r'data-progress-url="([^"]*)"')
    visitor.post(progress, {"seconds": 15, "position_percent": 100}).expect("percent")
    visitor.get(world.course_path)


def attempt(world, visitor):
    """Begin the quiz, save 20 answers as the page's script does, submit, see the result."""
    who = visitor.learner
    world.journeys.append(who)
    visitor.submit(f"/study/{who.enrolment.course_id}/quiz/")
    path = visitor.path
    chance = random.Random(who.person.pk)
    for number in range(QUESTIONS):
        fields = {"position": number + 1, "response": chance.randrange(4), "nonce": f"a{number}"}
        visitor.post(f"{path}save/", fields).expect('"receipt"')
    visitor.get(f"{path}?q=end")
    visitor.submit("/submit/")
    visitor.expect("stat__value")


YARDSTICK = Operation("a view that does nothing", partial(page, "/", "ok"), anyone)
OPERATIONS = [
    Operation("/healthz", partial(page, "/healthz", "ok"), anyone),
    Operation("home page, visitor", partial(page, "/", "</html>"), anyone),
    Operation("guide page, visitor", partial(page, "guide_path", "</html>"), anyone),
    Operation("guide page, signed in", partial(page, "guide_path", "</html>"), learner),
    Operation("start page /my/", partial(page, "/my/", "</html>"), learner),
    Operation("course page", partial(page, "course_path", "</html>"), learner),
    Operation("lesson page, 7 KB of text", partial(page, "lesson_path", "data-progress-url"), learner),
    Operation("one answer and the next question", save, examinee),
    Operation("one answer by script", save_by_script, examinee),
    Operation("check-in with a ticket", check_in, arrival, each_another=True),
    Operation("signing in to the site", sign_in, newcomer, each_another=True),
]
ATTEMPT = Operation("a whole attempt of 20 answers", attempt, prepared, each_another=True)
JOURNEY = Operation("the learner's journey", journey, traveller, each_another=True)


# Afterwards ----------------------------------------------------------------------------------------------------------


def differences(world):
    """Sentences about rows that are not as the visitors left them; empty when every journey and every sign-in is exact."""
    from quizzes.models import Answer, Attempt
    from training.models import Attendance

    attempts = Attempt.objects.filter(person__in=[row.person for row in world.journeys])
    graded = attempts.filter(state=Attempt.State.GRADED)
    answers = Answer.objects.filter(attempt__in=graded).count()
    present = Attendance.objects.filter(session=world.session, state=Attendance.State.PRESENT)
    checks = [
        ("attempts of the journeys", attempts.count(), len(world.journeys)),
        ("finished attempts", graded.count(), len(world.journeys)),
        ("saved answers", answers, QUESTIONS * len(world.journeys)),
        ("people signed in at the door", present.count(), len(world.arrivals)),
    ]
    return [f"{what}: {found}, should be {wanted}" for what, found, wanted in checks if found != wanted]
