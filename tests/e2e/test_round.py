"""A round from plan to figure: a trainer makes it, people come through the door, it is closed, the city counts it and corrects it."""

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image

from core import clock
from enterprises.models import Enterprise, Organiser, Person
from ledger.counts import Scope, figures
from ledger.models import Posting
from ledger.services import last_number
from reports.models import Target
from training import check_in
from training.models import Attendance, Registration, Round, Scan

from .shots import shoot

pytestmark = pytest.mark.django_db(transaction=True)

SIX = [
    # name, phone, enterprise, layer
    ("王小二", "19900000041", "alpha", "一线员工"),
    ("陈示一", "19911110001", "alpha", "中层管理人员"),
    ("陈示二", "19911110002", "beta", "一线员工"),
    ("买买提•示例江", "19911110003", "beta", "最高管理者"),
    ("陈示四", "19911110004", "gamma", "一线员工"),
    ("赵例㛃", "", "gamma", "一线员工"),
]


def times():
    """Two sessions that are over by now, the second still within its sign-in window: (day, start, end) as typed."""
    now = clock.now().astimezone(clock.SHANGHAI)
    start, end = now - timedelta(minutes=10), now - timedelta(minutes=1)
    if start.date() != end.date():  # just after midnight: the last minutes of yesterday
        start, end = start.replace(hour=23, minute=50), start.replace(hour=23, minute=59)
    early = (start - timedelta(hours=3), start - timedelta(hours=2))
    if early[0].date() != early[1].date():
        early = (early[1].replace(hour=0, minute=0), early[1].replace(hour=0, minute=30))
    return [(f"{a:%Y-%m-%d}", f"{a:%H:%M}", f"{b:%H:%M}") for a, b in (early, (start, end))]


def picture():
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#e3dfd4").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def gamma(world):
    return Enterprise.objects.create(code="91120116MA0TE5T081", name="示例丙企业有限公司", district_id="120116")


def make_round(page):
    page.goto("/desk/rounds/new/")
    page.get_by_label("班名").fill("内审员培训（高端装备制造）示例班")
    page.get_by_label("产业链").select_option(label="高端装备制造")
    page.get_by_label("地点").fill("示例产业园 3 号楼 301")
    for number, (day, start, end) in enumerate(times()):
        for name, value in (
            ("day", day),
            ("starts", start),
            ("ends", end),
            ("title", f"第 {number + 1} 节"),
            ("class_hours", "4"),
        ):
            page.locator(f"[name=s-{number}-{name}]").fill(value)
    shoot(page, "10-new-round")
    page.get_by_role("button", name="建好").click()
    page.get_by_role("button", name="发布报名").click()
    page.get_by_text("已发布").first.wait_for()
    return Round.objects.get()


def list_people(page, codes):
    for name, number, firm, layer in SIX:
        form = page.locator("form[action$='/people/#listed']")
        if not form.is_visible():
            page.locator("summary", has_text="加一位学员").click()
        form.get_by_label("姓名").fill(name)
        form.get_by_label("手机号").fill(number)
        form.get_by_label("信用代码").fill(codes[firm])
        form.get_by_label("层级").select_option(label=layer)
        form.get_by_role("button", name="加上名单").click()
        page.get_by_text("已上名单").first.wait_for()
    assert Registration.objects.on_the_list().count() == 6
    assert Person.objects.filter(name="买买提·示例江").exists()  # the middle dot is unified


def read_code(board):
    """The URL in the QR code on the screen, read as a phone would: from the picture."""
    picture = Image.open(io.BytesIO(board.locator(".beamer .scan").screenshot()))
    return zxingcpp.read_barcode(picture).text


