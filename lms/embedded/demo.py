"""``make demo``: a small production on this machine (SQLite, Valkey, gunicorn, one Celery worker with beat) and its demo world.

This process only watches: it starts the others, prints what they need a person to see, and ends them all on one Ctrl-C. All
data is in ``var/demo``; a database file there is always complete, because it is made under another name first.
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from lms.embedded import children, valkey
from lms.embedded.fingerprint import DATABASE, FONTS, ROOT, STATIC, fingerprint

FOLDER = ROOT / "var" / "demo"
FILE = FOLDER / "db.sqlite3"
STAMP = FOLDER / "prepared"
ACCOUNTS = FOLDER / "accounts.txt"
SMS = FOLDER / "sms.log"
FONTS_MADE = ROOT / "var" / "fonts" / "made-for-demo"
MANAGE = [sys.executable, ROOT / "manage.py"]


def environment(host, port, redis_url):
    """The environment of every process of the demo. A DATABASE_URL of the caller's is kept."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "lms.settings.dev",
        "DEBUG": "0",
        "DEMO": "1",
        "VAR_DIR": str(FOLDER),
        "MEDIA_ROOT": str(FOLDER / "media"),
        "STATIC_ROOT": str(FOLDER / "static"),
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{FILE}",
        "REDIS_URL": redis_url,
        "SITE_URL": os.environ.get("SITE_URL") or f"http://{host}:{port}",
        "SMS_BACKEND": os.environ.get("SMS_BACKEND") or "accounts.sms.FileBackend",
        "SMS_FILE": str(SMS),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "WARNING",
        "PYTHONUNBUFFERED": "1",
    }


class Demo:
    """The processes that run now, by name, and how to end them."""

    def __init__(self, door):
        self.door = door
        self.processes = {}
        self.sms_seen = 0

    def start(self, name, *command, **popen):
        """Start a child and remember it under ``name``."""
        self.processes[name] = children.start(command, cwd=ROOT, **popen)

    def finish(self, name):
        """Wait until the child ``name`` has done its work. Raises CannotStart when it failed."""
        process = self.processes[name]
        if process.wait():
            raise children.CannotStart(f"{name}没有做成，原因见上面。改好后再运行一次 make demo。")
        del self.processes[name]

    def stop(self):
        """End every child but Valkey. A job that is running has three seconds; then the worker puts it back into the queue."""
        ending = {name: [process, signal.SIGTERM, signal.SIGTERM] for name, process in self.processes.items()}
        ending.pop("Valkey", None)
        if "后台任务" in ending:
            ending["后台任务"][-1] = signal.SIGQUIT
        children.stop_all(list(ending.values()), patience=3)

    # Steps -------------------------------------------------------------------------------------------------------

    def prepare(self, env):
        """Migrate and load, and collect static files meanwhile; nothing when nothing changed."""
        stamp = fingerprint(*DATABASE, *STATIC)
        fresh = env["DATABASE_URL"] == f"sqlite:///{FILE}" and not FILE.exists()
        if not fresh and STAMP.exists() and STAMP.read_text() == stamp and (FOLDER / "static").exists():
            return
        STAMP.unlink(missing_ok=True)
        new = FOLDER / "new.sqlite3"
        for leftover in FOLDER.glob("new.sqlite3*"):
            leftover.unlink()
        database = env | ({"DATABASE_URL": f"sqlite:///{new}"} if fresh else {})
        self.start("建库", *MANAGE, "demo", "--prepare", env=database)
        self.start("收集静态文件", *MANAGE, "collectstatic", "--noinput", "-v0", "--skip-checks", env=env)
        self.finish("收集静态文件")
        self.finish("建库")
        if fresh:
            new.rename(FILE)
        STAMP.write_text(stamp)

    def serve(self, env):
        """Start the web server and the worker; return when the first page is there. Fonts that are missing are made then."""
        web = ["gunicorn", "lms.wsgi", f"--bind=fd://{self.door.fileno()}", "--worker-class=gthread", "--workers=2"]
        web += ["--threads=4", "--preload", "--graceful-timeout=5", "--log-level=warning", "--no-control-socket"]
        self.start("网站", sys.executable, "-m", *web, env=env, pass_fds=[self.door.fileno()])
        fonts = FONTS_MADE.exists() and FONTS_MADE.read_text() == fingerprint(*FONTS)
        if fonts:
            self.start_worker(env)
        deadline = time.monotonic() + 60
        while not self.answers():
            self.watch(env)
            if time.monotonic() > deadline:
                raise children.CannotStart("网站一分钟内没有起来，原因见上面。")
            time.sleep(0.05)
        if not fonts:
            # Twenty seconds of both cores, the first time on this machine: the first page does not wait for it.
            self.start("备字体", "nice", "-n", 10, *MANAGE, "prepare_fonts", env=env, stdout=subprocess.DEVNULL)

    def start_worker(self, env):
        worker = ["celery", "--quiet", "--app=lms", "worker", "--beat", "--concurrency=1", "--loglevel=WARNING"]
        worker += ["--without-gossip", "--without-mingle", f"--schedule={FOLDER / 'beat'}"]
        self.start("后台任务", sys.executable, "-W", "ignore:You're running the worker", "-m", *worker, env=env)

    def answers(self):
        """Whether the web server answers."""
        try:
            host, port = self.door.getsockname()[:2]
            urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=30).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def watch(self, env):
        """Notice a child that ended, and print new text messages."""
        for name, process in list(self.processes.items()):
            if process.poll() is None:
                continue
            if name == "备字体":  # certificates wait for their fonts, the rest does not
                del self.processes[name]
                if not process.returncode:
                    FONTS_MADE.write_text(fingerprint(*FONTS))
                self.start_worker(env)
            else:
                raise children.CannotStart(f"{name}进程自己结束了（{process.returncode}），演示已经停下。原因见上面。")
        if SMS.exists() and SMS.stat().st_size > self.sms_seen:
            with SMS.open(encoding="utf-8") as file:
                file.seek(self.sms_seen)
                for line in file:
                    message = json.loads(line)
                    print(f"[短信] {message['phone']}：{message['text']}", flush=True)
                self.sms_seen = file.tell()


