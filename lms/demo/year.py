"""The demo year: rounds held, closed and counted in 2025 by the services, with the clock moved; and what is open today."""

import io
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from core import clock
from core.exceptions import DomainError
from enterprises.models import District, Membership
from ledger.models import Kind
from reports import targets
from reports.models import Comparator, Metric, Target
from training import check_in, closing, evidence, reconciling, registration, scheduling
from training.models import Attendance, Evidence, Registration, Round

PILOT = "gaoduan-zhuangbei"
PLAN = [
    # morning, afternoon, … of three days: hour, title, class hours, compulsory
    (0, 9, "标准和审核原则", 4, False),
    (0, 13, "过程方法和条款 4—7", 4, False),
    (1, 9, "条款 8—10 和不符合", 4, False),
    (1, 13, "检查表和现场提问", 4, True),
    (2, 9, "模拟审核", 4, True),
]


HALF_DAY = [(0, 9, "标准学习和案例分享", 4, False)]


def _picture(words):
    image = Image.new("RGB", (320, 220), "#f3f1ea")
    ImageDraw.Draw(image).text((20, 100), words, fill="#1d2733")
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


SHEET, PHOTO, MARKS = _picture("DEMO SIGN-IN SHEET"), _picture("DEMO PHOTO"), _picture("DEMO MARKS")


def _file(name, content):
    file = ContentFile(content, name=name)
    file.size = len(content)
    return file


def _sessions(start, plan):
    for offset, hour, title, hours, compulsory in plan:
        day = start + timedelta(days=offset)
        begin = clock.at(day, hour, 30 if hour == 13 else 0)
        yield {
            "title": title,
            "starts_at": begin,
            "ends_at": begin + timedelta(minutes=45 * hours),
            "class_hours": Decimal(hours),
            "compulsory": compulsory,
        }


def hold(
    random: Random,
    *,
    title,
    start,
    owner,
    trainer,
    actor,
    memberships,
    kind=Kind.INTERNAL_AUDITOR,
    plan=PLAN,
    pilot=PILOT,
    close=True,
):
    """One round from plan to closing, as it would have happened; returns the Round.

    About one person in twenty-five misses half, one in thirty fails the exam.
    """
    exam = kind == Kind.INTERNAL_AUDITOR
    with clock.moved_to(clock.at(start - timedelta(days=14), 10)):
        round_ = scheduling.create_round(
            actor=actor,
            owner=owner,
            sessions=list(_sessions(start, plan)),
            trainers=[trainer],
            confirmed=("trainer", "trainee", "holiday"),
            title=title,
            kind=kind,
            pilot_id=pilot,
            seats=max(40, len(memberships)),
            has_exam=exam,
            venue="示例产业园 3 号楼 301",
        )
        scheduling.publish(round_.pk, actor=actor)
        rows = _registered(round_, memberships, actor)
    absent = {row.pk for row in rows if random.random() < 0.04}
    sessions = list(round_.sessions.all())
    for number, session in enumerate(sessions):
        states = {
            row.pk: Attendance.State.ABSENT if row.pk in absent and number >= len(sessions) / 2 else _arrival(random)
            for row in rows
        }
        with clock.moved_to(session.ends_at + timedelta(minutes=5)):
            check_in.enter_list(session, states, actor=actor, reason="纸质签到表")
            check_in.submit_session(session.pk, actor=actor)
    if not close:
        return round_
    with clock.moved_to(clock.at(round_.ends_on + timedelta(days=2), 16)):
        for line in reconciling.lines(round_):
            reconciling.count(line.session.pk, line.registered, actor=actor)
            evidence.attach(round_, kind=Evidence.Kind.SIGN_IN, file=_file("签到表.jpg", SHEET), actor=actor)
        for _number in range(closing.PHOTOS):
            evidence.attach(round_, kind=Evidence.Kind.PHOTO, file=_file("现场.jpg", PHOTO), actor=actor)
        if exam:
            evidence.attach(round_, kind=Evidence.Kind.MARKS, file=_file("成绩单.jpg", MARKS), actor=actor)
            _marks(random, rows, absent)
        closing.close_round(round_.pk, actor=actor)
    return round_


def _registered(round_, memberships, actor):
    rows = registration.register_many(round_.pk, memberships, actor=actor, clash_ok=True)
    for refused in rows:
        if isinstance(refused, DomainError):
            raise refused
    return rows


def _arrival(random):
    return Attendance.State.LATE if random.random() < 0.02 else Attendance.State.PRESENT


def _marks(random, rows, absent):
    for row in rows:
        if row.pk not in absent:
            fails = random.random() < 0.03
            row.mark = row.first_mark = Decimal(random.randint(45, 68) if fails else random.randint(70, 97))
    Registration.objects.bulk_update([row for row in rows if row.pk not in absent], ["mark", "first_mark"])