def come_through_the_door(open_page, board, session, site):
    """A phone with no session scans the screen and signs in to the site; returns between which moments it scanned."""
    before = clock.now().replace(microsecond=0)
    url = read_code(board)
    assert url.startswith(f"{site.url}/s/{session.pk}/")
    phone = open_page()
    phone.goto(url)
    phone.get_by_text("您到教室的时间").wait_for()
    after = clock.now()
    assert not Scan.objects.exists()  # opening the address has recorded nothing
    shoot(phone, "12-door")
    phone.get_by_label("手机号").fill("19900000041")
    phone.get_by_role("button", name="发验证码").click()
    phone.get_by_text("验证码已发出").wait_for()
    phone.get_by_label("短信验证码").fill(re.search(r"\d{6}", site.messages("19900000041")[-1]).group())
    agree = phone.locator("[name=agree]")
    if agree.count():
        agree.check()
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.get_by_role("heading", name="签上了").wait_for()  # the page before says the word as well
    shoot(phone, "12-signed-in")
    # the same URL again, much later, is refused and says what to do
    phone.goto(f"{site.url}/s/{session.pk}/1-aaaaaaaaaaaaaaaaaaaa/")
    phone.get_by_text("这张码过期了").first.wait_for()
    shoot(phone, "12-refused")
    phone.problems.clear()  # the refusal's own 403
    return before, after


