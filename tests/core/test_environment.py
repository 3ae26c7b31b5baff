"""``.venv`` comes from two lock files; they agree, name no index, and hash everything."""

import re
import subprocess
import sys

import pytest

from lms.embedded import environment
from lms.embedded.fingerprint import ROOT


def pins(text):
    """The requirement lines of a lock file's text: package, version, and for which Python or system."""
    return {line.removesuffix("\\").strip() for line in re.findall(r"(?m)^[A-Za-z0-9].*$", text)}


@pytest.mark.parametrize("name", environment.LOCKS)
def test_a_lock_names_no_index_and_hashes_everything(name):
    text = environment.LOCKS[name].read_text()
    assert "://" not in re.sub(r"(?m)^\s*#.*$", "", text)
    assert "--index" not in text and "--extra-index" not in text and "--find-links" not in text
    for requirement in re.split(r"(?m)^(?=[A-Za-z0-9])", text)[1:]:
        assert "--hash=sha256:" in requirement, requirement


def test_what_the_tests_need_holds_all_that_the_base_needs():
    base, test = (pins(environment.LOCKS[name].read_text()) for name in ("base", "test"))
    assert len(base) > 50
    assert base <= test


def test_the_two_halves_are_the_whole():
    lock = environment.LOCKS["base"]
    first, second = environment.halves(lock)
    assert pins(first) and pins(second)
    assert pins(first) | pins(second) == pins(lock.read_text())
    assert (first + second).count("--hash=") == lock.read_text().count("--hash=")


def test_every_dependency_of_the_project_is_locked():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    for name, wanted in (
        ("base", project["project"]["dependencies"]),
        ("test", project["dependency-groups"]["test"]),
    ):
        locked = {re.split(r"[\[=]", line)[0] for line in pins(environment.LOCKS[name].read_text())}
        for requirement in wanted:
            package = re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower()
            assert package in locked, f"{package}：改了 pyproject.toml 之后要重新编译 requirements/{name}.txt"


def test_it_runs_with_nothing_installed():
    """Whatever python3 the machine has runs this file: it may import the standard library only."""
    path = ROOT / "lms" / "embedded" / "environment.py"
    code = f"import runpy; runpy.run_path({str(path)!r}, run_name='look')"
    subprocess.run([sys._base_executable, "-I", "-S", "-c", code], check=True)


def test_an_environment_made_from_the_wheel_at_hand_has_its_pip(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    environment.make()
    assert environment.usable()
    asked = subprocess.run([environment.VENV / "bin/python", "-m", "pip", "--version"], capture_output=True, text=True)
    assert str(environment.VENV) in asked.stdout


def test_without_a_wheel_at_hand_python_installs_its_own(tmp_path, monkeypatch):
    commands = []

    def run(command, **options):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(environment, "pip_wheel", lambda: None)
    monkeypatch.setattr(environment.subprocess, "run", run)
    environment.make()
    assert "--without-pip" not in commands[0]
