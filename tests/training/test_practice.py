"""实操评定: a class on one screen, a condition of the certificate where the round says so, changed by two persons after closing."""

from datetime import timedelta

import pytest
from django.urls import reverse

import accounts.privacy
from certificates.models import Certificate
from core import clock
from enterprises import merging
from ledger import counts
from reports.explain import explain
from tests.training import house
from training import checks, closing, corrections, practice, privacy, resits
from training.models import PracticeResult, Registration, Resit, Round, Session
from training.standing import standing_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(world):
    return house.make_people(3, world.alpha)


def taught(world, people, **fields):
    """Five half days, the fifth a practice unit the third person missed; everything but practice is there for closing."""
    fields = {"practice_needed": True} | fields
    return house.ready(world, house.five_half_days(), people, absent=[(people[2].person, 5)], **fields)


def unit_of(round_):
    return Session.objects.select_related("round").get(round=round_, number=5)


def judge(world, round_, said, seen=None, *, actor=None, rest=""):
    """``said``: {person: (result, note)}; the moment is the evening of closing."""
    rows = {row.person: row.pk for row in Registration.objects.filter(round=round_).select_related("person")}
    wanted, known = ({rows[person]: how for person, how in (one or {}).items()} for one in (said, seen))
    with clock.moved_to(house.after(round_)):
        return practice.judge(unit_of(round_), wanted, known, actor=actor or world.jia_trainer, rest=rest)


def test_one_fails_the_rest_pass_and_a_change_keeps_what_was(world, people, code_of):
    round_ = taught(world, people)
    first, second, away = (one.person for one in people)
    assert judge(world, round_, {first: ("failed", "不符合没写证据")}, rest="passed") == (2, [])
    live = PracticeResult.objects.live()
    assert dict(live.values_list("registration__person", "result")) == {first.pk: "failed", second.pk: "passed"}
    # The same again writes nothing; another trainer's older screen overwrites nothing.
    assert judge(world, round_, {first: ("failed", "不符合没写证据")}, rest="passed") == (0, [])
    assert judge(world, round_, {first: ("passed", "")}, actor=world.jia_admin) == (0, [first.name])
    seen = {first: ("failed", "不符合没写证据")}
    assert judge(world, round_, {first: ("passed", "")}, seen, actor=world.jia_admin) == (1, [])
    history = PracticeResult.objects.filter(registration__person=first)
    assert list(history.values_list("result", "note", "judged_by__username")) == [
        ("failed", "不符合没写证据", "jia_trainer"),
        ("passed", "", "jia_admin"),
    ]
    assert code_of(judge, world, round_, {away: ("passed", "")}) == "practice.absent"
    assert code_of(judge, world, round_, {second: ("failed", "")}, {second: ("passed", "")}) == "practice.note"
    assert code_of(judge, world, round_, {second: ("best", "")}, {second: ("passed", "")}) == "practice.result"
    act = {"actor": world.jia_trainer}
    assert code_of(practice.judge, unit_of(round_), {10**9: ("passed", "")}, {}, **act) == "practice.foreign"
    ordinary = round_.sessions.select_related("round").get(number=1)
    assert code_of(practice.judge, ordinary, {}, {}, rest="passed", **act) == "practice.unit"
    with clock.moved_to(unit_of(round_).starts_at - timedelta(hours=1)):
        assert code_of(practice.judge, unit_of(round_), {}, {}, rest="passed", **act) == "practice.early"


