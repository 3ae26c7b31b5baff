"""Who and what is measured: learners of one course whose lessons they have read, and the round they are registered for.

Made by the services, as people would have made it; only what is too slow one by one is made in bulk.
"""

import itertools
from dataclasses import dataclass, field
from datetime import timedelta

PASSWORD = "xuetang-2026-cesuan"
ENTERPRISES = 10
QUESTIONS = 20
LESSON_BYTES = 7 * 1024
"""UTF-8 bytes of text in the lesson that is read."""

CSRF = "c" * 32
"""Any 32 letters are a good token, as long as cookie and header agree."""

_SENTENCES = (
    "换模、换料、换人以后，头一件先停下来量，量合格了再接着干。",
    "量具先看有没有在有效期里，再擦干净，校一下零位。",
    "图纸上带框的尺寸是要紧的，一个也不能漏，量完当场记下来。",
    "不合格的件放进红色的盒子，挂上牌子，写清是谁、什么时候、差多少。",
    "拿不准就叫班长，两个人看过再开机，比事后返工省事。",
    "记录写在当时，不写在下班以后；写错了划一道线，旁边签名。",
)


@dataclass
class Learner:
    """A person with a login and whatever else their visitor needs."""

    user: object
    person: object
    enrolment: object
    cookies: dict = field(default_factory=dict)
    """Of a browser that is signed in; empty until ``signed_in``."""

    def signed_in(self):
        """The cookies of a new browser profile of this learner."""
        if not self.cookies:
            from django.conf import settings
            from django.test import Client

            client = Client()
            client.force_login(self.user)
            self.cookies = {
                settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
                settings.CSRF_COOKIE_NAME: CSRF,
            }
        return dict(self.cookies)

    def attempt(self):
        """Path of an attempt of theirs that is open."""
        from courses.completion import start_quiz

        return f"/quizzes/attempts/{start_quiz(self.enrolment, return_url='/my/').pk}/"


@dataclass
class World:
    """Paths, and the learners that are left; nobody is used twice where that would matter."""

    learners: list
    guide_path: str
    course_path: str
    course_title: str
    lesson_path: str
    session: object
    journeys: list = field(default_factory=list)
    """Learners whose journey has begun."""
    arrivals: list = field(default_factory=list)
    """Learners who were at the door."""

    def ticket(self):
        """Text of a fresh ticket, as scanning the code on the screen gives one."""
        from training import tickets

        return tickets.ticket_for_digits(self.session, tickets.door_code(self.session).digits)

    @property
    def check_in_path(self):
        return f"/s/{self.session.pk}/here/"


def build(size):
    """The World with ``size`` learners, on an empty database."""
    from io import StringIO

    from django.core.management import call_command
    from django.db import connection

    from guide.models import ClausePage

    call_command("load_content", stdout=StringIO())
    course, lesson = _course()
    learners = _learners(size, course)
    session = _round(learners)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # autovacuum, which would do it, is off in the embedded server
    clause = ClausePage.objects.live().filter(is_chapter=False).order_by("path").first()
    return World(
        learners=learners,
        guide_path=clause.get_url(),
        course_path=course.get_url(),
        course_title=course.title,
        lesson_path=lesson.get_url(),
        session=session,
    )


# The course ----------------------------------------------------------------------------------------------------------


def _text(size):
    """Sentences of at least ``size`` bytes in all."""
    sentences = itertools.cycle(_SENTENCES)
    text = ""
    while len(text.encode()) < size:
        text += next(sentences)
    return text


