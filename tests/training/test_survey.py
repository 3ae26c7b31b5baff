"""满意度问卷: anonymous, one for each who came, read after it is closed, in the ledger with the round."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from core.models import AuditRecord
from enterprises.models import Membership
from ledger import counts
from ledger.models import ActivityFact, Posting
from tests.training import house
from training import checks, correcting, supplementing, surveys
from training.models import Attendance, Survey, SurveyAnswer, SurveyTick

pytestmark = pytest.mark.django_db

GOOD = [5, 5, 4, 4, 5, 3, 5, 5]


@pytest.fixture
def people(world):
    return house.make_people(6, world.alpha)


@pytest.fixture
def round_(world, people):
    """Lacks nothing but the closing; the sixth came to nothing."""
    return house.ready(world, None, people, absent=[(people[5].person, 1)])


def late(round_, minutes=30):
    return clock.moved_to(round_.sessions.last().starts_at + timedelta(minutes=minutes))


def hand_in(round_, members, grades=GOOD):
    with late(round_):
        for member in members:
            surveys.answer(house.of(round_, member.person).pk, grades, "先改首检")


def test_who_came_hands_in_one_sheet_and_nothing_says_whose_it_is(world, round_, people, code_of):
    audited = AuditRecord.objects.count()
    hand_in(round_, people[:1])
    row = house.of(round_, people[0].person)
    with late(round_):
        assert code_of(surveys.answer, row.pk, GOOD) == "survey.answered"
    sheet = SurveyAnswer.objects.get()
    assert (sheet.grades, sheet.comment) == ("55445355", "先改首检")
    assert {field.name for field in SurveyAnswer._meta.fields} == {"id", "survey", "grades", "comment", "on_paper"}
    assert {field.name for field in SurveyTick._meta.fields} == {"id", "survey", "registration"}
    assert AuditRecord.objects.count() == audited


def test_who_may_not(world, round_, people, code_of):
    rows = [house.of(round_, member.person).pk for member in people]
    with late(round_, minutes=-1):
        assert code_of(surveys.answer, rows[0], GOOD) == "survey.too_early"
    with late(round_):
        assert code_of(surveys.answer, rows[5], GOOD) == "survey.not_attended"
        for grades in ([5] * 7, [5] * 7 + [6], [0] + [5] * 7):
            assert code_of(surveys.answer, rows[0], grades) == "survey.grades"
        surveys.close(round_.pk, actor=world.jia_trainer)
        assert code_of(surveys.answer, rows[0], GOOD) == "survey.over"
    assert not SurveyAnswer.objects.exists()


def test_nothing_is_shown_before_it_is_closed_nor_of_a_few(world, round_, people):
    hand_in(round_, people[:4])
    assert not surveys.results(round_).is_shown
    with late(round_):
        surveys.close(round_.pk, actor=world.jia_trainer)
    few = surveys.results(round_)
    assert (few.issued, few.returned, few.valid, few.is_shown, few.comments) == (5, 4, 4, False, ())


def test_results_by_definition(world, round_, people):
    hand_in(round_, people[:3])
    hand_in(round_, people[3:4], [1, 2, 3, 4, 5, 3, 3, 1])
    with late(round_):
        surveys.add_papers(round_.pk, surveys.read_sheets("55555540 早点发讲义\n\n"), actor=world.jia_trainer)
        surveys.close(round_.pk, actor=world.jia_trainer)
    said = surveys.results(round_)
    assert (said.issued, said.returned, said.valid, said.satisfied) == (5, 5, 5, 4)
    assert (said.share, said.mean, said.is_small) == (0.8, pytest.approx((5 * 3 + 3 + 4) / 5), False)
    assert said.items[0].counts == [4, 0, 0, 0, 1]
    assert said.items[7].total == 4  # one left it empty
    assert said.comments[-1] in ("早点发讲义", "先改首检")


def test_closing_it_forgets_who_answered_and_writes_the_sheets_anew(world, round_, people):
    hand_in(round_, people[:5])
    before = set(SurveyAnswer.objects.values_list("pk", flat=True))
    with late(round_):
        first = surveys.close(round_.pk, actor=world.jia_trainer)
        again = surveys.close(round_.pk, actor=world.city)
    assert (again.closed_at, again.closed_by) == (first.closed_at, world.jia_trainer)
    assert not SurveyTick.objects.exists()
    assert SurveyAnswer.objects.count() == 5
    assert not before & set(SurveyAnswer.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("text", ["5555", "5555555x", "555555556", "66666666", "\n \n"])
def test_a_sheet_that_cannot_be_read_names_its_line(text, code_of):
    assert code_of(surveys.read_sheets, text) in ("survey.line", "survey.none")


def test_more_paper_than_people_is_refused(world, round_, people, code_of):
    hand_in(round_, people[:3])
    with late(round_):
        sheets = surveys.read_sheets("55555555\n" * 3)
        assert code_of(surveys.add_papers, round_.pk, sheets, actor=world.jia_trainer) == "survey.too_many"
        surveys.add_papers(round_.pk, sheets[:2], actor=world.jia_trainer)
    assert SurveyAnswer.objects.count() == 5


def test_the_ledger_has_it_with_the_round_and_the_audit_agrees(world, round_, people):
    hand_in(round_, people[:5])
    round_ = house.close(world, round_)
    assert Survey.objects.get().closed_at == round_.closed_at
    facts = {"surveyed": 5, "answered": 5, "satisfied": 5, "grades": 25}
    assert counts.exam_figures(counts.Scope()).items() >= facts.items()
    # By district it is the organiser's, as for 场次.
    assert counts.exam_figures(counts.Scope(district="120110")) == facts
    assert "answered" not in counts.exam_figures(counts.Scope(district="120111"))
    assert counts.rates(counts.Scope()).satisfied.share == 1
    assert list(checks.audit()) == []


def test_a_round_without_a_sheet_has_no_satisfaction_not_zero(world, round_):
    house.close(world, round_)
    assert not ActivityFact.objects.filter(name="surveyed").exists()


def test_papers_that_come_late_are_a_supplement(world, round_, people, code_of):
    hand_in(round_, people[:3])
    round_ = house.close(world, round_)
    sheets = surveys.read_sheets("55555525\n55555545")
    late = supplementing.late_papers
    assert code_of(surveys.add_papers, round_.pk, sheets, actor=world.jia_trainer) == "round.closed"
    assert code_of(late, round_.pk, sheets, actor=world.jia_trainer, reason=" ") == "reason.missing"
    posting = late(round_.pk, sheets, actor=world.jia_trainer, reason="班长 3 月 20 日交来")
    assert (posting.kind, posting.number, posting.reason) == ("supplement", 2, "班长 3 月 20 日交来")
    now, then = (counts.exam_figures(counts.Scope(as_of=n)) for n in (2, 1))
    assert (now["answered"], now["satisfied"]) == (5, 4)
    assert "answered" not in then, "three sheets are nobody's to read, here as on the round's own page"
    assert surveys.results(round_).share == 0.8
    assert list(checks.audit()) == []


def test_a_correction_moves_how_many_were_given_out(world, round_, people):
    hand_in(round_, people[:5])
    round_ = house.close(world, round_)
    row = house.of(round_, people[5].person)
    correcting.correct(
        row.pk, actor=world.jia_trainer, reason="签到表有签名", sessions={round_.sessions.get(): house.PRESENT}
    )
    assert counts.exam_figures(counts.Scope())["surveyed"] == 6
    assert list(checks.audit()) == []


@pytest.mark.django_db(transaction=True)
def test_one_person_twenty_times_at_once_and_closing_in_between(world, at_once):
    people = house.make_people(2, world.alpha)
    round_ = house.ready(world, None, people)
    rows = [house.of(round_, member.person).pk for member in people]

    def work(n):
        with clock.moved_to(house.after(round_)):
            from training import closing

            return closing.close_round(round_.pk, actor=world.city) if n == 7 else surveys.answer(rows[0], GOOD)

    said = at_once(8, work)
    refused = {error.code for error in said if isinstance(error, Exception)}
    assert refused <= {"survey.answered", "survey.over"}
    assert SurveyAnswer.objects.count() <= 1
    posted = ActivityFact.objects.filter(name="answered").values_list("value", flat=True)
    assert sum(posted) == SurveyAnswer.objects.count()
    assert Posting.objects.count() == 1
    assert list(checks.audit()) == []


# Screens ---------------------------------------------------------------------------------------------------------


@pytest.mark.one_engine
def test_on_the_phone(world, client_of):
    member = Membership.objects.get(person=world.wang.person)
    round_ = house.opened(world, members=[member])
    with late(round_):
        session = round_.sessions.get()
        row = house.of(round_, world.wang.person)
        client = client_of(world.wang)
        url = reverse("rounds:survey", args=[round_.pk])
        assert "没有您的到课记录" in client.get(url).content.decode()
        Attendance.objects.create(registration=row, session=session, state="present", method="qr")
        assert url in client.get(reverse("rounds:detail", args=[round_.pk])).content.decode()
        answer = {f"g{n}": "5" for n in range(8)}
        short = client.post(url, answer | {"g2": "", "comment": "想先改点检表"})
        assert short.status_code == 422
        assert "还有 1 题没选" in short.content.decode()
        assert "想先改点检表" in short.content.decode()
        assert "收到了" in client.post(url, answer, follow=True).content.decode()
        assert client.post(url, answer).status_code == 409
    assert SurveyAnswer.objects.get().grades == "55555555"
    assert client_of(world.nobody).get(url).status_code == 404


@pytest.mark.one_engine
def test_at_the_desk(world, round_, people, client_of):
    hand_in(round_, people[:5])
    client = client_of(world.jia_trainer)
    page, close, papers = (
        reverse(f"desk:{name}", args=[round_.pk]) for name in ("survey", "survey-close", "survey-papers")
    )
    assert "收卷以后才看得到结果" in client.get(page).content.decode()
    assert "先改首检" not in client.get(page).content.decode()
    assert "第 1 行" in client.post(papers, {"sheets": "555"}, follow=True).content.decode()
    said = client.post(close, follow=True).content.decode()
    assert "100.0%" in said
    assert "先改首检" in said
    house.close(world, round_)
    answer = client.post(papers, {"sheets": "55555555", "reason": "晚到"}, follow=True).content.decode()
    assert "再加 1 份就多了" in answer
    round_page = client.get(reverse("desk:round", args=[round_.pk])).content.decode()
    assert "有效 5／发放 5" in round_page
    assert "用微信扫一扫" in client.get(reverse("desk:survey-poster", args=[round_.pk])).content.decode()
