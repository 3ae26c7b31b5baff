"""The commands of the project itself: audit, run_due, demo."""

import io
import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from core import registry
from core.registry import Finding
from enterprises.models import Enterprise


def audit(*arguments):
    """(exit code, output) of ``manage.py audit``."""
    output = io.StringIO()
    try:
        call_command("audit", *arguments, stdout=output)
    except SystemExit as end:
        return end.code, output.getvalue()
    return 0, output.getvalue()


@pytest.mark.django_db
def test_a_fresh_database_has_nothing_to_find(world):
    assert audit()[0] == 0
    assert audit("--json") == (0, "[]\n")


@pytest.mark.django_db
def test_findings_are_told_and_make_exit_code_two(monkeypatch):
    monkeypatch.setattr(registry, "audit", [lambda: iter(()), lambda: [Finding("x.y", "少了一行。", pk=7)]])
    code, said = audit()
    assert code == 2
    assert "[x.y] 少了一行。（pk=7）" in said
    assert "2 项，1 处" in said
    code, said = audit("--json")
    assert code == 2
    assert json.loads(said) == [{"check": "x.y", "sentence": "少了一行。", "pk": 7}]


@pytest.mark.django_db(transaction=True)
def test_an_audit_keeps_no_writer_waiting_and_sees_one_moment(monkeypatch, world, at_once):
    def check():
        before = Enterprise.objects.count()
        written = at_once_outside(lambda: Enterprise.objects.create(code="x", name="x", district=world.alpha.district))
        assert written.pk
        assert Enterprise.objects.count() == before
        return []

    def at_once_outside(work):
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connection

        def run():
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(run).result(30)

    monkeypatch.setattr(registry, "audit", [check])
    assert audit()[0] == 0


@pytest.mark.django_db
def test_run_due_runs_every_job_of_the_timetable():
    output = io.StringIO()
    call_command("run_due", stdout=output)
    assert [line.partition("：")[0] for line in output.getvalue().splitlines()] == list(settings.CELERY_BEAT_SCHEDULE)


@pytest.mark.django_db
def test_run_due_names_the_job_that_failed_and_does_the_others(settings, monkeypatch):
    from celery import current_app

    current_app.loader.import_default_modules()
    jobs = iter(settings.CELERY_BEAT_SCHEDULE.values())
    task = current_app.tasks[next(jobs)["task"]]
    monkeypatch.setattr(task, "run", lambda *args: 1 / 0)
    output, errors = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError, match="没有做成"):
        call_command("run_due", stdout=output, stderr=errors)
    assert "ZeroDivisionError" in errors.getvalue()
    assert output.getvalue().count("完成") == len(settings.CELERY_BEAT_SCHEDULE) - 1


@pytest.mark.django_db
def test_the_demo_refuses_to_load_outside_the_demo_world(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="make demo"):
        call_command("demo", "--prepare")