def test_closing_waits_for_it_the_certificate_needs_it_the_count_does_not(world, people, code_of):
    round_ = taught(world, people)
    first, second, away = (one.person for one in people)
    check = next(one for one in closing.checklist(round_) if one.code == "practice")
    assert (check.have, check.need, check.people) == (0, 2, (first.name, second.name))
    assert code_of(house.close, world, round_) == "round.not_ready"
    judge(world, round_, {first: ("failed", "没开末次会议")}, rest="passed")
    house.close(world, round_)
    assert (counts.figures(counts.Scope()).person_times, Certificate.objects.count()) == (2, 1)
    told = explain(house.of(round_, first))
    assert (told.counts, told.paper) == (True, "实操没过：第 5 课")
    assert explain(house.of(round_, second)).paper == ""
    assert code_of(judge, world, round_, {first: ("passed", "")}, {first: ("failed", "没开末次会议")}) == "round.closed"
    row = house.of(round_, first)
    unit = str(unit_of(round_).pk)
    asked = {"actor": world.jia_trainer, "reason": "12月4日补做，录像在案"}
    assert code_of(corrections.ask, row.pk, practice={unit: "failed"}, **asked) == "correction.nothing"
    assert code_of(corrections.ask, row.pk, practice={unit: "best"}, **asked) == "correction.what"
    correction = corrections.ask(row.pk, practice={unit: "passed"}, **asked)
    assert correction.preview["practice"] == ["5 不合格", "5 合格"]
    assert correction.preview["passes"] == [False, True]
    assert PracticeResult.objects.live().get(registration=row).result == "failed"
    corrections.approve(correction.pk, actor=world.jia_admin)
    assert house.of(round_, first).certificate is not None
    assert counts.figures(counts.Scope()).person_times == 2
    assert list(checks.audit()) == []


def test_a_round_that_does_not_ask_for_it_only_keeps_it(world, people):
    round_ = taught(world, people, practice_needed=False)
    judge(world, round_, {people[0].person: ("failed", "没写检查表")})
    assert "practice" not in {one.code for one in closing.checklist(round_)}
    house.close(world, round_)
    assert Certificate.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_trainers_judge_the_same_class_at_once(world, at_once):
    people = house.make_people(3, world.alpha)
    round_ = taught(world, people)
    said = at_once(4, lambda n: judge(world, round_, {}, rest="passed", actor=world.jia_admin if n % 2 else None))
    assert sorted(said) == [(0, [])] * 3 + [(2, [])]
    assert PracticeResult.objects.count() == 2


@pytest.mark.one_engine
def test_on_the_screen(world, people, client_of):
    round_ = taught(world, people)
    unit = unit_of(round_)
    url = reverse("desk:practice", args=[unit.pk])
    first, second, away = Registration.objects.filter(round=round_).order_by("sequence")
    trainer = client_of(world.jia_trainer)
    with clock.moved_to(house.after(round_)):
        page = trainer.get(url).content.decode()
        assert "其余合格（到了没评的 2 人）" in page and "没有这一课的考勤" in page
        form = {f"was-{row.pk}": "" for row in (first, second, away)} | {f"r-{first.pk}": "failed"}
        refused = trainer.post(url, form | {"rest": "passed"})
        assert (refused.status_code, "差在哪里" in refused.content.decode()) == (422, True)
        assert not PracticeResult.objects.exists()
        form[f"n-{first.pk}"] = "不符合没写证据"
        done = trainer.post(url, form | {"rest": "passed"}, follow=True).content.decode()
        assert "评好了 2 人" in done and "合格 1，不合格 1，还没评 0" in done
        stale = trainer.post(url, form | {f"r-{second.pk}": "failed", f"n-{second.pk}": "换了"}, follow=True)
        assert "已有别的讲师评过" in stale.content.decode()
        desk = trainer.get(reverse("desk:round", args=[round_.pk])).content.decode()
        assert url in desk
        assert client_of(world.yi_trainer).get(url).status_code == 404
        # The trainee reads what was said; nobody else's.
        world.wang.person.registrations.all().delete()
        Registration.objects.filter(pk=first.pk).update(person=world.wang.person)
        mine = client_of(world.wang).get(reverse("rounds:detail", args=[round_.pk])).content.decode()
        assert "不符合没写证据" in mine and "不能考：实操没过" in mine
        assert (
            "不符合没写证据"
            not in client_of(world.nobody).get(reverse("rounds:detail", args=[round_.pk])).content.decode()
        )
    house.close(world, round_)
    assert "已经结班" in trainer.get(url).content.decode()
    correct = reverse("desk:correct", args=[round_.pk])
    form = {"registration": first.pk, f"p-{unit.pk}": "passed", "reason": "补做"}
    assert "实操评定" in trainer.post(correct, form).content.decode()


