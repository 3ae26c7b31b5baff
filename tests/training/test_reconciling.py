"""人数核对: what phones, desk, hands and paper say of a session; equal or explained before a round is closed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from core.models import AuditRecord
from tests.training import house
from training import check_in, desk, reconciling, sheets, tickets
from training.models import Headcount, Round

pytestmark = pytest.mark.django_db

NINE = clock.at(house.DAY, 9)


def at(**later):
    return clock.moved_to(NINE + timedelta(**later))


@pytest.fixture
def people(world):
    return house.make_people(6, world.alpha)


@pytest.fixture
def session(world, people):
    """One signs in by the QR, one by digits, one at the desk, one by hand; one is written from paper; one does not come."""
    session = house.opened(world, members=people, has_exam=False).sessions.select_related("round").get()
    rows = [house.of(session.round, member.person) for member in people]
    with at(minutes=2):
        for method, member in zip(("qr", "code"), people, strict=False):
            one = tickets.Ticket(session.pk, clock.now(), method, f"n-{method}")
            check_in.sign_in(one, member.person)
        record = {"nonce": "12345678", "registration": str(rows[2].pk)}
        assert desk.take(session.pk, [record], actor=world.jia_trainer)[0]["outcome"] == "accepted"
    how = {"actor": world.jia_trainer, "reason": "手机没电"}
    with at(hours=4):
        check_in.mark(session, rows[3], "present", **how)
        check_in.enter_list(session, {rows[4].pk: "present"}, **how)
        check_in.submit_session(session.pk, actor=world.jia_trainer)
    return session


def line(session):
    return reconciling.lines(Round.objects.get(pk=session.round_id))[0]


def count(session, signed, actor, why="", **later):
    with at(**(later or {"hours": 5})):
        return reconciling.count(session.pk, signed, actor=actor, explanation=why)


def test_each_way_has_its_column_and_the_sum_is_the_register(session):
    one = line(session)
    assert one.ways == {"qr": 1, "code": 1, "card": 0, "desk": 1, "manual": 1, "made_up": 0, "paper": 1}
    assert (one.registered, one.on_sheet, one.gap, one.is_settled) == (5, None, None, False)


def test_equal_is_settled_and_another_number_needs_a_reason_that_holds_for_these_figures(world, session, code_of):
    trainer = world.jia_trainer
    assert code_of(count, session, 4, trainer) == "count.explain"
    assert code_of(count, session, -1, trainer) == "count.range"
    assert code_of(count, session, 5001, trainer) == "count.range"
    assert code_of(count, session, 5, trainer, hours=-1) == "count.early"
    assert not Headcount.objects.exists()
    count(session, 5, trainer)
    assert line(session).is_equal
    first = count(session, 4, trainer, "学员1 先走，没签名")
    assert count(session, 4, trainer, "学员1 先走，没签名").counted_at == first.counted_at
    assert (line(session).gap, line(session).is_explained) == (-1, True)
    assert AuditRecord.objects.filter(action="attendance.count").count() == 2
    # Somebody more is in the register: what was said does not hold any more.
    absent = house.of(session.round, house.Person.objects.get(name="学员6"))
    how = {"actor": trainer, "reason": "名单"}
    check_in.set_attendance(absent, session, "present", method="manual", **how)
    assert not line(session).is_settled
    assert count(session, 6, trainer).explanation == ""
    assert line(session).is_equal


def upload(session, rows):
    text = "\n".join(",".join(row) for row in [["姓名", f"第 {session.number} 课"], *rows])
    return SimpleUploadedFile("签到表.csv", text.encode("utf-8-sig"))


def test_who_is_on_paper_only_or_in_the_system_only_is_named(world, session, code_of):
    rows = [["学员1", "√"], ["学员2", "缺"], ["学员3", "√"], ["学员6", "√"], ["生人", "√"]]
    with at(hours=5):
        sheets.receive(session.round_id, upload(session, rows), actor=world.jia_trainer)
    one = line(session)
    found = [(difference.name, difference.on_paper) for difference in one.differences]
    # 学员4 and 学员5 have an empty place on paper: that says nothing.
    assert (one.on_sheet, found) == (4, [("学员6", True), ("生人", True), ("学员2", False)])
    with pytest.raises(Exception, match="纸上有、系统没有：学员6、生人；系统有、纸上没有：学员2"):
        count(session, 5, world.jia_trainer)
    count(session, 5, world.jia_trainer, "学员2 签了没看到；学员6 只签了名就走；生人是隔壁班的")
    assert line(session).is_explained
    # Another name turns up: it was not among those explained.
    with at(hours=6):
        sheets.receive(session.round_id, upload(session, [["学员3", "假"]]), actor=world.jia_trainer)
    assert not line(session).is_settled


def test_after_closing_nothing_is_counted_and_before_it_every_session(world, session, code_of):
    house.file_papers(session.round)
    Headcount.objects.all().delete()
    assert code_of(house.close, world, session.round) == "round.not_ready"
    count(session, 5, world.jia_trainer)
    house.close(world, session.round)
    assert code_of(count, session, 6, world.jia_trainer, "又找到一张") == "round.closed"


@pytest.mark.one_engine
def test_the_screen_keeps_what_is_right_and_says_what_is_wrong(world, client_of, people, django_assert_num_queries):
    round_ = house.opened(world, house.five_half_days(), people, has_exam=False)
    house.attend(world, round_)
    first, second, *_others = round_.sessions.all()
    url = reverse("desk:counts", args=[round_.pk])
    trainer = client_of(world.jia_trainer)
    assert client_of(world.yi_trainer).post(url).status_code == 404
    assert trainer.post(url).status_code == 422
    fields = {f"signed_{first.pk}": "6", f"signed_{second.pk}": "4", f"why_{second.pk}": ""}
    answer = trainer.post(url, fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 2 课对不上：签名 4 人，系统到课 6 人" in page
    assert list(Headcount.objects.values_list("session", "signed")) == [(first.pk, 6)]
    fields[f"why_{second.pk}"] = "两位没签"
    assert "核对好了 2 课" in trainer.post(url, fields, follow=True).content.decode()
    # Six lines ask as much as one (the header and the site's settings come before).
    with django_assert_num_queries(6):
        trainer.get(url)
