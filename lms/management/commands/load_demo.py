"""manage.py load_demo: fill an empty demo database with a fictional year 2025."""

from datetime import date
from random import Random

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import F

from accounts.consents import agree
from accounts.models import User
from core import clock
from enterprises.models import Membership
from lms.demo import accounts, people, study, year
from notices.models import Delivery
from training.models import Round


class Command(BaseCommand):
    help = "在空的演示库里建一个虚构的 2025 年（只在 DEMO=1 时可用）"

    def add_arguments(self, parser):
        parser.add_argument("--rounds", type=int, default=32, help="内审员轮次，默认 32")
        parser.add_argument("--people", type=int, default=36, help="每轮人数，默认 36")
        parser.add_argument("--seed", type=int, default=2025)

    def handle(self, *args, rounds, people: int, seed, **options):
        if not settings.DEMO:
            raise CommandError("这里不是演示环境（DEMO=1），不装演示数据。")
        if Round.objects.exists():
            raise CommandError("库里已经有培训期次；要重来请用 make demo RESET=1。")
        # What was told in the story stands in the inboxes; nobody is sent last year's messages, by a worker neither.
        settings.SMS_BACKEND = "accounts.sms.MemoryBackend"
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        self.build(rounds, people, Random(seed))  # noqa: S311 - a story, not a secret
        Delivery.objects.filter(state=Delivery.State.QUEUED).update(state=Delivery.State.SENT, sent_at=F("due_at"))
        # At today's clock, outside the story: what is in force now is what they agree to.
        for user in User.objects.filter(is_demo=True):
            agree(user)

    def build(self, rounds, people_each, random):
        with clock.moved_to(clock.at(date(2025, 1, 6), 9)):
            organisers = people.make_organisers()
            enterprises = people.make_enterprises(random, per_district=6)
            people.make_people(random, enterprises, each=6, started_on=date(2025, 1, 6))
            memberships = list(
                Membership.objects.select_related("person", "enterprise__district").prefetch_related(
                    "enterprise__pilots"
                )
            )
            users = accounts.make_accounts(organisers, enterprises, memberships)
            year.make_shares(users["city"])
        year.build_2025(random, organisers, memberships, users, rounds=rounds, people_each=people_each)
        year.build_today(random, organisers, memberships, users)
        study.build(organisers, memberships, users)
        self.stdout.write(f"演示数据：{len(enterprises)} 家企业，{len(memberships)} 人，{Round.objects.count()} 个班")
