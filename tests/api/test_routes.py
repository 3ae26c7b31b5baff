"""The API: tokens, scopes, and errors as problem+json with our codes."""

import pytest
from wagtail.models import APIToken

from enterprises import identity
from enterprises.models import Membership
from ledger.counts import Scope, figures
from reports import returning
from reports.models import Return
from tests.suite.world import CODES
from tests.training import house

DAY = house.DAY

pytestmark = pytest.mark.django_db


def hold(world, *people):
    """A closed round of one half day in which these people were present and passed."""
    rows = Membership.objects.filter(person__in=people).select_related("person", "enterprise").order_by("pk")
    return house.held(world, None, list(rows))


@pytest.fixture
def ask(client_of):
    """``ask(user, path)``: GET as a program with that user's token."""

    def get(user, path, **params):
        headers = {}
        if user is not None:
            headers["Authorization"] = f"Bearer {APIToken.create_token(user=user, name='test')[1]}"
        return client_of(None).get(f"/api/v1/{path}", params, headers=headers)

    return get


def test_figures_are_those_of_the_desk(world, ask):
    hold(world, world.wang.person, world.beta_contact.person)
    answer = ask(world.statistician, "figures", year=DAY.year).json()
    scope = Scope(start=DAY.replace(month=1, day=1), end=DAY.replace(month=12, day=31))
    mine = figures(scope)
    assert (answer["person_times"], answer["enterprises"], answer["sessions"]) == (2, 2, 1)
    assert answer["person_times"] == mine.person_times
    assert answer["as_of"] == 1


def test_a_district_sees_only_itself(world, ask):
    hold(world, world.wang.person, world.beta_contact.person)
    assert ask(world.xiqing, "figures", year=DAY.year).json()["person_times"] == 1
    assert ask(world.wuqing, "figures", year=DAY.year, district="120111").status_code == 404
    more = {"organiser": world.jia.pk, "enterprise": world.beta.code, "mode": "on_site", "fee_nature": "free"}
    assert ask(world.city, "figures", year=DAY.year, **more, size_class="unknown").json()["person_times"] == 1
    assert ask(world.city, "figures", year=DAY.year, posting=0).json()["person_times"] == 0
    # Another's enterprise, or a value that is none, is not taken for the whole.
    for user, wrong in ((world.xiqing, {"enterprise": world.beta.code}), (world.city, {"mode": "by_post"})):
        refused = ask(user, "figures", year=DAY.year, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "scope.unknown")


def test_the_table_of_districts_and_the_frozen_returns_keep_to_the_scope_of_the_token(world, ask):
    hold(world, world.wang.person, world.beta_contact.person)
    when = {"year": DAY.year, "month": DAY.month}
    table = ask(world.auditor, "figures/districts", **when).json()
    assert (len(table["lines"]), table["total"]["person_times"], table["lines"]["120111"]["person_times"]) == (17, 2, 1)
    own = ask(world.xiqing, "figures/districts", **when).json()
    assert (list(own["lines"]), own["total"]["person_times"]) == (["120111"], 1)
    assert ask(world.wuqing, "figures/districts", **when, district="120111").status_code == 404
    assert ask(world.city, "figures/districts", year=DAY.year, month=13).status_code == 404
    # Narrowed as the screen is; another's enterprise, or a value that is none, is not taken for the whole.
    some = {"enterprise": world.beta.code, "mode": "on_site", "organiser": world.jia.pk}
    line = ask(world.auditor, "figures/districts", **when, **some).json()["lines"]
    assert (line["120111"]["person_times"], line["120114"]["person_times"]) == (0, 1)
    assert ask(world.auditor, "figures/districts", **when, posting=0).json()["total"]["person_times"] == 0
    for user, wrong in ((world.xiqing, {"enterprise": world.beta.code}), (world.city, {"mode": "by_post"})):
        refused = ask(user, "figures/districts", **when, **wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "scope.unknown")
    returning.prepare(DAY)
    Return.objects.update(state="approved")
    city, district = Return.objects.get(scope="city"), Return.objects.get(scope="120111")
    assert ask(world.xiqing, f"returns/{district.pk}").json()["figures"] == {}
    freeze = returning.freeze(city.pk, actor=world.statistician)
    assert len(ask(world.city, "returns", year=DAY.year).json()) == 17
    assert [row["scope"] for row in ask(world.xiqing, "returns", year=DAY.year).json()] == ["120111"]
    answer = ask(world.statistician, f"returns/{city.pk}").json()
    assert (answer["figures"], answer["sha256"], answer["posting"]) == (freeze.figures, freeze.sha256, freeze.posting)
    assert answer["figures"]["total"] == ask(world.city, "figures/districts", **when).json()["total"]
    assert ask(world.xiqing, f"returns/{city.pk}").status_code == 404
    for path, words in (("figures/districts", when), ("returns", {"year": 2025}), (f"returns/{city.pk}", {})):
        assert ask(world.wang, path, **words).status_code == 403
        assert ask(None, path, **words).status_code == 401