def _body(size):
    """Four blocks of a lesson, as editors write them, with ``size`` bytes of text between them."""
    part = _text(size // 4)
    prose = "".join(f"<p>{part[at : at + 160]}</p>" for at in range(0, len(part), 160))
    steps = [{"title": f"第 {n} 件事", "text": f"<p>{part[(n - 1) * 120 : n * 120]}</p>"} for n in range(1, 6)]
    mistakes = [{"mistake": part[n : n + 20], "better": f"<p>{part[n : n + 100]}</p>"} for n in range(0, 500, 100)]
    return [
        ("section", {"heading": "为什么", "content": [("prose", prose), ("callout", {"text": "<p>先量再干。</p>"})]}),
        ("how", {"heading": "怎么做", "introduction": [("prose", f"<p>{part[:100]}</p>")], "steps": steps}),
        ("section", {"heading": "再说一遍", "content": [("prose", prose)]}),
        ("mistakes", {"heading": "常见的错", "mistakes": mistakes}),
        ("tries", {"heading": "明天试试", "things": [part[:30], part[30:60], part[60:90]]}),
    ]


def _course():
    """A course of two lessons and a quiz of QUESTIONS single-choice questions; returns (CoursePage, LessonPage)."""
    from courses.models import CourseIndexPage, CoursePage, LessonPage
    from quizzes import services as quizzes

    quizzes.load_questions(
        [
            {
                "key": f"bench-{n}",
                "kind": "single",
                "topic": "bench",
                "stem": f"第 {n} 道：{_SENTENCES[n % len(_SENTENCES)]}这样做是为了什么？",
                "options": [f"{_SENTENCES[(n + k) % len(_SENTENCES)][:24]}（{k}）" for k in range(4)],
                "answer": [n % 4],
                "explanation": _SENTENCES[(n + 1) % len(_SENTENCES)],
                "layer": "frontline",
                "difficulty": 1,
                "lesson": "B1",
                "clause": "8.6",
                "source": "测算用",
            }
            for n in range(QUESTIONS)
        ]
    )
    quiz = quizzes.ensure_quiz(
        "bench",
        {
            "title": "测算用的测验",
            "minutes": 60,
            "attempts_allowed": 0,
            "blueprint": [{"topic": "bench", "draw": QUESTIONS, "points": 5}],
        },
    )
    index = CourseIndexPage.objects.get()
    course = index.add_child(
        instance=CoursePage(
            title="测算用的课", slug="bench", code="CS", layer="frontline", summary=_SENTENCES[0], quiz=quiz
        )
    )
    lessons = [
        course.add_child(
            instance=LessonPage(
                title=f"第 {n} 课",
                slug=f"b{n}",
                key=f"B{n}",
                minutes=15,
                lead=_SENTENCES[n],
                clauses="8.5.1 8.6",
                body=_body(LESSON_BYTES),
            )
        )
        for n in (1, 2)
    ]
    return course, lessons[0]


# The people ----------------------------------------------------------------------------------------------------------


def _learners(size, course):
    """Learners with a login, who have agreed to the policies, with a place of work and both lessons read."""
    from django.contrib.auth.hashers import make_password

    from accounts import consents
    from accounts.models import Consent, User
    from core import clock
    from courses import services as courses
    from courses.models import LessonProgress
    from enterprises.models import Enterprise, Layer, Membership, Person
    from lms.demo.people import credit_code

    enterprises = Enterprise.objects.bulk_create(
        Enterprise(code=credit_code("120111", n + 1), name=f"测算示例{n + 1}厂", district_id="120111")
        for n in range(ENTERPRISES)
    )
    password = make_password(PASSWORD)  # one hash for all: checking it costs each the same
    users = User.objects.bulk_create(
        User(username=f"learner{n:04d}", phone=f"1990001{n:04d}", password=password) for n in range(size)
    )
    Consent.objects.bulk_create(
        Consent(user=user, policy=text.slug, version=text.version)
        for user in users
        for text in consents.current_policies().values()
    )
    people = Person.objects.bulk_create(
        Person(name=f"学员{n:04d}", phone=user.phone, user=user) for n, user in enumerate(users)
    )
    Membership.objects.bulk_create(
        Membership(person=person, enterprise=enterprises[n % ENTERPRISES], layer=Layer.FRONTLINE)
        for n, person in enumerate(people)
    )
    enrolments = [courses.enrol(person, course) for person in people]
    now = clock.now()
    LessonProgress.objects.bulk_create(
        LessonProgress(enrolment=enrolment, lesson=lesson, seconds=900, percent=100, updated_at=now, completed_at=now)
        for enrolment in enrolments
        for lesson in course.lessons()
    )
    return [Learner(*row) for row in zip(users, people, enrolments, strict=True)]


def _round(learners):
    """A round whose first session is about to begin, with everybody on its list; returns that Session."""
    from core import clock
    from enterprises.models import Organiser
    from training import registration, scheduling

    owner = Organiser.objects.create(name="测算示例机构", kind=Organiser.Kind.ASSOCIATION, district_id="120111")
    starts = clock.now() + timedelta(minutes=25)
    sessions = [
        {
            "title": f"第 {n + 1} 课",
            "starts_at": starts + timedelta(hours=2 * n),
            "ends_at": starts + timedelta(hours=2 * n + 1),
        }
        for n in range(2)
    ]
    round_ = scheduling.create_round(
        actor=None, owner=owner, sessions=sessions, title="测算用的班", seats=len(learners), venue="测算教室"
    )
    scheduling.publish(round_.pk, actor=None)
    for learner in learners:
        membership = learner.enrolment.membership
        registration.register(round_.pk, learner.person, membership, actor=learner.user)
    return round_.sessions.first()
