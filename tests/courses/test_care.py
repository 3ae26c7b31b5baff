"""Questions to the trainer, what changed since one finished, a course copied for an industry, the statement of class hours."""

from datetime import timedelta

import pytest

from core import clock
from core.exceptions import DomainError
from courses import asking, changes, completion, copying, progress, services, standing
from courses.models import CoursePage, Enrolment, LessonPage, LessonQuestion
from enterprises.models import Person, Pilot

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]


@pytest.fixture
def lesson(course):
    return course.lessons().first()


@pytest.fixture
def question(world, course, lesson):
    course.organiser = world.jia
    course.save()
    return asking.ask(world.wang.person, lesson, "卡尺没有校准标签，  还能用吗？")


def test_a_question_is_asked_once_and_reaches_the_trainers_of_the_course(world, question, lesson):
    from core.policies import policy_for

    assert asking.ask(world.wang.person, lesson, "卡尺没有校准标签， 还能用吗？").pk == question.pk
    policy = policy_for(LessonQuestion)
    seen = [
        user
        for user in (world.wang, world.jia_trainer, world.city, world.yi_trainer, world.alpha_contact)
        if policy.visible(user).exists()
    ]
    assert seen == [world.wang, world.jia_trainer, world.city]
    assert not policy.may(world.wang, "answer", question)
    assert policy.may(world.jia_trainer, "answer", question)


def test_questions_too_short_too_long_and_too_many_are_refused(world, question, lesson):
    for text, code in (("啊", "question.short"), ("长" * 501, "question.long")):
        with pytest.raises(DomainError) as refused:
            asking.ask(world.wang.person, lesson, text)
        assert refused.value.code == code
    for number in range(asking.MOST_A_DAY - 1):
        asking.ask(world.wang.person, lesson, f"第 {number} 个问题是什么？")
    with pytest.raises(DomainError) as refused:
        asking.ask(world.wang.person, lesson, "还有一个问题")
    assert refused.value.code == "question.many"


def test_trainers_hear_of_a_question_once_a_day_and_the_learner_of_the_answer(world, question, lesson):
    from notices.models import Notice

    def told(kind):
        return sorted(Notice.objects.filter(kind=kind).values_list("person__name", flat=True))

    asking.ask(world.wang.person, lesson, "再问一句：量三处还是五处？")
    assert told("study.asked") == ["甲机构管理员", "甲讲师"]
    asking.answer(world.jia_trainer, question, "先停用。")
    asking.answer(world.jia_trainer, question, "先停用，送校准。")
    assert told("study.answered") == ["王小二"]
    with clock.moved_to(clock.now() + timedelta(days=1)):
        asking.ask(world.wang.person, lesson, "第二天又想起来问一句？")
    assert len(told("study.asked")) == 4
    lesson.course.organiser = None
    lesson.course.save()
    with clock.moved_to(clock.now() + timedelta(days=2)):
        asking.ask(world.wang.person, LessonPage.objects.get(pk=lesson.pk), "没有机构管的课谁来答？")
    assert "市局甲" in told("study.asked")


def test_an_answer_becomes_a_block_of_the_draft_and_not_of_the_page(world, question, lesson):
    with pytest.raises(DomainError):
        asking.into_lesson(world.jia_trainer, question)
    asking.answer(world.jia_trainer, question, "先停用，送校准。\n<b>别凭手感</b>")
    asking.into_lesson(world.jia_trainer, question)
    asking.into_lesson(world.jia_trainer, question)
    lesson = LessonPage.objects.get(pk=lesson.pk)
    assert not [block for block in lesson.body if block.block_type == "faq"]
    (block,) = lesson.get_latest_revision_as_object().body
    (item,) = block.value["questions"]
    assert item["question"] == question.text
    assert item["answer"].source == "<p>先停用，送校准。</p><p>&lt;b&gt;别凭手感&lt;/b&gt;</p>"


def publish(page, **fields):
    page = page.specific
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def section(text):
    return [("section", {"heading": "要点", "content": [("prose", f"<p>{text}</p>")]})]


def test_what_changed_since_one_finished_is_told_line_by_line(world, course, client_of):
    one, two = course.lessons()
    publish(one, body=section("先量三处。再签名。"))
    publish(two, body=section("没有变。"))
    publish(course)
    enrolment = services.enrol(world.wang.person, course)
    enrolment.completed_at = clock.now()
    enrolment.pinned = {
        str(page.pk): page.live_revision_id for page in [CoursePage.objects.get(pk=course.pk), *course.lessons()]
    }
    enrolment.save()
    assert changes.changes_since(enrolment) == []
    publish(one, body=section("先量五处。再签名。量完挂牌。"))
    publish(two, body=section("没有变。"))  # published again, nothing in it another
    new = course.add_child(instance=LessonPage(title="新课", slug="f3", key="F3", minutes=12))
    told = changes.changes_since(enrolment)
    assert [(change.kind, change.title) for change in told] == [("changed", "F1 第 1 课"), ("new", f"F3 {new.title}")]
    assert told[0].lines == (
        (("same", "要点 先量"), ("del", "三"), ("ins", "五"), ("same", "处")),
        (("ins", "量完挂牌"),),
    )
    page = client_of(world.wang).get(f"/study/{course.pk}/changes/").content.decode()
    assert page.index("要点 先量<del>") < page.index("三</del><ins>") < page.index("五</ins>处")
    publish(two, minutes=13)
    assert changes.changes_since(enrolment)[1].lines == (
        (("same", "学完要 "), ("del", "12"), ("ins", "13"), ("same", " 分钟")),
    )
    two.unpublish()
    assert [change.kind for change in changes.changes_since(enrolment)] == ["changed", "new", "gone"]


