"""``make test`` says what happened in its last line and its exit code."""

import json
import subprocess
from types import SimpleNamespace

import pytest

from lms.embedded.fingerprint import ROOT
from tests import conftest
from tests.suite import __main__ as runner


@pytest.mark.parametrize(
    ("results", "last_line", "code"),
    [
        ([(3, 0), (4, 0)], "7 passed, 0 failed", 0),
        ([(3, 0), (4, 1)], "7 passed, 1 failed", 1),
        ([(0, 1), (0, 1)], "0 passed, 2 failed", 1),
        ([(0, 0), (0, 0)], "0 passed, 0 failed", 1),
    ],
)
def test_the_last_line_and_the_exit_code(monkeypatch, capsys, results, last_line, code):
    left = iter(results)
    monkeypatch.setattr(runner, "run", lambda *args: next(left))
    monkeypatch.setattr(runner.signal, "signal", lambda *args: None)
    assert runner.main([]) == code
    assert capsys.readouterr().out.splitlines()[-1] == last_line


def test_the_given_servers_go_where_they_belong(monkeypatch, capsys):
    seen = []
    monkeypatch.setenv("DATABASE_URL", "postgres://u@host/db")
    monkeypatch.setenv("REDIS_URL", "redis://host/0")
    monkeypatch.setattr(runner.signal, "signal", lambda *args: None)
    monkeypatch.setattr(runner, "run", lambda engine, arguments, env, folder: seen.append((engine, env)) or (1, 0))
    runner.main([])
    (first, sqlite), (second, postgresql) = seen
    assert (first, second) == ("sqlite", "postgresql")
    assert "DATABASE_URL" not in sqlite and postgresql["DATABASE_URL"] == "postgres://u@host/db"
    for env in (sqlite, postgresql):
        assert "REDIS_URL" not in env and env["TEST_REDIS_URL"] == "redis://host/0"


def test_a_skipped_test_counts_as_failed(monkeypatch, tmp_path):
    monkeypatch.setenv("TEST_TOTALS", str(tmp_path / "totals"))
    stats = {"passed": [1, 2, 3], "failed": [1], "error": [1], "skipped": [1, 2], "warnings": [1], "": [1]}
    conftest.pytest_terminal_summary(SimpleNamespace(stats=stats))
    assert json.loads((tmp_path / "totals").read_text()) == [3, 4]


def test_a_run_without_a_test_is_a_failure(monkeypatch, tmp_path, capfd):
    monkeypatch.setattr(runner, "WORKERS", 0)
    arguments = ["tests/core/test_runner.py", "-k", "nothing_is_called_so"]
    assert runner.run("sqlite", arguments, {"PATH": "/usr/bin:/bin"}, tmp_path) == (0, 1)
    assert "没有跑完" in capfd.readouterr().out


def test_nobody_marks_a_test_to_be_skipped():
    found = subprocess.run(
        ["grep", "-rnE", r"pytest\.(mark\.)?(skip|skipif|importorskip|xfail)\b", ROOT / "tests", "--include=*.py"],
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in found.stdout.splitlines() if "test_runner.py" not in line]
    assert lines == []
