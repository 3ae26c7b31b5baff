"""Paths assigned by rule: what is shown before is what is done after, and nobody's history is lost."""

from datetime import timedelta

import pytest

from core import clock
from core.exceptions import DomainError
from core.models import AuditRecord
from courses import assigning, prior, reminding, services, tasks
from courses.models import Assigned, Assignment, CoursePage, Enrolment, Path, PathStep
from enterprises.models import Membership, Person
from notices.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def path(course):
    path = Path.objects.create(title="一线上岗", layer="frontline")
    PathStep.objects.create(path=path, course=course, sort_order=0)
    return path


@pytest.fixture
def rule(world, path):
    """Everyone on the front line of alpha's district: wang and zhao."""
    return assigning.create(world.city, path=path, layers=["frontline"], district=world.alpha.district)


def people(rule):
    return set(rule.rows.filter(removed_at=None).values_list("person__name", flat=True))


def apply(rule, actor):
    return assigning.apply(actor, rule, assigning.plan(rule).fingerprint)


def told(run):
    return run.state, run.added, run.removed, run.kept


def hire(world, name, **fields):
    person = Person.objects.create(name=name)
    fields = {"enterprise": world.alpha, "layer": "frontline"} | fields
    return Membership.objects.create(person=person, **fields)


def test_nobody_is_on_the_list_before_the_preview_is_confirmed(world, rule):
    plan = assigning.plan(rule)
    assert (len(plan.adds), plan.removes, plan.keeps) == (2, [], [])
    assert [person.name for person in assigning.people_of(plan.adds)] == ["王小二", "赵六"]
    assert not rule.rows.exists()
    assert told(apply(rule, world.city)) == ("done", 2, 0, 0)
    assert people(rule) == {"王小二", "赵六"}
    assert told(apply(rule, world.city)) == ("done", 0, 0, 2)
    assert rule.rows.count() == 2


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({}, 4),
        ({"layers": ["middle"]}, 2),
        ({"layers": ["top"]}, 0),
        ({"tag": "auditor"}, 1),
        ({"pilot": "dianche"}, 1),
        ({"enterprise": "beta"}, 1),
        ({"since": clock.today() + timedelta(days=1)}, 0),
    ],
)
def test_every_condition_narrows(world, path, narrowed, expected):
    from enterprises.models import Pilot

    Membership.objects.filter(person=world.zhao).update(tags=["auditor"])
    world.beta.pilots.add(Pilot.objects.get_or_create(slug="dianche", defaults={"name": "示例链"})[0])
    narrowed = dict(narrowed)
    if "pilot" in narrowed:
        narrowed["pilot"] = Pilot.objects.get(slug="dianche")
    if "enterprise" in narrowed:
        narrowed["enterprise"] = world.beta
    rule = assigning.create(world.city, path=path, **narrowed)
    assert len(assigning.plan(rule).adds) == expected


def test_one_who_works_in_two_places_is_on_the_list_once(world, rule):
    world.beta.district = world.alpha.district
    world.beta.save()
    Membership.objects.create(person=world.wang.person, enterprise=world.beta, layer="frontline")
    assert told(apply(rule, world.city)) == ("done", 2, 0, 0)
    assert people(rule) == {"王小二", "赵六"}


def test_a_membership_that_changed_since_the_preview_stops_the_act(world, rule):
    seen = assigning.plan(rule).fingerprint
    hire(world, "陈示一")
    with pytest.raises(DomainError) as refused:
        assigning.apply(world.city, rule, seen)
    assert (refused.value.code, refused.value.params["adds"]) == ("assignment.changed", 3)
    assert not rule.rows.exists()


def test_who_leaves_is_taken_off_and_keeps_everything_and_comes_back_on_the_same_row(world, rule, course):
    apply(rule, world.city)
    wang = world.wang.person
    services.enrol(wang, course)
    row = rule.rows.get(person=wang)
    work = wang.memberships.get()
    work.ended_on = clock.today()
    work.save()
    assert told(apply(rule, world.city)) == ("done", 0, 1, 1)
    assert people(rule) == {"赵六"}
    assert Enrolment.objects.filter(person=wang).exists()
    Membership.objects.create(person=wang, enterprise=world.alpha, layer="frontline")
    apply(rule, world.city)
    assert rule.rows.get(person=wang, removed_at=None).pk == row.pk


def test_newcomers_join_lists_that_keep_up_and_nobody_is_taken_off(world, path):
    rule = assigning.create(world.city, path=path, layers=["frontline"], keeps_up=True, due_days=30)
    hire(world, "早来的")
    assert assigning.take_in() == 0  # never applied: nobody has seen its list
    apply(rule, world.city)
    hire(world, "新来的")
    Membership.objects.filter(person=world.zhao).update(ended_on=clock.today())
    assert assigning.take_in() == 1
    assert assigning.take_in() == 0
    assert people(rule) == {"王小二", "赵六", "早来的", "新来的"}
    assert rule.rows.get(person__name="新来的").due_on == clock.today() + timedelta(days=30)


