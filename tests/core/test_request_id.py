"""One id on every log line of a request, in the answer, and in the audit trail."""

import json
import logging
import sys

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core.request_id import JsonFormatter, RequestIdFilter, RequestIdMiddleware, current


def line(record):
    RequestIdFilter().filter(record)
    return json.loads(JsonFormatter().format(record))


def record(message="说明", *args, **extra):
    made = logging.LogRecord("x", logging.INFO, __file__, 1, message, args, None)
    made.__dict__.update(extra)
    return made


@pytest.fixture
def ask():
    """Send a request with headers through the middleware; the answer and the id the view saw."""

    def send(**headers):
        seen = []

        def view(request):
            seen.append((request.id, current.get(), line(record())["request"]))
            return HttpResponse()

        request = RequestFactory().get("/verify/TJXW-NSY-2026-012-0034-K/", headers=headers)
        request.resolver_match = None
        return RequestIdMiddleware(view)(request), seen[0]

    return send


def test_an_id_is_made_and_told(ask):
    answer, seen = ask()
    assert len(set(seen)) == 1
    assert answer["X-Request-ID"] == seen[0]
    assert ask()[0]["X-Request-ID"] != answer["X-Request-ID"]


def test_the_proxys_id_is_taken_when_well_formed(ask):
    assert ask(x_request_id="a1b2c3d4-0000")[0]["X-Request-ID"] == "a1b2c3d4-0000"


@pytest.mark.parametrize("given", ["short", "x" * 65, "with blank in it", 'quote"quote"', "换行换行换行换行"])
def test_anything_else_is_replaced(ask, given):
    assert ask(x_request_id=given)[0]["X-Request-ID"] != given


def test_the_id_is_forgotten_afterwards(ask):
    ask()
    assert current.get() == "-"


def test_a_line_is_one_json_object_in_chinese():
    assert line(record("已发 %s 条", 3)) | {"at": ""} == {
        "at": "",
        "level": "INFO",
        "logger": "x",
        "request": "-",
        "message": "已发 3 条",
    }
    assert "\n" not in JsonFormatter().format(record("两\n行"))


def test_a_traceback_stays_on_the_line():
    made = record()
    try:
        raise ValueError("错")
    except ValueError:
        made.exc_info = sys.exc_info()
    assert "ValueError: 错" in line(made)["traceback"]


@pytest.mark.django_db
def test_the_log_names_the_route_not_the_path(client, caplog):
    with caplog.at_level(logging.INFO, logger="requests"):
        client.get("/no-such-page-13800001234/")
    lines = [JsonFormatter().format(each) for each in caplog.records if each.name == "requests"]
    assert lines and '"status": 404' in lines[-1]
    assert "13800001234" not in lines[-1]
