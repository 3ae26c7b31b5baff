"""The stage: one of everything that has a door, around the persons of the world."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock


@dataclass
class Stage:
    """What the doors of ``test_permissions`` open onto; everything belongs to organiser 甲 and enterprise alpha."""

    round: object
    """Running, with wang and zhao registered and one piece of evidence."""
    closed: object
    """Closed: wang counted and has a certificate, zhao missed too much."""
    entry: object
    """wang's entry in the ledger."""
    missed: object
    """zhao's registration in the closed round, which does not count."""
    correction: object
    """For zhao, asked for by the trainer, not decided."""
    evidence: object
    archive: object
    """Of the closed round, asked for and not made yet."""
    certificate: object
    attempt: object
    """wang's, in progress on another device."""
    batch: object
    """A workbook sent by the staff of alpha's district, with a refused row."""
    own_batch: object
    """The same, sent by alpha's contact for alpha."""
    course: object
    """wang is enrolled."""
    lesson: object
    enrolment: object
    film: object
    deck: object
    assignment: object
    """For the people of alpha; not yet applied but for wang, who is on its list."""
    assigned: object
    prior: object
    """What wang studied elsewhere."""
    asked: object
    """wang's question about the lesson; 甲 looks after the course."""
    appointment: object
    """alpha_contact's, as 企业联络员."""
    assistance: object
    """Of alpha, with a diagnosis."""
    paper: object
    """The report of that diagnosis."""
    expert: object
    merge: object
    """Of two enterprises of 西青区, one of them alpha."""
    roster: object
    printed: object
    scores: object
    """A workbook sent for the round."""
    question: object
    """Of the bank, approved."""
    bank_import: object
    """A file of questions sent by the editor, with a refused row."""
    report: object
    """The return of alpha's district for the month of the closed round, frozen; a 更正单 of the city's asks for a second version."""
    amendment: object
    figure: object
    """Of a target of the city, given by hand by the statistician, waiting for a second person."""


