"""Make or mend ``.venv`` from a hashed lock file: ``python3 lms/embedded/environment.py base`` (or ``test``).

Run by the Makefile with whatever python3 the machine has, so: standard library only. Does nothing when the lock files, the
interpreter and the place are the ones ``.venv`` was made for.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "stamp"
LOCKS = {"base": ROOT / "requirements" / "base.txt", "test": ROOT / "requirements" / "test.txt"}
PARTS = 2
"""pip is busy with one core: two of them, each with half of the packages, need half of the time."""


def wanted():
    """The line of the stamp for each lock: its hash with the interpreter and the place."""
    home = f"{sys.version_info[:3]} {sys.base_prefix} {VENV}"
    return {name: hashlib.sha256(path.read_bytes() + home.encode()).hexdigest() for name, path in LOCKS.items()}


def present():
    """The lock names ``.venv`` satisfies now."""
    try:
        lines = STAMP.read_text().split()
    except OSError:
        return set()
    return {name for name, line in wanted().items() if line in lines}


def halves(lock):
    """The text of a lock file as PARTS lock files; every requirement with its hashes stays whole."""
    requirements = re.split(r"(?m)^(?=[A-Za-z0-9])", lock.read_text())
    return ["".join(requirements[part::PARTS]) for part in range(PARTS)]


def install(lock):
    """Install exactly what the lock names. Stops with pip's own words when a package cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        running = []
        for number, text in enumerate(halves(lock)):
            part = Path(folder, f"part-{number}.txt")
            part.write_text(text)
            # The lock is complete (--no-deps). Modules are compiled when first imported (--no-compile).
            command = [VENV / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            command += ["--require-hashes", "--no-deps", "--no-compile", "-r", part]
            output = Path(folder, f"output-{number}").open("w+")  # noqa: SIM115
            running.append((subprocess.Popen(command, stdout=output, stderr=output), output))
        failed = [output for process, output in running if process.wait()]
        for output in failed:
            output.seek(0)
            errors = [line for line in output if not line.startswith("WARNING")]
            print("".join(errors)[-4000:], file=sys.stderr)
    if failed:
        sys.exit(
            "依赖没有装成：上面是 pip 的话。请检查到软件源的网络（可用 PIP_INDEX_URL 写明另一个软件源），然后再运行一次。"
        )


def usable():
    """Whether ``.venv`` was made here by this interpreter (a moved checkout or a new Python needs a new one)."""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    ask = "import sys; print(sys.version_info[:3], sys.base_prefix, sys.prefix)"
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return answer.stdout.strip() == f"{sys.version_info[:3]} {sys.base_prefix} {VENV}"


def pip_wheel():
    """The wheel of pip that came with this Python, or None (a distribution may keep it anywhere)."""
    spec = importlib.util.find_spec("ensurepip")
    bundled = Path(spec.origin).parent / "_bundled" if spec else None
    folders = [Path(place) for place in (sysconfig.get_config_var("WHEEL_PKG_DIR"), bundled) if place]
    return next((wheel for folder in folders for wheel in sorted(folder.glob("pip-*.whl"))), None)


def make():
    """A new, empty ``.venv``; pip is unpacked into it from where Python keeps it, which takes a tenth of installing it."""
    wheel = pip_wheel()
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    done = subprocess.run([*command, "--without-pip"] if wheel else command, check=False)
    if wheel and not done.returncode:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(next(VENV.glob("lib/python3*/site-packages")))
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("python3 建不起虚拟环境。Debian 和 Ubuntu 上请先装 python3-venv 软件包，然后再运行一次。")


def main(name):
    if sys.version_info < (3, 11):  # noqa: UP036 - whatever python3 the machine has comes here
        sys.exit(f"要 Python 3.11 或更新，这里却是 {sys.version.split()[0]}。请写明用哪一个：make PYTHON=python3.12 …")
    (ROOT / "var").mkdir(exist_ok=True)
    with (ROOT / "var" / ".environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if name in present():
            return
        stamp = wanted()
        if not usable():
            print(f"建立 {VENV.name} …", flush=True)
            make()
        print(f"按 requirements/{LOCKS[name].name} 安装依赖 …", flush=True)
        install(LOCKS[name])
        # What the tests need holds all that the base needs, in the same versions (tests/core/test_environment.py).
        satisfied = [stamp["base"], stamp["test"]] if name == "test" else [stamp["base"]]
        new = STAMP.with_suffix(".new")
        new.write_text("\n".join(satisfied) + "\n")
        new.replace(STAMP)


if __name__ == "__main__":
    if Path(sys.prefix) == VENV:  # called from inside: an environment cannot make itself anew
        os.execv(sys._base_executable, [sys._base_executable, *sys.argv])  # noqa: S606
    main(sys.argv[1])
