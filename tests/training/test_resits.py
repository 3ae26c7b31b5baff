"""补考: opened for all in one tap, sat once, both marks kept; after closing taken over by two persons as a supplement."""

from datetime import timedelta

import pytest
from django.urls import reverse

import quizzes.services
from core import clock
from enterprises import merging
from ledger import counts
from ledger.models import Posting
from notices.models import Notice
from quizzes.models import Attempt
from tests.training import house
from training import checks, closing, corrections, eligibility, exams, resits
from training.models import Registration, Resit, Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz(db):
    items = [
        {"key": f"s{n}", "kind": "true_false", "topic": "补", "stem": f"第{n}句", "options": [], "answer": True}
        for n in range(2)
    ]
    quizzes.services.load_questions(items)
    rows = [{"keys": ["s0", "s1"], "draw": 2, "points": 50}]
    facts = {"title": "结业", "blueprint": rows, "shuffle_questions": False, "attempts_allowed": 1}
    return quizzes.services.ensure_quiz("resit", facts)


@pytest.fixture
def round_(world, quiz):
    """The first passed; the second sat and failed with 50; the third was absent and has 0 by hand."""
    round_ = house.opened(world, members=house.make_people(3, world.alpha), exam_quiz=quiz)
    house.attend(world, round_)
    first, second, third = Registration.objects.filter(round=round_).order_by("sequence")
    with clock.moved_to(house.after(round_, 0)):
        sit(first, right=2)
        sit(second, right=1)
        closing.enter_mark(third, 0, actor=world.jia_trainer)
    return Round.objects.get(pk=round_.pk)


def sit(row, *, right):
    row = Registration.objects.select_related("round__exam_quiz", "person").get(pk=row.pk)
    attempt = exams.start(row, return_url="/")
    for position in (1, 2):
        quizzes.services.save_answer(
            attempt.pk, row.person, position, [0 if position <= right else 1], f"n{position}", ""
        )
    quizzes.services.finish(attempt, row.person)
    return attempt


def rows_of(round_):
    return list(Registration.objects.filter(round=round_).order_by("sequence"))


def opened(world, round_, days=1, **how):
    with clock.moved_to(house.after(round_, days)):
        return resits.open_for_all(round_.pk, actor=world.jia_trainer, **how)


def test_opened_for_all_who_failed_sat_once_and_both_marks_stay(world, round_, code_of):
    first, second, third = rows_of(round_)
    with clock.moved_to(house.after(round_, 1)):
        assert code_of(sit, first, right=2) == "exam.passed"
        assert code_of(sit, second, right=2) == "exam.resits"
    assert [row.registration_id for row in opened(world, round_)] == [second.pk, third.pk]
    assert opened(world, round_) == []
    told = Notice.objects.filter(kind="exam.resit")
    assert set(told.values_list("person", flat=True)) == {second.person_id, third.person_id}
    with clock.moved_to(house.after(round_, 2)):
        sit(second, right=2)
        sit(third, right=1)
        assert code_of(sit, third, right=2) == "exam.resits"
    first, second, third = rows_of(round_)
    assert [(row.first_mark, row.mark) for row in (first, second, third)] == [(100, 100), (50, 100), (0, 50)]
    assert list(Resit.objects.values_list("mark", flat=True)) == [100, 50]
    # The round gives one: nobody has another.
    assert opened(world, round_, 3) == []
    house.file_papers(round_)
    house.close(world, round_)
    figures = counts.exam_figures(counts.Scope())
    assert (figures["examined"], figures["passed"], figures["passed_first"]) == (3, 2, 1)


def test_who_may_not_open(world, round_, code_of):
    assert code_of(opened, world, round_, 31) == "resit.late"
    late = round_.ends_on + timedelta(days=31)
    assert code_of(opened, world, round_, until=late) == "resit.until"
    assert code_of(opened, world, round_, until=round_.ends_on) == "resit.until"
    until = round_.ends_on + timedelta(days=2)
    assert {row.until for row in opened(world, round_, until=until)} == {until}
    # Nobody came in time: it ran out, is no sitting, and can be opened anew.
    with clock.moved_to(house.after(round_, 3)):
        assert code_of(sit, rows_of(round_)[1], right=2) == "exam.resits"
    assert len(opened(world, round_, 3)) == 2
    Round.objects.filter(pk=round_.pk).update(resits=0)
    assert code_of(opened, world, round_) == "resit.none"
    Round.objects.filter(pk=round_.pk).update(has_exam=False)
    assert code_of(opened, world, round_) == "exam.none"
    Round.objects.filter(pk=round_.pk).update(has_exam=True, state="archived")
    assert code_of(opened, world, round_) == "exam.settled"