def test_a_course_is_copied_for_an_industry_as_a_draft_of_its_own(world, course):
    chain = Pilot.objects.first()
    copy = copying.copy_for(world.city, course, chain)
    assert (copy.live, copy.pilot, copy.variant_of) == (False, chain, course)
    lessons = LessonPage.objects.filter(course=copy)
    assert [(lesson.key, lesson.live) for lesson in lessons.order_by("path")] == [("F1", False), ("F2", False)]
    assert course.lessons().count() == 2
    with pytest.raises(DomainError) as refused:
        copying.copy_for(world.city, course, chain)
    assert refused.value.code == "course.copied"


def test_the_copy_points_into_itself_and_its_quizzes_are_its_own(world, course):
    one, two = course.lessons()
    outside = course.get_parent()
    two.quiz = course.quiz
    links = [f'<a linktype="page" id="{page.pk}">看</a>' for page in (one, course, outside)]
    publish(two, body=section("".join(links)), quiz=course.quiz)
    copy = copying.copy_for(world.city, course, Pilot.objects.first())
    first, second = LessonPage.objects.filter(course=copy).order_by("path")
    expected = "".join(f'<a linktype="page" id="{page.pk}">看</a>' for page in (first, copy, outside))
    for page in (second, second.get_latest_revision_as_object()):  # what is stored, and what the editor opens
        assert expected in str(page.body.raw_data[0])
        assert page.quiz == copy.quiz != course.quiz
    assert copy.get_latest_revision_as_object().quiz == copy.quiz
    copy.quiz.pass_percent = 60
    copy.quiz.save()
    course.quiz.refresh_from_db()
    assert (course.quiz.pass_percent, copy.quiz.blueprint) == (80, course.quiz.blueprint)


# The staff's list ----------------------------------------------------------------------------------------------------


@pytest.fixture
def three(world, course, lesson):
    """One done, one begun, one who has not opened a lesson."""
    rows = {}
    for state, person in (("done", world.wang.person), ("begun", world.alpha_contact.person), ("idle", world.zhao)):
        rows[state] = services.enrol(person, course)
    opened = clock.now() - timedelta(seconds=130)
    progress.report_progress(rows["begun"], lesson, percent=20, opened_at=opened, spans=[(0, 129.9)])
    Enrolment.objects.filter(pk=rows["done"].pk).update(completed_at=clock.now())
    return rows


def test_the_list_is_narrowed_and_counted(three, course):
    everyone = Enrolment.objects.all()
    for state, row in three.items():
        assert [one.pk for one in standing.rows_of(everyone, course, state=state)] == [row.pk]
    assert standing.rows_of(everyone, course, layer="frontline").count() == 2
    assert standing.rows_of(everyone, course, q="王小").count() == 1
    figures = standing.figures(everyone, course)
    assert (figures.all, figures.done, figures.lessons, round(figures.percent)) == (3, 1, 2, 33)


def test_the_file_holds_everybody_with_masked_numbers_and_who_took_it(world, three, course, client_of):
    from core.models import AuditRecord

    answer = client_of(world.xiqing).post(f"/desk/study/{course.pk}/export.csv?state=begun")
    assert answer.streaming
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].split(",")[:2] == ["甲企联络员", "199****0031"]
    assert lines[1].split(",")[9] == "2"  # whole minutes
    assert AuditRecord.objects.filter(action="study.export", actor=world.xiqing).exists()


@pytest.mark.parametrize("people", [1, 3])
def test_the_staff_list_asks_a_constant_number_of_questions(
    world, course, client_of, people, django_assert_num_queries
):
    for number in range(people):
        services.enrol(Person.objects.create(name=f"示例 {number}"), course)
    client = client_of(world.city)
    client.get("/desk/study/")
    with django_assert_num_queries(8):
        assert client.get(f"/desk/study/{course.pk}/").status_code == 200


def test_one_person_is_shown_with_what_is_missing(world, three, client_of):
    page = client_of(world.xiqing).get(f"/desk/study/enrolments/{three['begun'].pk}/").content.decode()
    for sentence in completion.missing(three["begun"]):
        assert sentence in page


def test_the_statement_of_class_hours_is_a_pdf(world, client_of):
    year = clock.today().year
    answer = client_of(world.wang).get(f"/study/hours-{year}.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert client_of(world.wang).get(f"/study/hours-{year + 1}.pdf").status_code == 404