@pytest.fixture
def stage(world, fonts):
    """The Stage, made by the services."""
    import courses.asking
    import courses.assigning
    import courses.prior
    import courses.services
    import quizzes.importing
    import quizzes.models
    import quizzes.services
    from courses.models import CourseIndexPage, CoursePage, Deck, DeckPage, Film, LessonPage, Path, PathStep
    from enterprises import assisting, merging
    from enterprises.models import AssistancePaper, Expert, Membership
    from home.services import ensure_home
    from ledger.models import Entry
    from quizzes import printing
    from tests.enterprises import sheets
    from tests.training import house
    from training import corrections
    from training.evidence import attach
    from training.models import Archive, RosterImport, ScoreImport

    members = Membership.objects.filter(enterprise=world.alpha, person__in=[world.wang.person, world.zhao])
    members = list(members.select_related("person", "enterprise").order_by("pk"))
    closed = house.held(world, house.five_half_days(), members, absent=[(world.zhao, 1), (world.zhao, 2)])
    certificate = house.of(closed, world.wang.person).certificate
    asked = {str(closed.sessions.first().pk): "present"}
    correction = corrections.ask(
        house.of(closed, world.zhao).pk, actor=world.jia_trainer, reason="签到表有签名", sessions=asked
    )
    running = house.opened(world, None, members, title="现在的班")
    house.attend(world, running)
    running.refresh_from_db()
    file = SimpleUploadedFile("签到表.pdf", b"%PDF-1.4 sheet")
    evidence = attach(running, kind="sign_in", file=file, actor=world.jia_trainer)

    home, _report = ensure_home()
    index = home.add_child(instance=CourseIndexPage(title="课程", slug="stage-courses"))
    items = [
        {
            "key": f"stage-{n}",
            "kind": "single",
            "topic": "检验",
            "lesson": "F1",
            "clause": "8.6",
            "layer": "frontline",
            "difficulty": 1,
            "stem": f"题干{n}",
            "options": ["甲", "乙"],
            "answer": [0],
            "explanation": "因为",
            "source": "自编",
        }
        for n in range(2)
    ]
    quizzes.services.load_questions(items)
    blueprint = [{"lesson": "F1", "draw": 2, "points": 50}]
    quiz = quizzes.services.ensure_quiz("stage", {"title": "小测", "minutes": 20, "blueprint": blueprint})
    course = index.add_child(
        instance=CoursePage(
            title="一线课", slug="stage", code="YX", layer="frontline", summary="简介", quiz=quiz, organiser=world.jia
        )
    )
    lesson = course.add_child(instance=LessonPage(title="第一课", slug="f1", key="F1", minutes=10))
    enrolment = courses.services.enrol(world.wang.person, course)
    path = Path.objects.create(title="一线上岗", layer="frontline")
    PathStep.objects.create(path=path, course=course, sort_order=0)
    assignment = courses.assigning.create(world.city, path=path, enterprise=world.alpha)
    assigned = assignment.rows.create(
        person=world.wang.person, due_on=clock.today() + timedelta(days=9), assigned_at=clock.now()
    )
    proof = SimpleUploadedFile("证书.pdf", b"%PDF-1.4 proof")
    prior = courses.prior.hand_in(
        world.wang.person, platform="zrpx", title="入门", finished_on=clock.today(), class_hours=1, proof=proof
    )
    film = Film(title="片")
    for part in ("file", "captions", "poster"):
        getattr(film, part).save(f"stage-{part}", ContentFile(b"bytes"), save=False)
    film.save()
    deck = Deck(title="课件", count=1, state=Deck.State.DRAWN)
    deck.file.save("stage.pdf", ContentFile(b"bytes"))
    deck_page = DeckPage(deck=deck, number=1, width=1, height=1)
    deck_page.picture.save("stage.jpg", ContentFile(b"bytes"))
    attempt = quizzes.services.start_attempt(quiz, world.wang.person, "stage")
    attempt.writer = "another device"
    attempt.save(update_fields=["writer"])
    report = SimpleUploadedFile("诊断报告.pdf", b"%PDF-1.4 report")
    assistance = assisting.enter(world.city, world.alpha, year=2026)
    assisting.record_step(world.city, assistance, kind="diagnosis", started_on=house.DAY, papers=[("report", report)])
    twin = house.make_enterprise(99, world.alpha.district_id)
    report, amendment = _returns(world)
    return Stage(
        roster=RosterImport.objects.create(round=running, file_name="名单.xlsx", uploaded_by=world.jia_admin),
        printed=printing.draw(quiz, world.city, context=f"round:{running.pk}"),
        scores=ScoreImport.objects.create(
            round=running,
            file_name="成绩.xlsx",
            uploaded_by=world.jia_admin,
            header=["姓名", "总分"],
            rows=[[2, ["路人", "1"]]],
            outcome=[[2, "refused", "姓名", "没有这个人", "", None]],
        ),
        round=running,
        closed=closed,
        entry=Entry.objects.get(person=world.wang.person),
        missed=house.of(closed, world.zhao),
        correction=correction,
        evidence=evidence,
        archive=Archive.objects.create(round=closed, number=1, asked_by=world.jia_trainer),
        certificate=certificate,
        attempt=attempt,
        batch=sheets.checked(world.xiqing, "staff", [sheets.STAFF, ["陈示一"]]),
        own_batch=sheets.checked(world.alpha_contact, "staff", [["姓名", "层级"], ["陈示一"]], world.alpha),
        course=course,
        lesson=lesson,
        enrolment=enrolment,
        film=film,
        deck=deck,
        assignment=assignment,
        assigned=assigned,
        prior=prior,
        asked=courses.asking.ask(world.wang.person, lesson, "卡尺没有标签还能用吗"),
        appointment=world.alpha_contact.appointments.get(),
        assistance=assistance,
        paper=AssistancePaper.objects.get(),
        expert=Expert.objects.create(person=world.jia_trainer.person),
        merge=merging.merge(world.city, "enterprise", world.alpha.pk, twin.pk, reason="同一家"),
        question=quizzes.models.Question.objects.get(key="stage-0"),
        report=report,
        amendment=amendment,
        bank_import=quizzes.importing.receive(
            world.editor, SimpleUploadedFile("题.txt", "好的{T}\n\n坏的{".encode()), "检验"
        ),
        figure=_figure(world),
    )


def _returns(world):
    """The frozen return of alpha's district for the month of the closed round, and a 更正单 of the city's."""
    from reports import returning
    from reports.models import Amendment, Return

    returning.prepare(date(2025, 3, 1))
    Return.objects.update(state=Return.State.APPROVED)
    city = Return.objects.get(scope="city")
    returning.freeze(city.pk, actor=world.statistician)
    asked = Amendment.objects.create(
        report=city, number=1, style="reissue", reason="补交签到表", posting=1, asked_by=world.statistician
    )
    return Return.objects.get(scope=world.alpha.district_id), asked


def _figure(world):
    """80 of a target the platform does not measure, with a proof."""
    from core import clock
    from reports import targets
    from reports.models import Target

    today = clock.today()
    period = {"starts_on": today.replace(month=1, day=1), "ends_on": today.replace(month=12, day=31)}
    words = {"key": "S1", "title": "试点应用", "scope_words": "全市", "source": "示例通知，第 1 行"}
    one = Target.objects.create(metric="by_hand", comparator="ge", value=100, unit_words="家", **words, **period)
    proof = SimpleUploadedFile("汇总表.pdf", b"%PDF-1.4 list")
    return targets.give_figure(one, value=80, on_day=today, basis="各区汇总表", proof=proof, actor=world.statistician)
