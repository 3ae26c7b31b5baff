"""manage.py verify_certificate: a paper checked on the command line, by its number and code or by the text of its QR code."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from certificates import proofs, public
from core.exceptions import DomainError


class Command(BaseCommand):
    help = "查验一张证明：编号加校验码，或 --qr 二维码里的整段文字（配 --keys 公钥文件可以不连数据库）"

    def add_arguments(self, parser):
        parser.add_argument("number", nargs="?", help="证书编号")
        parser.add_argument("code", nargs="?", help="校验码")
        parser.add_argument("--qr", help="二维码里的整段文字")
        parser.add_argument("--keys", type=Path, help="从 /verify/keys/ 存下来的公钥文件")

    def handle(self, *args, number=None, code=None, qr=None, keys=None, **options):
        if qr:
            self._signed(qr, keys)
        elif number and code:
            found = public.verify(number, code)
            if found is None:
                raise CommandError("没有查到：编号和校验码对不上。")
            self.stdout.write(json.dumps(public.as_data(found), ensure_ascii=False, indent=2))
        else:
            raise CommandError("请给编号和校验码，或用 --qr 给二维码里的文字。")

    def _signed(self, qr, path):
        rows = json.loads(path.read_text())["keys"] if path else proofs.published()
        try:
            words, number = proofs.check(qr, {row["number"]: row["public_key"] for row in rows})
        except DomainError as error:
            raise CommandError(error.sentence) from None
        withdrawn = next(row["withdrawn"] for row in rows if row["number"] == number)
        if withdrawn:
            raise CommandError(f"签名用的公钥 {number} 已于 {withdrawn} 作废。")
        self.stdout.write(json.dumps(words, ensure_ascii=False, indent=2))
