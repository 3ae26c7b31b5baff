"""manage.py demo: the demo world's servers (lms.embedded.demo), or its preparation."""

import io
import os
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from accounts.models import User
from lms.embedded.demo import ACCOUNTS


class Command(BaseCommand):
    help = "启动演示（同 make demo）；--prepare 只建库、装内容和演示数据"
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--prepare", action="store_true", help="只做准备，不启动；由 make demo 调用")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--reset", action="store_true", help="从头再来")

    def handle(self, *args, prepare, port, reset, **options):
        if not prepare:
            command = [sys.executable, "-m", "lms.embedded.demo", "--port", str(port), *(["--reset"] if reset else [])]
            os.execv(sys.executable, command)  # noqa: S606 - this process has the wrong settings: leave its place to the right one
        if not settings.DEMO:
            raise CommandError("这里不是演示环境（DEMO=1）。请用 make demo 启动。")
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")  # a file that is not whole is never used (lms.embedded.demo)
        self.step("建表", "migrate", verbosity=0, skip_checks=True)
        if not User.objects.exists():
            self.step("装内容", "load_content", stdout=io.StringIO())
            self.step("装演示数据", "load_demo", stdout=io.StringIO())
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        call_command("setup_roles", stdout=io.StringIO())
        listed = io.StringIO()
        call_command("demo_accounts", stdout=listed)
        ACCOUNTS.write_text(listed.getvalue())

    def step(self, title, command, **options):
        started = time.monotonic()
        self.stdout.write(f"{title} …", ending="")
        self.stdout.flush()
        call_command(command, **options)
        self.stdout.write(f" {time.monotonic() - started:.1f} 秒")
