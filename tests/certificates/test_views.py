"""The public page, and the holder's."""

import pytest
from django.urls import reverse

from certificates import limits, policies, rendering, services

pytestmark = pytest.mark.one_engine


@pytest.fixture
def row(issue):
    return issue()


def ask(client, number, code):
    return client.get(reverse("certificates:verify"), {"number": number, "code": code})


def test_verify_url_is_the_page(row, settings):
    assert row.verify_url == f"{settings.SITE_URL}{reverse('certificates:by_token', args=[row.token])}"


def test_scanned(client, row):
    response = client.get(f"/verify/{row.token}/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "现在有效" in page
    assert "王*二" in page
    assert "王小二" not in page
    for key in set(row.words) - {"name", "note"}:
        assert row.words[key] in page
    assert row.number in page
    assert row.check_code_text in page
    assert "noindex" in response["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in page


@pytest.mark.parametrize(
    "typed",
    [
        lambda number, code: (number, code),
        lambda number, code: (number.lower(), code.lower()),
        lambda number, code: (number.replace("-", " "), f" {code[:4]}-{code[4:]} "),
        lambda number, code: (number.replace("0", "O").replace("1", "I"), code.replace("0", "o").replace("1", "l")),
        lambda number, code: (
            number.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),
            code.translate({n: n + 0xFEE0 for n in range(0x21, 0x7F)}),
        ),
    ],
)
def test_typed_any_way(client, row, typed):
    assert "现在有效" in ask(client, *typed(row.number, row.check_code)).content.decode()


def test_wrong_number_and_wrong_code_look_the_same(client, row, issue):
    other = issue("registration:2")
    pages = [
        ask(client, number, code).content.decode().replace(number, "N").replace(code, "C")
        for number, code in (
            (row.number, other.check_code),
            ("TJXW-NSY-2026-099-0001-A", row.check_code),
            (row.number, "KURZ"),
        )
    ]
    assert "没有查到" in pages[0]
    assert len(set(pages)) == 1


def test_an_unknown_token_is_404(client, db):
    assert client.get("/verify/AAAAAAAAAAAAAAAAAAAAAAAAAAA/").status_code == 404


def test_the_empty_form_and_missing_fields(client, db):
    assert client.get("/verify/").status_code == 200
    page = client.get("/verify/", {"number": "", "code": ""}).content.decode()
    assert "请照纸上的编号填" in page


def test_twenty_misses_a_minute(client, row, monkeypatch):
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_000.0)
    for _ in range(limits.MISSES):
        assert ask(client, row.number, "00000000").status_code == 200
    for response in (ask(client, row.number, row.check_code), client.get(f"/verify/{row.token}/")):
        assert response.status_code == 429
        assert response["Retry-After"] == "20"
    # Another address is not held up, and the next minute begins anew.
    assert client.get(f"/verify/{row.token}/", REMOTE_ADDR="10.0.0.9").status_code == 200
    monkeypatch.setattr(limits.time, "time", lambda: 1_000_060.0)
    assert ask(client, row.number, row.check_code).status_code == 200


def test_right_answers_are_not_counted(client, row):
    for _ in range(limits.MISSES * 3):
        response = client.get(f"/verify/{row.token}/")
    assert response.status_code == 200


def test_corrected_and_revoked(client, row, world):
    second = services.correct(row, {"enterprise": "示例甲企业股份有限公司"}, actor=world.city, reason="单位名称写错")
    page = ask(client, row.number, row.check_code).content.decode()
    assert "请以新的一版为准" in page
    assert "更正：单位名称写错" in page
    page = ask(client, row.number, second.check_code).content.decode()
    assert "现在有效" in page
    assert "示例甲企业股份有限公司" in page
    services.revoke(row, actor=world.city, reason="复核发现学时不够。")
    for code in (row.check_code, second.check_code):
        page = ask(client, row.number, code).content.decode()
        assert "不能再用" in page
        assert "复核发现学时不够。" in page


def test_verify_answers_in_few_queries(client, row, django_assert_max_num_queries):
    client.get(f"/verify/{row.token}/")
    with django_assert_max_num_queries(6):
        client.get(f"/verify/{row.token}/")


@pytest.mark.parametrize("name", ["detail", "pdf", "picture"])
def test_who_sees_the_full_name(client_of, row, world, name):
    rendering.render(row.pk)
    url = reverse(f"certificates:{name}", args=[row.number])
    for user in (world.wang, world.city, world.statistician):
        assert client_of(user).get(url).status_code == 200
    for user in (world.nobody, world.yi_trainer, world.beta_contact, world.wuqing):
        assert client_of(user).get(url).status_code == 404
    assert client_of(None).get(url).status_code == 302


def test_an_issuing_app_names_who_else_sees(client_of, row, world, monkeypatch):
    from django.db.models import Q

    mine = [lambda user: Q(source_key="registration:1") if user == world.jia_trainer else Q(pk__in=[])]
    monkeypatch.setattr(policies, "also_visible", mine)
    url = reverse("certificates:detail", args=[row.number])
    assert client_of(world.jia_trainer).get(url).status_code == 200
    assert client_of(world.yi_trainer).get(url).status_code == 404


def test_the_page_waits_for_the_pdf_and_writes_nothing(client_of, row, world, django_assert_max_num_queries):
    client = client_of(world.wang)
    url = reverse("certificates:detail", args=[row.number])
    page = client.get(url).content.decode()
    assert "正在制作" in page
    assert f'hx-get="{url}"' in page
    assert client.get(reverse("certificates:pdf", args=[row.number])).url == url
    row.refresh_from_db()
    assert row.rendered_at is None
    rendering.render(row.pk)
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "下载 PDF" in part
    assert "<html" not in part


def test_the_download_is_the_stored_file(client_of, row, world):
    row = rendering.render(row.pk)
    response = client_of(world.wang).get(reverse("certificates:pdf", args=[row.number]))
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    assert b"".join(response.streaming_content) == row.pdf.open().read()


def test_the_newest_version_is_shown(client_of, row, world):
    services.correct(row, {"result": "优秀"}, actor=world.city, reason="改分")
    page = client_of(world.wang).get(reverse("certificates:detail", args=[row.number])).content.decode()
    assert "第 2 版" in page


def test_a_document_that_cannot_be_made_says_why(client_of, issue, world):
    from core.exceptions import DomainError

    row = issue(name="王𪻐二")
    with pytest.raises(DomainError):
        rendering.render(row.pk)
    client = client_of(world.wang)
    page = client.get(reverse("certificates:detail", args=[row.number])).content.decode()
    assert "𪻐" in page
    assert "正在制作" not in page
    assert client.get(reverse("certificates:picture", args=[row.number])).status_code == 404
