"""A trainer with nothing but a phone runs a whole round: the door, the list, signing out, evidence, closing, certificates, the archive."""

import io
import re
import zipfile
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from PIL import Image

from core import clock
from enterprises.models import Membership
from tests.training import house
from training import tickets
from training.models import Attendance, Registration, Round, Session, SurveyAnswer

from .shots import shoot

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def session(world):
    """One lesson of a round that asks for signing out, begun five minutes ago; wang and zhao are on the list."""
    members = Membership.objects.filter(person__in=[world.wang.person, world.zhao])
    return house.begun(world, 5, members, has_exam=False, sign_out=True)


def scan(page, session, *, leaving=False):
    page.goto(urlsplit(tickets.door_code(session, leaving=leaving).url).path)


def picture(name):
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "#e3dfd4").save(out, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": out.getvalue()}


def test_a_trainer_with_a_phone_runs_a_whole_round(site, world, session, open_page):
    trainer, wang, walk_in = (open_page(user) for user in (world.jia_trainer, world.wang, world.alpha_contact))
    here = f"/desk/rounds/{session.round_id}/"
    trainer.goto(here)
    trainer.get_by_role("link", name="签到大屏").click()
    trainer.locator(".st-code strong").first.wait_for()

    # one is on the list and scans; one is not, and signs up at the door; one has no phone and is tapped in the list
    scan(wang, session)
    wang.get_by_role("heading", name="王小二，签上了").wait_for()
    scan(walk_in, session)
    walk_in.get_by_role("button", name="现场报名并签到").wait_for()
    shoot(walk_in, "20-walk-in")
    walk_in.get_by_role("button", name="现场报名并签到").click()
    walk_in.get_by_role("heading", name="甲企联络员，签上了").wait_for()
    trainer.get_by_text("甲企联络员").first.wait_for(timeout=15_000)  # the board shows it by itself
    trainer.get_by_role("link", name="扫学员的码").click()
    trainer.locator("[data-list] li", has_text="赵六").get_by_role("button").click()
    trainer.locator("[data-came]", has_text="3").wait_for()
    assert {row.registration.walked_in for row in Attendance.objects.exclude(method="desk")} == {False, True}

    # the lesson comes to its end: two sign out by their phones, the third in the list; sheets are handed in
    Session.objects.filter(pk=session.pk).update(ends_at=clock.now() + timedelta(seconds=1))
    for page in (wang, walk_in):
        scan(page, session, leaving=True)
        page.get_by_role("heading", name=re.compile("签退了")).wait_for()
    trainer.reload()
    trainer.locator("[data-list] li", has_text="赵六").get_by_role("button").click()
    trainer.locator("[data-list] li", has_text="赵六").get_by_text("签退").first.wait_for()
    wang.goto(f"/rounds/{session.round_id}/survey/")
    for number in range(8):
        wang.locator(f"label:has(#g{number}-5)").click()
    wang.get_by_role("button", name="不记名交卷").click()
    wang.get_by_text("收到了，谢谢您").wait_for()
    assert SurveyAnswer.objects.count() == 1
    assert Attendance.objects.filter(left_at=None).count() == 0

    # what closing asks for, all from the phone
    trainer.goto(here)
    trainer.get_by_role("button", name="提交考勤").click()
    trainer.get_by_text("考勤已提交").first.wait_for()
    for kind, files in (("sign_in", ["签到表.jpg"]), ("photo", ["全景.jpg", "讲师.jpg", "实操.jpg"])):
        form = trainer.locator(f"form[action$='/evidence/']:has(input[name=kind][value={kind}])").first
        trainer.locator(f"details:has(input[name=kind][value={kind}]) summary").first.click()
        form.locator("input[type=file]").set_input_files([picture(name) for name in files])
        form.get_by_role("button", name="上传").click()
        trainer.get_by_text("材料已收好").first.wait_for()
    # one photo is not sharp
    row = trainer.locator(".proof-list > li", has_text="讲师.jpg")
    row.locator("summary").click()
    row.get_by_label("为什么").fill("糊了")
    row.locator("input[type=file]").set_input_files([picture("讲师（清楚）.jpg")])
    row.get_by_role("button", name="换成这份").click()
    trainer.get_by_text("换好了").first.wait_for()
    trainer.get_by_role("link", name="去核对人数").click()
    trainer.get_by_label("第 1 课签名人数").fill("2")
    trainer.get_by_label("第 1 课差在哪儿").fill("赵六没在纸上签名，讲师认得")
    shoot(trainer, "21-counts")
    trainer.get_by_role("button", name="存核对结果").click()
    trainer.get_by_text("核对好了 1 课").first.wait_for()
    trainer.goto(here)
    trainer.get_by_role("button", name="结班并记账").click()
    trainer.get_by_text("已结班").first.wait_for()
    # the page says by itself when the worker has made the certificates
    trainer.get_by_text("证明都出好了，3 份").wait_for(timeout=20_000)

    trainer.get_by_role("link", name="去归档").click()
    trainer.get_by_role("button", name="打归档包").click()
    trainer.get_by_role("link", name="下载第 1 包").wait_for(timeout=20_000)
    shoot(trainer, "23-archive")
    with trainer.expect_download() as arriving:
        trainer.get_by_role("link", name="下载第 1 包").click()
    names = zipfile.ZipFile(arriving.value.path()).namelist()
    assert sum(name.startswith("12 培训合格证明/") for name in names) == 3
    assert "13 换下和撤下的/讲师.jpg" in names
    trainer.get_by_role("button", name="归档", exact=True).click()
    trainer.get_by_role("heading", name="已归档").wait_for()
    assert Round.objects.get().state == Round.State.ARCHIVED
    assert Registration.objects.exclude(certificate=None).count() == 3
    site.manage("audit")