def test_who_was_taken_off_is_not_taken_in_again(world, path):
    rule = assigning.create(world.city, path=path, layers=["frontline"], keeps_up=True)
    apply(rule, world.city)
    rule.rows.filter(person=world.zhao).update(removed_at=clock.now())
    assert assigning.take_in() == 0


def test_a_stopped_assignment_is_due_to_nobody_and_cannot_be_applied(world, rule):
    apply(rule, world.city)
    assigning.end(world.city, rule)
    assigning.end(world.city, rule)
    assert assigning.paths_of(world.wang.person) == []
    with pytest.raises(DomainError) as refused:
        apply(rule, world.city)
    assert refused.value.code == "assignment.ended"
    assert rule.rows.count() == 2


def test_more_time_needs_a_later_day_and_a_reason(world, rule):
    today = clock.today()
    Assignment.objects.update(due_on=today + timedelta(days=5))
    rule.refresh_from_db()
    apply(rule, world.city)
    row = rule.rows.first()
    for day, because, code in (
        (today, "住院", "assigned.earlier"),
        (today + timedelta(days=9), " ", "assigned.reason"),
    ):
        with pytest.raises(DomainError) as refused:
            assigning.extend(world.city, row, day, because)
        assert refused.value.code == code
    assert assigning.extend(world.city, row, today + timedelta(days=9), "住院两周").due_on == today + timedelta(days=9)


def test_reminders_are_told_once_and_only_of_what_is_unfinished(world, rule, course):
    today = clock.today()
    Assignment.objects.update(due_on=today + timedelta(days=7))
    rule.refresh_from_db()
    apply(rule, world.city)
    other = Path.objects.create(title="老板也学", layer="top")
    PathStep.objects.create(path=other, course=course, sort_order=0)
    apply(assigning.create(world.city, path=other, layers=["frontline"], due_on=rule.due_on), world.city)
    services.enrol(world.zhao, course)
    Enrolment.objects.filter(person=world.zhao).update(completed_at=clock.now())
    (one,) = reminding.remind()  # two paths of one due day are one message
    wang = world.wang.person.pk
    assert (one.person_id, one.paths, one.courses, one.days) == (wang, ("一线上岗", "老板也学"), (course.title,), 7)
    assert reminding.remind() == []  # the same day again
    Assigned.objects.update(reminded_on=None)
    reminding.remind()  # and whatever forgets that, the outbox does not
    (notice,) = Notice.objects.all()
    assert (notice.person_id, notice.title) == (wang, "还有 7 天：一线上岗、老板也学")
    assert course.title in notice.body
    later = [one.days for day in range(1, 30) for one in reminding.remind(today + timedelta(days=day))]
    assert later == [1, -1, -8, -15, -22]
    assert Notice.objects.count() == 6


@pytest.mark.parametrize(("hour", "told"), [(6, 0), (7, 2)])
def test_the_morning_job_tells_nobody_at_night(world, rule, hour, told):
    Assignment.objects.update(due_on=clock.today() + timedelta(days=1))
    rule.refresh_from_db()
    apply(rule, world.city)
    with clock.moved_to(clock.at(clock.today(), hour, 30)):
        tasks.every_morning()
        tasks.every_morning()
    assert Notice.objects.count() == told


def test_what_was_studied_elsewhere_spares_the_course_once_it_is_recognised(world, rule, course, upload):
    wang = world.wang.person
    apply(rule, world.city)
    facts = {"platform": "zrpx", "title": "全面质量管理", "finished_on": clock.today(), "class_hours": 4}
    row = prior.hand_in(wang, **facts, proof=upload(), course=course)
    assert prior.hand_in(wang, **facts, proof=upload(), course=course).pk == row.pk
    assert assigning.paths_of(wang)[0].ahead == course
    with pytest.raises(DomainError) as refused:
        prior.decide(world.city, row, approve=False)
    assert refused.value.code == "prior.reason"
    with pytest.raises(DomainError) as refused:
        prior.decide(world.wang, row, approve=True)
    assert refused.value.code == "prior.own"
    prior.decide(world.city, row, approve=True)
    prior.decide(world.city, row, approve=True)
    with pytest.raises(DomainError) as refused:
        prior.decide(world.city, row, approve=False, because="看错了")
    assert refused.value.code == "prior.decided"
    assert assigning.paths_of(wang)[0].ahead is None
    (notice,) = Notice.objects.filter(kind="study.elsewhere")
    assert (notice.person_id, notice.title) == (wang.pk, "校外学习认可了：全面质量管理")
    later = course.get_parent().add_child(
        instance=CoursePage(title="后一门", slug="later", code="LT", layer="top", summary="示例", prerequisite=course)
    )
    assert services.enrol(wang, later)
    # A column of its own: never an entry of the ledger.
    from courses.statement import lines_of

    entries, elsewhere, hours, hours_elsewhere = lines_of(wang, clock.today().year)
    assert (entries, [one.pk for one in elsewhere], hours, hours_elsewhere) == ([], [row.pk], 0, 4)


@pytest.fixture
def upload():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return lambda: SimpleUploadedFile("证书.pdf", b"%PDF-1.4 proof")