@pytest.mark.one_engine
@pytest.mark.parametrize("count", [1, 3])
def test_it_asks_the_same_questions_for_one_and_three(world, count, client_of, django_assert_num_queries):
    people = house.make_people(count, world.alpha)
    round_ = house.ready(world, house.five_half_days(), people, practice_needed=True)
    judge(world, round_, {}, rest="passed")
    client = client_of(world.jia_trainer)
    url = reverse("desk:practice", args=[unit_of(round_).pk])
    client.get(url)
    with django_assert_num_queries(7):
        client.get(url)


def test_the_plan_keeps_it_for_the_next_round(world):
    from training import plans

    round_ = house.planned(world, practice_needed=True)
    template = plans.save_as_template(round_.pk, "要评实操的班", actor=world.jia_admin)
    assert template.fields["practice_needed"] is True
    with clock.moved_to(house.after(round_)):
        copy = plans.copy_round(round_.pk, first=round_.ends_on, actor=world.jia_admin, confirmed=house.EVERYTHING)
    assert Round.objects.get(pk=copy.pk).practice_needed is True


def test_two_rows_that_become_one_keep_the_better_judgement_and_one_open_resit(world, people):
    """One human being on two lists: each row was judged and given a resit. Undone, everything is as it was."""
    round_ = taught(world, people, marks={one.person: 50 for one in people}, resits=1)
    keep, lose, _away = (one.person for one in people)
    judge(world, round_, {keep: ("failed", "没开末次会议")}, rest="passed")

    def now():
        rows = PracticeResult.objects.order_by("pk").values_list("registration__person", "result", "replaced_at")
        return list(rows), list(Resit.objects.order_by("pk").values_list("registration__person", "mark"))

    with clock.moved_to(house.after(round_)):
        resits.open_for_all(round_.pk, actor=world.jia_trainer)
        before = now()
        done = merging.merge(world.city, "person", keep.pk, lose.pk, reason="同一个人")
        own = house.of(round_, keep)
        assert [row.result for row in own.practice_results.live()] == ["passed"]
        assert standing_of(own).not_passed == []
        assert own.resits.waiting(clock.today()).count() == 1
        closing.enter_mark(own, 80, actor=world.jia_trainer)
        assert (own.resits.get().mark, house.of(round_, keep).first_mark) == (80, 50)
        # One resit was the right of one human being: there is no other to open.
        assert resits.open_for_all(round_.pk, actor=world.jia_trainer) == []
        own.resits.update(mark=None)
        Registration.objects.filter(pk=own.pk).update(mark=50)
        merging.undo(world.city, done.pk, reason="认错了")
    assert now() == before


def test_what_is_held_of_a_person_says_practice_resits_and_corrections_and_the_words_go_with_them(world, people):
    round_ = taught(world, people, marks={people[0].person: 50}, resits=1)
    person = people[0].person
    judge(world, round_, {person: ("failed", "没开末次会议")}, rest="passed")
    with clock.moved_to(house.after(round_)):
        resits.open_for_all(round_.pk, actor=world.jia_trainer)
        closing.enter_mark(house.of(round_, person), 65, actor=world.jia_trainer)
    house.close(world, round_)
    asked = {"actor": world.jia_trainer, "reason": "补做，录像在案", "practice": {str(unit_of(round_).pk): "passed"}}
    corrections.ask(house.of(round_, person).pk, **asked)
    _title, rows = privacy.export_person(person)
    said = {key: value for row in rows for key, value in row.items()}
    assert (said["实操评定"], said["评语"], said["补考成绩"]) == ("不合格", "没开末次会议", 65)
    assert (said["更正原因"], said["更正结果"]) == ("补做，录像在案", "待批")
    accounts.privacy.erase(person, actor=world.city, reason="本人要求")
    kept = PracticeResult.objects.get(registration__person=person)
    assert (kept.result, kept.note) == ("failed", "")
    assert Resit.objects.get().mark == 65
    assert list(checks.audit()) == []
