"""The site as an app on a phone."""

import json

import pytest

pytestmark = pytest.mark.one_engine


def test_the_manifest_and_the_script_are_there(client, db):
    answer = client.get("/manifest.webmanifest")
    assert answer["Content-Type"] == "application/manifest+json"
    assert json.loads(answer.content)["short_name"] == "质量学堂"
    script = client.get("/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert script["Cache-Control"] == "no-cache"
    assert "/offline/" in script.content.decode()


def test_what_it_keeps_beforehand_exists(client, db):
    from django.contrib.staticfiles.finders import find

    from home.views import KEPT_OFFLINE

    assert all(find(name) for name in KEPT_OFFLINE)
    assert "没有网络" in client.get("/offline/").content.decode()
