"""manage.py signing_key: a fresh key for CERTIFICATE_SIGNING_KEY; --withdraw N tells the world that key N holds no more."""

from django.core.management.base import BaseCommand, CommandError

from certificates import proofs
from certificates.models import SigningKey
from core import clock


class Command(BaseCommand):
    help = "生成一把新的证明签名私钥（只打印，不保存）；--withdraw 作废一把公钥"

    def add_arguments(self, parser):
        parser.add_argument("--withdraw", type=int, help="作废的公钥编号")
        parser.add_argument("--reason", default="", help="作废原因，会公布")

    def handle(self, *args, withdraw=None, reason="", **options):
        if withdraw is None:
            self.stdout.write(f"CERTIFICATE_SIGNING_KEY={proofs.new_seed()}")
            return
        if not reason.strip():
            raise CommandError("请用 --reason 写明作废原因，查验的人会看到。")
        rows = SigningKey.objects.filter(number=withdraw, withdrawn_at=None)
        if not rows.update(withdrawn_at=clock.now(), withdrawn_reason=reason[:200]):
            raise CommandError(f"没有编号 {withdraw} 的在用公钥。")
        self.stdout.write(f"公钥 {withdraw} 已作废。请换新的 CERTIFICATE_SIGNING_KEY 再发证。")
