"""Under /admin/ inline scripts run by nonce only; and what may not be deleted is not."""

import re

from django.test import Client

from core.page_guards import deletion_refusal
from guide.models import ClausePage, ToolPage


def test_every_inline_script_of_the_page_editor_has_the_nonce(guide, editor):
    page = ClausePage.objects.get(slug="8-7")
    answer = editor.get(f"/admin/pages/{page.pk}/edit/")
    policy = answer["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy).group(1)
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy).group()
    scripts = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", answer.content.decode())
    running = [
        attributes for attributes in scripts if "application/json" not in attributes and "importmap" not in attributes
    ]
    assert running
    assert all(f'nonce="{nonce}"' in attributes for attributes in running)


def test_the_nonce_stays_in_the_admin(guide, editor):
    assert "nonce" not in editor.get("/guide/8-7/")["Content-Security-Policy"]


def test_without_a_session_every_answer_has_its_own_nonce(db):
    seen = {Client().get("/admin/")["Content-Security-Policy"] for _ in range(2)}
    assert len(seen) == 2


def test_a_page_nothing_hangs_on_may_be_deleted(guide):
    assert deletion_refusal(ToolPage.objects.get(code="TB12")) is None


def test_a_page_with_records_is_not_deleted(guide, editor, monkeypatch):
    from core import wagtail_hooks

    page = ToolPage.objects.get(code="TB12")
    monkeypatch.setattr(wagtail_hooks, "deletion_refusal", lambda page: "连着 3 条学习记录")
    answer = editor.post(f"/admin/pages/{page.pk}/delete/", follow=True)
    assert "连着 3 条学习记录" in answer.content.decode()
    assert ToolPage.objects.filter(pk=page.pk).exists()