def reset():
    """Forget the demo's data. Fonts are in var/fonts and stay."""
    for path in FOLDER.iterdir():
        if path.name == ".lock":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def take_port(host, port):
    """A socket bound there, which the web server inherits: nobody takes the port meanwhile. Raises CannotStart when taken."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise children.CannotStart(
            f"端口 {port} 用不了（{error.strerror}）。请换一个，例如：make demo PORT={port + 1}"
        ) from error
    return door


def run(host, port, start_over):
    """Everything, until Ctrl-C. Raises CannotStart."""
    started = time.monotonic()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        lock = stack.enter_context((FOLDER / ".lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise children.CannotStart("演示已经在另一个窗口里运行。请先在那里按 Ctrl-C。") from None
        door = stack.enter_context(take_port(host, port))
        if start_over:
            reset()
        demo = Demo(door)
        demo.sms_seen = SMS.stat().st_size if SMS.exists() else 0
        url = os.environ.get("REDIS_URL")
        if not url:
            kept = FOLDER / "valkey"
            kept.mkdir(exist_ok=True)
            url, demo.processes["Valkey"] = stack.enter_context(valkey.running(kept))
        stack.callback(demo.stop)
        env = environment(host, port, url)
        demo.prepare(env)
        demo.serve(env)
        print(f"\n质量学堂演示已经启动（{time.monotonic() - started:.0f} 秒）：{env['SITE_URL']}/\n")
        if ACCOUNTS.exists():
            print(f"演示账号：\n{ACCOUNTS.read_text()}")
        print("发出的短信显示在这里。按 Ctrl-C 结束，数据留着；make demo RESET=1 从头再来。\n", flush=True)
        while True:
            demo.watch(env)
            time.sleep(0.3)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true")
    options = parser.parse_args()

    def end(number, frame):
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # once is enough: what follows must not be cut short
        raise KeyboardInterrupt

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, end)
    try:
        run(options.host, options.port, options.reset)
    except KeyboardInterrupt:
        print("\n演示已经停下。", flush=True)
    except children.CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