def test_from_plan_to_figure(site, world, gamma, open_page):
    codes = {"alpha": world.alpha.code, "beta": world.beta.code, "gamma": gamma.code}
    # 5. the trainer makes a round, lists six people, opens the board
    trainer = open_page(world.jia_trainer)
    round_ = make_round(trainer)
    assert (round_.number, round_.pilot_id) == (1, "gaoduan-zhuangbei")
    list_people(trainer, codes)
    shoot(trainer, "11-round-filled")
    first, second = round_.sessions.all()
    board = open_page(world.jia_trainer, phone=False)
    board.goto(f"/desk/sessions/{second.pk}/board/")
    shoot(board, "12-board")
    before, after = come_through_the_door(open_page, board, second, site)
    board.get_by_text("王*二").first.wait_for(timeout=15_000)  # the board shows it without a reload
    wang = Attendance.objects.get(registration__person__name="王小二")
    assert (wang.method, wang.state) == ("qr", "present")
    assert before <= wang.arrived_at <= after  # the scan, not the sign-in that followed

    # one by hand with a reason, through the page; the others from the paper list
    trainer.goto(f"/desk/sessions/{second.pk}/board/")
    row = Registration.objects.get(person__name="赵例㛃")
    hand = trainer.locator("form.hand")
    hand.get_by_label("学员").select_option(str(row.pk))
    hand.locator("input[name=state][value=present]").check(force=True)
    hand.get_by_label("原因").fill("没有手机，讲师核对身份")
    hand.get_by_role("button", name="登记").click()
    trainer.get_by_text("已登记").first.wait_for()
    by_hand = Attendance.objects.get(registration=row)
    assert (by_hand.method, by_hand.reason) == ("manual", "没有手机，讲师核对身份")
    rows = {r.person.name: r for r in Registration.objects.select_related("person")}
    missed = rows["陈示四"]
    check_in.enter_list(first, {r.pk: "present" for r in rows.values()}, actor=world.jia_trainer, reason="纸质签到表")
    check_in.enter_list(
        second,
        {r.pk: "present" for r in rows.values() if r.person.name not in ("王小二", "赵例㛃", "陈示四")},
        actor=world.jia_trainer,
        reason="纸质签到表",
    )

    # 6. sessions handed in, marks, evidence; closing says what is missing, then closes once
    trainer.goto(f"/desk/rounds/{round_.pk}/")
    trainer.get_by_text("还不能结班").first.wait_for()
    shoot(trainer, "13-not-ready")
    for _ in range(2):
        trainer.get_by_role("button", name="提交考勤").first.click()
        trainer.get_by_text("考勤已提交").first.wait_for()
    for kind, files in (("sign_in", 2), ("photo", 3), ("marks", 1)):
        form = trainer.locator(f"form[action$='/evidence/']:has(input[name=kind][value={kind}])").first
        trainer.locator(f"details:has(input[name=kind][value={kind}]) summary").first.click()
        file = {"name": "材料.jpg", "mimeType": "image/jpeg", "buffer": picture()}
        form.locator("input[type=file]").set_input_files([file] * files)
        form.get_by_role("button", name="上传").click()
        trainer.get_by_text("材料已收好").first.wait_for()
    trainer.get_by_role("link", name="去核对人数").click()
    for session, signed in ((first, 6), (second, 5)):
        trainer.locator(f"[name=signed_{session.pk}]").fill(str(signed))
    shoot(trainer, "13-counts")
    trainer.get_by_role("button", name="存核对结果").click()
    trainer.get_by_text("核对好了 2 课").first.wait_for()
    trainer.goto(f"/desk/rounds/{round_.pk}/")
    if not trainer.locator(f"[name=mark_{rows['王小二'].pk}]").is_visible():
        trainer.locator("summary", has_text="成绩").first.click()
    for name, mark in (
        ("王小二", "86"),
        ("陈示一", "91.5"),
        ("陈示二", "62"),
        ("买买提·示例江", "78"),
        ("赵例㛃", "73"),
    ):
        trainer.locator(f"[name=mark_{rows[name].pk}]").fill(mark)
    trainer.get_by_role("button", name="存成绩").click()
    trainer.get_by_text("成绩已登记").first.wait_for()
    trainer.get_by_role("button", name="结班并记账").click()
    trainer.get_by_text("已结班").first.wait_for()
    shoot(trainer, "13-closed")
    year = clock.today().year
    scope = Scope(start=clock.today().replace(month=1, day=1), end=clock.today().replace(month=12, day=31))
    assert Posting.objects.count() == 1
    before = figures(scope)
    # six listed, one missed half: five count; one failed the exam and still counts; four certificates
    assert (before.person_times, before.rounds, before.sessions, before.enterprises) == (5, 1, 1, 3)
    assert Registration.objects.exclude(certificate=None).count() == 4
    reported = last_number()

    # 7. city staff: target, number, entries, the sign-in behind one of them; why one is not counted
    for target in Target.objects.all():
        target.starts_on = target.starts_on.replace(year=year)
        target.ends_on = target.ends_on.replace(year=year)
        target.save()
    city = open_page(world.city, phone=False)
    city.goto(f"/desk/?year={year}")
    city.get_by_role("heading", name="目标进度").wait_for()
    shoot(city, "14-dashboard")
    city.goto(f"/desk/entries/?year={year}")
    city.get_by_text("王*二").first.wait_for()
    shoot(city, "15-entries")
    entry = rows["王小二"].person.entries.get()
    city.goto(f"/desk/entries/{entry.pk}/")
    city.get_by_text(re.compile("扫码")).first.wait_for()
    shoot(city, "15-entry")
    city.goto(f"/desk/explain/{missed.pk}/")
    city.get_by_text("不到 80%").first.wait_for()
    shoot(city, "16-why-not")

    # 8. a correction: reason, reversal or new entry; as of the reported posting nothing moved
    trainer.goto(f"/desk/rounds/{round_.pk}/")
    trainer.locator(f"a[href$='/correct/?registration={missed.pk}']").click()
    trainer.locator(f"[name=s-{second.pk}]").select_option("made_up")
    trainer.locator("[name=reason]").fill("漏登，签到表有签名")
    trainer.get_by_role("button", name="看会变什么").click()
    trainer.get_by_role("button", name="提更正单").click()
    trainer.get_by_text("等另一位来批").first.wait_for()
    head = open_page(world.jia_admin, phone=False)
    head.goto(trainer.url)
    head.get_by_role("button", name="同意，记账").click()
    head.get_by_text("更正已记账").first.wait_for()
    shoot(trainer, "17-corrected")
    assert figures(scope).person_times == 6
    assert figures(scope.of(as_of=reported)) == before
    assert Decimal(before.class_hours) == Decimal(40)
    assert Organiser.objects.get(pk=round_.owner_id) == world.jia
    site.manage("audit")