def test_who_has_no_business_counting(world, ask):
    answer = ask(world.wang, "figures")
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "forbidden"
    assert ask(None, "figures").json()["code"] == "unauthenticated"


def test_an_enterprise_by_code(world, ask):
    identity.change_code(world.alpha.pk, CODES["spare"][0], actor=world.city, reason="换码")
    for code in (CODES["spare"][0].lower(), CODES["alpha"]):
        answer = ask(world.xiqing, f"enterprises/{code}")
        assert (answer.status_code, answer.json()["name"]) == (200, world.alpha.name)
    assert answer.json()["former"] == [CODES["alpha"]]
    assert ask(world.auditor, f"enterprises/{CODES['beta']}").status_code == 200
    assert ask(world.wuqing, f"enterprises/{CODES['alpha']}").status_code == 404
    assert ask(world.city, "enterprises/nonsense").status_code == 404
    for user in (world.jia_trainer, world.alpha_contact, world.wang):
        assert ask(user, f"enterprises/{CODES['alpha']}").status_code == 403
    assert ask(None, f"enterprises/{CODES['alpha']}").status_code == 401


def test_my_learning_record(world, ask):
    hold(world, world.wang.person)
    answer = ask(world.wang, "me/learning").json()
    assert (answer["name"], answer["class_hours"]) == ("王小二", "4.0")
    assert [row["occurred_on"] for row in answer["entries"]] == [DAY.isoformat()]
    assert ask(world.editor, "me/learning").json()["entries"] == []


def test_verify_masks_the_name_and_counts_the_guesses(world, ask):
    hold(world, world.wang.person)
    certificate = world.wang.person.certificates.get()
    answer = ask(None, "certificates/verify", number=certificate.number.lower(), code=certificate.check_code)
    assert answer.status_code == 200
    assert "王小二" not in answer.content.decode()
    assert answer.json()["status"] == "valid"
    for _guess in range(20):
        assert ask(None, "certificates/verify", number=certificate.number, code="AAAAAAAA").status_code == 404
    assert ask(None, "certificates/verify", number=certificate.number, code="AAAAAAAA").json()["code"] == "too_many"


def test_a_missing_parameter_is_named(ask):
    answer = ask(None, "certificates/verify", number="X")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "code"


def test_the_schema_names_the_routes(ask):
    assert set(ask(None, "openapi.json").json()["paths"]) == {
        "/api/v1/certificates/verify",
        "/api/v1/enterprises/{code}",
        "/api/v1/figures",
        "/api/v1/figures/districts",
        "/api/v1/returns",
        "/api/v1/returns/{pk}",
        "/api/v1/me/learning",
    }


def test_a_demo_token_opens_nothing_elsewhere(world, ask, settings):
    from accounts.models import User

    User.objects.filter(pk=world.statistician.pk).update(is_demo=True)
    assert ask(world.statistician, "figures").status_code == 200
    settings.DEMO = False
    assert ask(world.statistician, "figures").status_code == 401