def test_a_slip_of_the_pen_is_no_resit(world, round_):
    first = rows_of(round_)[0]
    closing.enter_mark(first, 68, actor=world.jia_trainer)
    first.refresh_from_db()
    assert (first.first_mark, first.mark) == (68, 68)


def test_after_closing_the_resit_is_taken_over_by_two_persons(world, round_, client_of):
    house.file_papers(round_)
    round_ = house.close(world, round_)
    second, third = rows_of(round_)[1:]
    opened(world, round_, 3)
    with clock.moved_to(house.after(round_, 4)):
        sit(second, right=2)
        assert (Registration.objects.get(pk=second.pk).mark, Resit.objects.get(registration=second).mark) == (50, 100)
        [correction] = corrections.ask_for_better_marks(round_.pk, actor=world.jia_trainer, reason="3月9日补考")
        assert correction.regraded is False
        corrections.approve(correction.pk, actor=world.jia_admin)
        # On paper: by a 更正单 of its own, kept with the resit too.
        paper = corrections.ask(third.pk, actor=world.jia_trainer, reason="纸笔补考", mark=72)
        corrections.approve(paper.pk, actor=world.jia_admin)
    second, third = rows_of(round_)[1:]
    assert [(row.first_mark, row.mark) for row in (second, third)] == [(50, 100), (0, 72)]
    assert Resit.objects.get(registration=third).mark == 72
    assert set(Posting.objects.exclude(kind="closing").values_list("kind", flat=True)) == {"supplement"}
    assert counts.exam_figures(counts.Scope())["passed_first"] == 1
    assert list(checks.audit()) == []


@pytest.mark.django_db(transaction=True)
def test_opened_by_four_at_once(world, at_once):
    round_ = house.opened(world, members=house.make_people(2, world.alpha))
    house.attend(world, round_)
    house.give_marks(world, round_, {row.person: 50 for row in rows_of(round_)})
    said = at_once(4, lambda n: opened(world, round_))
    assert sorted(map(len, said)) == [0, 0, 0, 2]
    assert Resit.objects.count() == 2


@pytest.mark.one_engine
def test_on_the_screens(world, round_, client_of, django_assert_num_queries):
    trainer, url = client_of(world.jia_trainer), reverse("desk:resits", args=[round_.pk])
    second, third = rows_of(round_)[1:]
    Registration.objects.filter(pk=second.pk).update(person=world.wang.person)
    with clock.moved_to(house.after(round_, 1)):
        assert "给 2 人开补考" in trainer.get(url).content.decode()
        assert client_of(world.yi_trainer).post(url, {"act": "open"}).status_code == 404
        assert "请选补考的最后一天" in trainer.post(url, {"act": "open", "until": "x"}, follow=True).content.decode()
        assert "给 2 人开了补考" in trainer.post(url, {"act": "open"}, follow=True).content.decode()
        assert "没有要新开的" in trainer.post(url, {"act": "open"}, follow=True).content.decode()
        wrong = trainer.post(url, {"act": "marks", f"resit_{third.pk}": "x"}, follow=True)
        assert "成绩要填数字" in wrong.content.decode()
        done = trainer.post(url, {"act": "marks", f"resit_{third.pk}": "66.5"}, follow=True).content.decode()
        assert "登了 1 个补考成绩" in done and "考了 66.5 分" in done
        trainer.get(url)
        with django_assert_num_queries(7):
            trainer.get(url)
    third.refresh_from_db()
    assert (third.first_mark, third.mark) == (0, 66.5)


def test_what_one_row_sat_is_kept_when_two_rows_become_one(world, round_):
    """The winner had 0 by hand; the loser's 50 is theirs now; it comes back when the merge is undone."""
    _first, sat, by_hand = rows_of(round_)
    before = list(Attempt.objects.order_by("pk").values("pk", "person", "context", "number"))
    with clock.moved_to(house.after(round_, 1)):
        opened(world, round_)
        row = merging.merge(world.city, "person", by_hand.person_id, sat.person_id, reason="同一个")
        attempt = Attempt.objects.get(context=eligibility.context_of(by_hand))
        assert (attempt.person, attempt.number) == (by_hand.person, 1)
        assert not Attempt.objects.filter(context=eligibility.context_of(sat)).exists()
        assert eligibility.of_registration(Registration.objects.get(pk=by_hand.pk)).sittings
        # Each had one open: one human being has one.
        assert Resit.objects.filter(registration=by_hand).count() == 1
        merging.undo(world.city, row.pk, reason="认错了")
    assert list(Attempt.objects.order_by("pk").values("pk", "person", "context", "number")) == before
