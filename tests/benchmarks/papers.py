"""The analysis of a quiz with very many papers, in this process."""

import random
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

ITEMS = 20
CHUNK = 1000


@dataclass
class Analysed:
    """``seconds`` and ``cpu`` to work out ``count`` papers of ITEMS answers, ``grown`` MiB of memory taken meanwhile."""

    count: int
    seconds: float
    cpu: float
    grown: float


def measure(count):
    """Write ``count`` graded papers straight into the tables, then work the quiz out; returns Analysed."""
    from quizzes import analysis

    quiz = _papers(count)
    began, cpu, before = time.perf_counter(), time.process_time(), _memory()
    result = analysis.work_out(quiz)
    if result["n"] != count:
        raise AssertionError(f"{result['n']} of {count} papers were counted")
    return Analysed(count, time.perf_counter() - began, time.process_time() - cpu, _memory() - before)


def _memory():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def _papers(count):
    from core import clock
    from enterprises.models import Person
    from quizzes import services
    from quizzes.models import Answer, Attempt, QuestionRevision

    keys = [f"analysed-{n}" for n in range(ITEMS)]
    services.load_questions(
        [
            {
                "key": key,
                "kind": "single",
                "topic": "测算",
                "stem": f"第 {key} 题：下面哪一句说的是首件检验？",
                "options": ["开工先做一件量过再做", "最后一件才量", "客户来了再量", "不用量"],
                "answer": [0],
            }
            for key in keys
        ]
    )
    blueprint = [{"keys": keys, "draw": ITEMS, "points": 5}]
    quiz = services.ensure_quiz("analysed", {"title": "测算试卷", "blueprint": blueprint})
    revisions = {row.question.key: row for row in QuestionRevision.objects.select_related("question")}
    revisions = [revisions[key] for key in keys]
    rng, now = random.Random(1), clock.now()
    people = Person.objects.bulk_create(Person(name=f"测算{n}") for n in range(min(CHUNK, count)))
    attempts, chosen = [], []
    for person in people:
        order, skill = rng.sample(revisions, ITEMS), rng.random()
        paper, right = [], []
        for row in order:
            options = rng.sample(list(enumerate(row.options)), 4)
            paper.append({"revision": row.pk, "kind": row.kind, "stem": row.stem, "points": 5, "options": options})
            right.append(rng.random() < 0.3 + 0.6 * skill)
        chosen.append(
            [
                next(place for place, (number, _text) in enumerate(item["options"]) if (number == 0) == ok)
                for item, ok in zip(paper, right, strict=True)
            ]
        )
        score = 5 * sum(right)
        attempts.append(
            Attempt(
                quiz=quiz, person=person, context="bench", number=1, seed=1, paper=paper, key=[], pass_percent=60,
                state="graded", started_at=now, submitted_at=now + timedelta(minutes=20), graded_at=now,
                score=score, max_score=5 * ITEMS, passed=score >= 60, marks=[str(5 * ok) for ok in right],
            )
        )  # fmt: skip
    Attempt.objects.bulk_create(attempts)
    Answer.objects.bulk_create(
        (
            Answer(
                attempt=attempt, position=n + 1, response=[place], saved_at=now + timedelta(seconds=40 * (n + 1)),
                receipt="AAAA", nonce="bench",
            )
            for attempt, places in zip(attempts, chosen, strict=True)
            for n, place in enumerate(places)
        ),
        batch_size=5000,
    )  # fmt: skip
    _multiply(count)
    return quiz


def _multiply(count):
    """The same papers written by further people, inside the server, until there are ``count``."""
    from django.db import connection

    from enterprises.models import Person
    from quizzes.models import Answer, Attempt

    def columns(model, *without):
        names = [field.column for field in model._meta.local_concrete_fields]
        return [f'"{name}"' for name in names if name not in ("id", *without)]

    people, attempts, answers = columns(Person), columns(Attempt, "person_id", "seed"), columns(Answer, "attempt_id")
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id), min(id) FROM quizzes_attempt WHERE context = 'bench'")
        last, first = cursor.fetchone()
        last_person = Person.objects.order_by("-pk").values_list("pk", flat=True)[0]
        cursor.execute(
            f"INSERT INTO enterprises_person ({', '.join(people)}) SELECT {', '.join(f'p.{one}' for one in people)}"  # noqa: S608
            " FROM enterprises_person p, generate_series(1, %s) WHERE p.name LIKE '测算%%'",
            [count // CHUNK - 1],
        )
        cursor.execute(
            f"INSERT INTO quizzes_attempt (person_id, seed, {', '.join(attempts)})"  # noqa: S608 - names of columns
            f" SELECT p.id, a.id, {', '.join(f'a.{one}' for one in attempts)} FROM enterprises_person p"
            " JOIN quizzes_attempt a ON a.id = %s + p.id %% %s WHERE p.id > %s AND a.context = 'bench'",
            [first, last - first + 1, last_person],
        )
        cursor.execute(
            f"INSERT INTO quizzes_answer (attempt_id, {', '.join(answers)})"  # noqa: S608 - names of columns
            f" SELECT a.id, {', '.join(f'b.{one}' for one in answers)} FROM quizzes_attempt a"
            " JOIN quizzes_answer b ON b.attempt_id = a.seed WHERE a.id > %s",
            [last],
        )
        cursor.execute("ANALYZE")
