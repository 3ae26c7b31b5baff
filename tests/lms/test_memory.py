"""What the processes of a small production do not hold: seen in a fresh process, as the web server and the worker load it."""

import json
import os
import subprocess
import sys

import pytest

from lms.embedded.fingerprint import ROOT
from tests.suite.site import collected_static

pytestmark = pytest.mark.one_engine

HEAVY = "reportlab xhtml2pdf svglib pypdf pyhanko numpy pypinyin av pypdfium2 icalendar opencc openpyxl fontTools xlsxwriter".split()
"""Between 3 and 55 MB each, wanted where a document is made or read."""

WEB = """
import gc, io, json, sys
import lms.wsgi

def answer(path):
    given = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
               "HTTP_HOST": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO()}
    b"".join(lms.wsgi.application(environ, lambda status, headers: given.append(status)))
    return given[0]

print(json.dumps([answer("/healthz"), answer("/accounts/login/"), list(sys.modules), gc.isenabled(), gc.get_freeze_count()]))
"""

WORKER = """
import json, sys
from lms.celery import app
from django.conf import settings

app.loader.import_default_modules()
jobs = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
print(json.dumps([sorted(jobs - set(app.tasks)), list(sys.modules)]))
"""


def _said(program, tmp_path, database="sqlite://:memory:"):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "DEBUG": "0",
        "SECRET_KEY": "x" * 50,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": database,
        "REDIS_URL": "",
        "STATIC_ROOT": str(collected_static()),
    }
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_a_web_process_holds_no_library_that_only_makes_documents(tmp_path, database, django_db_setup):
    health, sign_in, modules, collects, frozen = _said(WEB, tmp_path, database.url)

    assert (health, sign_in) == ("200 OK", "200 OK")
    assert set(HEAVY) & set(modules) == set()
    # What is loaded is left alone, what requests make is collected.
    assert collects and frozen > 100_000


def test_a_worker_that_waits_holds_none_either(tmp_path):
    unknown, modules = _said(WORKER, tmp_path)

    assert unknown == []
    assert set(HEAVY) & set(modules) == set()
