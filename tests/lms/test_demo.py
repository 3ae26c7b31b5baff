"""The demo world: the year the notices asked for, made by the services, true to the audit; and nothing of it elsewhere."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.content_loader import load_legal_pages
from accounts.models import User
from core import registry
from enterprises.models import Enterprise, Person
from home.services import ensure_home
from ledger import counts
from ledger.models import Posting
from notices.models import Delivery
from reports.progress import progress_of_year, shares_of_year
from tests.suite import recount
from tests.suite.fixtures import no_drawing  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def load(**options):
    call_command("load_demo", stdout=io.StringIO(), **options)


@pytest.mark.one_engine
def test_the_year_2025():
    load()
    progress = {row.target.key: row for row in progress_of_year(2025)}
    assert (progress["T03"].actual, progress["T03"].reached) == (32, True)
    assert progress["T04"].reached
    assert 1050 < progress["T04"].actual < 1152
    assert (progress["T11"].actual, progress["T11"].reached, progress["T11"].short) == (15, False, ("红桥区",))
    assert [finding.as_dict() for check in registry.audit for finding in check()] == []
    shares = {row.target.district_id: row for row in shares_of_year(2025)}
    assert (len(shares), {row.reached for row in shares.values()}) == (16, {True, False}), (
        "some reach their share, some do not"
    )
    recounted = recount.rows(2025)
    year = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))
    whole = counts.figures(year)
    assert recounted.pop("held") == (whole.sessions, whole.rounds)
    groups = {(): whole} | counts.grouped(year, "district") | counts.grouped(year, "district", "layer")
    names = ("person_times", "persons", "enterprises", "small", "class_hours")
    assert recounted == {key: tuple(float(getattr(one, name)) for name in names) for key, one in groups.items()}
    days = list(Posting.objects.order_by("number").values_list("posted_at", flat=True))
    assert days == sorted(days)
    assert days[-1].year in (2025, 2026)


def test_a_database_with_rounds_is_left_alone():
    load(rounds=1, people=4)
    before = Posting.objects.count()
    with pytest.raises(CommandError, match="RESET=1"):
        load(rounds=1, people=4)
    assert Posting.objects.count() == before
    told = set(Delivery.objects.values_list("state", flat=True))
    assert told == {Delivery.State.SENT}, "no worker sends what the story tells"


def test_names_are_visibly_fictional():
    load(rounds=1, people=4)
    assert not Enterprise.objects.exclude(name__contains="示例").exists()
    marks = ("示", "例", "样")
    assert [name for name in Person.objects.values_list("name", flat=True) if not any(m in name for m in marks)] == []


def test_demo_accounts_are_listed_by_role(client_of, settings):
    home, _report = ensure_home()
    load_legal_pages(Path(apps.get_app_config("accounts").path) / "content", home)
    load(rounds=1, people=4)
    out = io.StringIO()
    call_command("demo_accounts", "--json", stdout=out)
    accounts = json.loads(out.getvalue())
    assert {"city", "statistician", "district", "trainer", "contact", "learner", "editor"} <= set(accounts)
    for role, path, status in (("city", "/desk/", 200), ("trainer", "/desk/rounds/", 200), ("learner", "/desk/", 404)):
        user = User.objects.get(username=accounts[role]["username"])
        assert user.check_password(accounts[role]["password"])
        assert client_of(user).get(path).status_code == status


def test_nothing_of_the_demo_works_elsewhere(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        load()
    with pytest.raises(CommandError):
        call_command("demo_accounts")
    assert not User.objects.exists()
