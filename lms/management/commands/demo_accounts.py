"""manage.py demo_accounts: who can sign in to the demo."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.demo import accounts


class Command(BaseCommand):
    help = "列出演示账号（只在 DEMO=1 时可用）"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出 JSON：角色 → 登录办法")

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("这里不是演示环境（DEMO=1），没有演示账号。")
        rows = accounts.listing()
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows.values():
            self.stdout.write(f"  {row['username']:<20} {row['password']:<18} {row['about']}")
