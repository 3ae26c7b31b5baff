"""manage.py audit: recount everything from its sources and list each difference."""

import contextlib
import json
import sys

from django.core.management.base import BaseCommand
from django.db import connection, transaction

from core import registry


@contextlib.contextmanager
def one_moment():
    """A read-only transaction in which every check sees the same moment and which keeps nobody waiting."""
    nested = connection.in_atomic_block
    connection.ensure_connection()
    usual = getattr(connection, "transaction_mode", None)
    connection.transaction_mode = "DEFERRED"  # SQLite: the usual IMMEDIATE would keep writers out
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql" and not nested:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    finally:
        connection.transaction_mode = usual


class Command(BaseCommand):
    help = "核对：各处的数与它们的来源是否一致。只读。有差异时退出码为 2。"

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args, **options):
        with one_moment():
            findings = [finding for check in registry.audit for finding in check()]
        if options["json"]:
            rows = [finding.as_dict() for finding in findings]
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2, default=str))
        else:
            for finding in findings:
                facts = "，".join(f"{name}={value}" for name, value in finding.facts.items())
                self.stdout.write(f"[{finding.check}] {finding.sentence}{f'（{facts}）' if facts else ''}")
            self.stdout.write(f"核对了 {len(registry.audit)} 项，{len(findings)} 处差异。")
        if findings:
            sys.exit(2)