SHARES = {
    "120101": 80, "120102": 100, "120103": 90, "120104": 100, "120105": 80, "120106": 90, "120110": 95, "120111": 85,
    "120112": 95, "120113": 90, "120114": 100, "120115": 80, "120116": 90, "120117": 100, "120118": 85, "120119": 95,
}  # fmt: skip
"""人次 each district was to reach in the demo year (分解到区): made up, no notice says so."""


def make_shares(actor):
    """The shares of the districts, so that the tables and the picture have something to compare with."""
    for order, district in enumerate(District.objects.all(), 50):
        share = Target(
            key=f"Q{district.pk}",
            title="区年度人次计划",
            scope_words=district.name,
            metric=Metric.PERSON_TIMES,
            comparator=Comparator.AT_LEAST,
            value=SHARES[district.pk],
            district=district,
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
            source="示例分解表（虚构）",
            order=order,
        )
        targets.save(share, actor=actor)


def build_2025(random, organisers, memberships, users, *, rounds, people_each, skip_district="120106"):
    """Internal-auditor rounds of the pilot, and one concentrated training in every district but one; T11 lags there.

    Held in the order of their closing, so that posting numbers and days run the same way.
    """
    first, second = "天津示例认证有限公司", "渤海示例认证中心"
    teachers = {name: users[role] for name, role in ((first, "trainer"), (second, "other_trainer"))}
    plan = []
    for number in range(rounds):
        name = (first, second)[number % 2]
        plan.append(
            {
                "title": f"内审员培训（高端装备制造）{number + 1} 班",
                "start": _weekday(date(2025, 3, 3) + timedelta(days=(number * 279) // max(rounds, 1))),
                "owner": organisers[name],
                "teacher": teachers[name],
                "memberships": _distinct(random.sample(memberships, people_each)),
            }
        )
    by_district = {}
    for membership in memberships:
        by_district.setdefault(membership.enterprise.district_id, []).append(membership)
    for number, (district, own) in enumerate(sorted(by_district.items())):
        if district != skip_district:
            plan.append(
                {
                    "title": f"{own[0].enterprise.district.name}小微企业集中培训",
                    "start": date(2025, 4, 8) + timedelta(days=number * 14),
                    "owner": organisers[district],
                    "teacher": teachers[(first, second)[number % 2]],
                    "memberships": own[: max(people_each // 2, 3)],
                    "kind": Kind.CONCENTRATED,
                    "plan": HALF_DAY,
                    "pilot": None,
                }
            )
    for event in sorted(plan, key=lambda event: event["start"] + timedelta(days=event.get("plan", PLAN)[-1][0])):
        teacher = event.pop("teacher")
        hold(random, trainer=teacher.person, actor=teacher, **event)


def _weekday(day):
    """The day itself, or the Wednesday before a day from which three working days do not follow."""
    return day - timedelta(days=max(day.weekday() - 2, 0))


def _distinct(memberships):
    return list({membership.person_id: membership for membership in memberships}.values())


def build_today(random, organisers, memberships, users):
    """What is going on now: one class today, one over but not closed, three open for registration."""
    trainer = users["trainer"].person
    owner = organisers["天津示例认证有限公司"]
    today = clock.today()
    waiting = random.sample(memberships, 12)
    hold(
        random,
        title="内审员培训（汽车零部件）示例班",
        start=today - timedelta(days=6),
        owner=owner,
        trainer=trainer,
        actor=users["trainer"],
        memberships=_distinct(waiting),
        pilot="qiche-lingbujian",
        close=False,
    )
    learner = Membership.objects.filter(person__user=users["learner"]).select_related("person", "enterprise").first()
    for offset, title, seats, plan in (
        (0, "一线员工：首件、点检和坏件处理", 30, _today_plan()),
        (4, "内审员培训（电动自行车）示例班", 20, PLAN[:2]),
        (9, "老板半日班：把返工这笔账算清楚", 12, [(0, 9, "质量这笔账怎么算", 4, False)]),
    ):
        round_ = scheduling.create_round(
            actor=users["trainer"],
            owner=owner,
            sessions=list(_sessions(today + timedelta(days=offset), plan)),
            trainers=[trainer],
            confirmed=("trainer", "trainee", "holiday"),
            title=title,
            kind=Kind.INTERNAL_AUDITOR if "内审员" in title else Kind.LAYERED,
            seats=seats,
            has_exam="内审员" in title,
            venue="东丽区示例路 8 号二楼教室",
        )
        scheduling.publish(round_.pk, actor=users["trainer"])
        members = random.sample(memberships, 12)
        _registered(round_, members if offset else [learner, *members], users["trainer"])
    return Round.objects.count()


def _today_plan():
    """A class whose first session begins at the next full hour of today, so that its door is open."""
    hour = min(clock.now().astimezone(clock.SHANGHAI).hour, 20)
    return [(0, hour, "首件怎么做", 2, False), (0, min(hour + 2, 22), "坏件怎么办", 1, False)]
