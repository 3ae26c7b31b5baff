"""A paper checked by the phone alone: the browser's own arithmetic, with and without a network."""

import pytest

from certificates import proofs, services
from core import clock

from .waiting import until_kept

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper(world):
    """A certificate of wang, its QR code signed."""
    words = {
        "name": "龘𠮷·示例",
        "enterprise": "示例甲企业有限公司",
        "course_title": "质量管理体系内审员培训",
        "period": "2026年10月19日—2026年10月21日",
        "class_hours": "20",
        "result": "合格",
        "organiser": "示例培训机构甲",
    }
    return services.issue(
        source_key="registration:1",
        series_key="NSY-2026-012",
        holder=world.wang.person,
        words=words,
        template_key="round",
        issued_on=clock.today(),
    )


def forged(proof, place):
    """The proof with one bit of its ``place``-th byte changed."""
    data = bytearray(int(proof).to_bytes((int(proof).bit_length() + 7) // 8))
    data[place] ^= 1
    return str(int.from_bytes(data))


def told(page, text):
    page.locator("#scanned").fill(text)
    page.get_by_role("button", name="核对").click()
    page.locator("#verdict strong").wait_for()
    return page.locator("#verdict").inner_text(), page.locator("#fields").inner_text()


def changed_name(proof):
    data = int(proof).to_bytes((int(proof).bit_length() + 7) // 8)
    old, new = "合格".encode(proofs.CODING), "优秀".encode(proofs.CODING)
    assert data.count(old) >= 1
    return str(int.from_bytes(data.replace(old, new)))


def check_everything(page, paper):
    verdict, fields = told(page, paper.qr_text)
    assert "签名是对的" in verdict
    for word in (paper.number, paper.words["name"], paper.words["enterprise"], paper.words["issued_on"]):
        assert word in fields
    for text in (changed_name(paper.proof), forged(paper.proof, -1)):
        verdict, fields = told(page, text)
        assert ("签名不对" in verdict, fields) == (True, "")
    assert "不认识签名用的公钥" in told(page, forged(paper.proof, 1))[0]
    assert "看不懂这段文字" in told(page, paper.verify_url)[0]


def test_the_phone_checks_a_paper_without_asking_us(site, paper, phone):
    # The page that checks was never opened: it is kept all the same, with its files and its keys.
    phone.goto("/verify/")
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until_kept(phone, "/verify/offline/")
    phone.context.set_offline(True)
    phone.goto(f"/verify/offline/#{paper.proof}")
    assert "签名是对的" in phone.locator("#verdict").inner_text()
    check_everything(phone, paper)
    phone.context.set_offline(False)
    phone.problems[:] = [said for said in phone.problems if "net::ERR" not in said]
    # With a network the newest keys are asked for; a browser without Ed25519 of its own reckons to the same end.
    proofs.SigningKey.objects.update(withdrawn_at=clock.now())
    phone.goto("/verify/offline/")
    assert "已经作废" in told(phone, paper.qr_text)[0]
    proofs.SigningKey.objects.update(withdrawn_at=None)
    phone.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('not here'))")
    phone.goto("/verify/offline/")
    check_everything(phone, paper)