def test_the_paths_of_a_person_cost_the_same_for_one_and_for_three(world, course, path, django_assert_num_queries):
    rules = [assigning.create(world.city, path=path, layers=["frontline"])]
    apply(rules[0], world.city)
    with django_assert_num_queries(3):
        assigning.paths_of(world.wang.person)
    for number in (1, 2):
        other = Path.objects.create(title=f"路 {number}", layer="frontline")
        PathStep.objects.create(path=other, course=course, sort_order=0)
        apply(assigning.create(world.city, path=other, layers=["frontline"]), world.city)
    with django_assert_num_queries(3):
        assert len(assigning.paths_of(world.wang.person)) == 3


@pytest.fixture
def by_worker(monkeypatch):
    """Every change is the worker's; what it is asked to do waits for ``write``."""
    asked = []
    monkeypatch.setattr(assigning, "AT_ONCE", 0)
    monkeypatch.setattr("courses.tasks.apply_assignment.delay_on_commit", asked.append)
    return asked


def test_many_people_are_the_workers_and_get_the_list_of_the_click(world, rule, by_worker):
    clicked = assigning.plan(rule).fingerprint
    run = assigning.apply(world.city, rule, clicked)
    assert (told(run), by_worker, people(rule)) == (("running", 2, 0, 0), [run.pk], set())
    # Whatever happens before the worker comes: what was shown is what is done.
    hire(world, "后来的")
    Membership.objects.filter(person=world.zhao).update(ended_on=clock.today())
    assert (
        assigning.apply(world.city, rule, clicked) == assigning.apply(world.city, rule, "") == run
    )  # while it is on its way
    with pytest.raises(DomainError) as refused:
        apply(rule, world.city)  # somebody who was shown the list as it has become
    assert refused.value.code == "assignment.running"
    assert told(assigning.write(run.pk)) == ("done", 2, 0, 0)
    first = assigning.write(run.pk).finished_at
    assert people(rule) == {"王小二", "赵六"}
    assert AuditRecord.objects.filter(action="assignment.apply").count() == 1
    assert (assigning.write_waiting(), assigning.write(run.pk).finished_at) == (0, first)
    again = apply(rule, world.city)
    assert (told(again), assigning.write_waiting()) == (("running", 1, 1, 1), 1)
    assert people(rule) == {"王小二", "后来的"}


def test_a_list_of_an_assignment_stopped_meanwhile_is_not_written(world, rule, by_worker):
    run = apply(rule, world.city)
    assigning.end(world.city, rule)
    assert told(assigning.write(run.pk))[0] == "stopped"
    assert not rule.rows.exists()


def test_the_desk_shows_how_far_a_long_list_is(world, rule, by_worker, client_of):
    client, url = client_of(world.city), f"/desk/assignments/{rule.pk}/"
    answer = client.post(url, {"do": "apply", "fingerprint": assigning.plan(rule).fingerprint}, follow=True)
    assert "0 / 2 人" in answer.content.decode()
    piece = client.get(url, HTTP_HX_REQUEST="true")
    assert b"<html" not in piece.content
    assert "0 / 2 人" in piece.content.decode()
    assigning.write_waiting()
    assert client.get(url, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    assert "派好了：加 2 人，减 0 人，0 人不变" in client.get(url).content.decode()
    answer = client.post(url, {"do": "apply", "fingerprint": "stale"})
    assert (answer.status_code, "名单刚刚变了" in answer.content.decode()) == (409, True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_once_or_later", [500, 0])
def test_whatever_memberships_do_meanwhile_what_is_done_is_what_was_shown(
    world, course, at_once, at_once_or_later, monkeypatch
):
    monkeypatch.setattr(assigning, "AT_ONCE", at_once_or_later)
    path = Path.objects.create(title="一线上岗", layer="frontline")
    PathStep.objects.create(path=path, course=course, sort_order=0)
    rule = assigning.create(world.city, path=path, layers=["frontline"], district=world.alpha.district)

    def work(number):
        if number % 2:
            return hire(world, f"示例 {number}")
        shown = assigning.plan(Assignment.objects.get(pk=rule.pk))
        try:
            return shown, assigning.apply(world.city, rule, shown.fingerprint)
        except DomainError as refused:
            return refused.code

    results = [result for number, result in enumerate(at_once(12, work)) if number % 2 == 0]
    assigning.write_waiting()
    done = {act.pk: (shown, act) for shown, act in (one for one in results if isinstance(one, tuple))}
    assert all(
        (len(shown.adds), len(shown.removes), len(shown.keeps)) == (act.added, act.removed, act.kept)
        for shown, act in done.values()
    )
    assert {result for result in results if not isinstance(result, tuple)} <= {
        "assignment.changed",
        "assignment.running",
    }
    # Everybody on the list was on a list that somebody saw, once.
    seen = [person for shown, _act in done.values() for person in shown.adds]
    assert sorted(seen) == sorted(Assigned.objects.values_list("person", flat=True))
    apply(Assignment.objects.get(pk=rule.pk), world.city)
    assigning.write_waiting()
    assert Assigned.objects.filter(removed_at=None).count() == 2 + 6
