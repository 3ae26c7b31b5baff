"""The counting screens: figures are the ledger's, each leads to its rows, and nobody sees further than they may."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from core import clock
from ledger import counts
from ledger.models import Entry, Posting
from reports.views import dashboards
from tests.training import house
from training import correcting
from training.models import Registration

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

YEAR = counts.Scope(date(2025, 1, 1), date(2025, 12, 31))
MAY = clock.at(date(2025, 5, 6), 10)


@pytest.fixture
def books(world):
    """One closed round of five people: two of alpha (西青), two of beta (武清), one of nobody; and one not closed."""
    from training import registration

    members = house.make_people(2, world.alpha) + house.make_people(2, world.beta, layer="top")
    round_ = house.opened(world, members=members, pilot_id="gaoduan-zhuangbei")
    registration.register(round_.pk, world.nobody.person, None, actor=world.nobody)
    house.attend(world, round_)
    house.file_papers(round_)
    house.give_marks(world, round_)
    house.close(world, round_)
    house.ready(world, [house.lesson(date(2025, 4, 9))], members[:3], title="没结班")
    return round_


def get(client_of, user, name, *args, day=MAY, **data):
    with clock.moved_to(day):
        return client_of(user).get(reverse(f"desk:{name}", args=args), data)


def test_who_may_open_the_counting_screens(world, books, client_of):
    entry = Entry.objects.filter(enterprise=world.alpha).first()
    missed = Registration.objects.filter(round=books, enterprise=world.alpha).first()
    pages = [("overview",), ("entries",), ("entry", entry.pk), ("explain", missed.pk)]
    expected = {
        "city": [200, 200, 200, 200],
        "statistician": [200, 200, 200, 200],
        "auditor": [200, 200, 200, 200],
        "xiqing": [200, 200, 200, 200],
        "wuqing": [200, 200, 404, 404],
        "editor": [302, 404, 404, 404],
        "jia_trainer": [302, 404, 404, 200],
        "yi_trainer": [302, 404, 404, 404],
        "alpha_contact": [404, 404, 404, 200],
        "beta_contact": [404, 404, 404, 404],
        "nobody": [404, 404, 404, 404],
        None: [302, 302, 302, 302],
    }
    found = {}
    for name in expected:
        user = getattr(world, name) if name else None
        found[name] = [get(client_of, user, *page).status_code for page in pages]
    assert found == expected


def test_a_named_trainer_is_led_to_the_rounds(world, books, client_of):
    books.trainers.add(world.wang.person)
    assert get(client_of, world.wang, "overview").url == reverse("desk:rounds")


def test_the_figures_on_the_page_are_those_of_the_ledger(world, books, client_of):
    page = get(client_of, world.city, "overview").context
    assert page["totals"] == counts.figures(YEAR)
    assert (page["totals"].person_times, page["totals"].enterprises, page["totals"].sessions) == (5, 2, 1)
    rows = {line["row"].district.name: line for line in page["districts"] if line["row"].district}
    assert len(page["districts"]) == 17
    assert (rows["西青区"]["row"].person_times, rows["武清区"]["row"].person_times) == (2, 2)
    assert (rows["东丽区"]["row"].sessions, rows["东丽区"]["unclosed"]) == (1, 1)
    assert page["layer_totals"] == [2, 0, 2, 1]
    assert sum(n for _month, n in page["month_totals"]) == sum(page["layer_totals"]) == 5
    assert dict(page["month_totals"])[3] == 5
    auditors = next(chart for chart in page["months"] if chart.get("inside"))
    assert auditors["total"] == 5
    assert (page["completeness"].share, page["completeness"].waiting, page["completeness"].homeless) == (0.5, 3, 1)
    assert [one.title for one in page["unclosed_rounds"]] == ["没结班"]
    assert {one.target.key: one.actual for one, _query in page["targets"]} == {"T03": 1, "T04": 5, "T11": 0}
    assert page["rates"] == counts.rates(YEAR)
    assert (page["rates"].passed, page["rates"].attended) == (counts.Rate(5, 5), counts.Rate(5, 5))
    assert rows["西青区"]["rates"].shown == (counts.Rate(2, 2),) * 3 + (counts.Rate(0, 0),)
    assert (rows["西青区"]["growth"], page["growths"]["person_times"]) == (None, None), "last year has nothing"


def test_a_district_sees_only_its_own_and_no_targets_of_the_city(world, books, client_of):
    page = get(client_of, world.xiqing, "overview", district="120114").context
    assert page["scope"].district == "120111"
    assert page["totals"] == counts.figures(YEAR.of(district="120111"))
    assert (page["totals"].person_times, page["totals"].sessions) == (2, 0)
    # Of the city's targets only the one each district must meet, as it stands in this one.
    (progress, query) = page["targets"][0]
    assert (len(page["targets"]), progress.target.key, progress.actual, progress.reached) == (1, "T11", 0, False)
    assert "district=120111" in query
    assert page["desk_scope"] == "西青区"
    assert page["rates"].shown == (counts.Rate(2, 2),) * 3 + (counts.Rate(0, 0),)
    rows = get(client_of, world.xiqing, "entries", district="120114").context["page"].rows
    assert {row.enterprise for row in rows} == {world.alpha}


def test_every_figure_of_a_district_leads_to_its_rows(world, books, client_of):
    page = get(client_of, world.city, "overview", month="3").context
    for line in page["districts"]:
        if line["row"].district and line["row"].person_times:
            query = dict(part.split("=") for part in line["query"].split("&"))
            rows = get(client_of, world.city, "entries", **query).context
            assert len(rows["page"]) == line["row"].person_times == rows["totals"].person_times
            assert rows["scope"] == YEAR.of(
                start=date(2025, 3, 1), end=date(2025, 3, 31), district=line["row"].district.pk
            )


def test_a_target_leads_to_the_rows_it_counts(world, books, client_of):
    page = get(client_of, world.city, "overview").context
    progress, query = next((one, query) for one, query in page["targets"] if one.target.key == "T04")
    rows = get(client_of, world.city, "entries", **dict(part.split("=") for part in query.split("&"))).context
    assert len(rows["page"]) == progress.actual == 5


def test_what_was_seen_on_a_day_is_seen_again_after_a_correction(world, books, client_of):
    before = get(client_of, world.city, "overview").context["totals"]
    row = Registration.objects.filter(round=books, enterprise=world.alpha).first()
    with clock.moved_to(clock.at(date(2025, 6, 2), 9)):
        session = books.sessions.get()
        correcting.correct(row.pk, actor=world.city, reason="替人签到", sessions={session: house.ABSENT})
    day = "2025-05-06"
    june = clock.at(date(2025, 6, 3), 9)
    page = get(client_of, world.city, "overview", day=june, as_of=day).context
    assert page["totals"] == before
    assert get(client_of, world.city, "overview", day=june).context["totals"].person_times == 4
    # The rows behind that figure are the rows of that day too.
    assert f"as_of={day}" in page["query"]
    rows = get(client_of, world.city, "entries", day=june, as_of=day).context
    assert len(rows["page"]) == before.person_times


def test_an_entry_shows_what_stands_behind_it(world, books, client_of):
    entry = Entry.objects.filter(enterprise=world.alpha).first()
    page = get(client_of, world.city, "entry", entry.pk).context
    assert (page["registration"].round, page["registration"].person) == (books, entry.person)
    assert (page["explanation"].counts, page["explanation"].entry) == (True, entry)
    assert list(page["siblings"]) == []
    with clock.moved_to(MAY):
        session = books.sessions.get()
        row = page["registration"]
        correcting.correct(row.pk, actor=world.city, reason="替人签到", sessions={session: house.ABSENT})
        correcting.correct(row.pk, actor=world.city, reason="查错了", sessions={session: house.PRESENT})
    old = get(client_of, world.city, "entry", entry.pk).context
    assert (old["entry"].reversed_by_id, [one.posting_id for one in old["siblings"]]) == (2, [3])


def test_an_entry_of_an_online_course_has_no_round(world, client_of):
    from ledger.services import ActivityLine, post
    from tests.reports.test_progress import DAY, Decimal, EntryLine, FeeNature, Kind, Mode

    line = ActivityLine(
        key="course:5:v3:2025",
        title="网络课",
        kind=Kind.NETWORK,
        mode=Mode.ONLINE,
        fee_nature=FeeNature.FREE,
        started_on=DAY,
        ended_on=DAY,
        class_hours=Decimal(2),
        held=False,
    )
    snapshot = Entry()
    snapshot.take_organisation(world.wang.person.memberships.select_related("enterprise").get())
    done = EntryLine(world.wang.person.pk, snapshot.organisation, DAY, Decimal(2))
    post(line, [done], kind=Posting.Kind.COMPLETION)
    page = get(client_of, world.city, "entry", Entry.objects.get().pk)
    assert (page.status_code, page.context["registration"], page.context["explanation"]) == (200, None, None)


def test_bad_values_in_a_url_are_no_error(world, books, client_of):
    bad = {"year": "x", "month": "99", "district": "x", "as_of": "9999-12-31", "page": "x", "layer": "boss"}
    for name in ("overview", "entries"):
        assert get(client_of, world.city, name, **bad).context["totals"] == counts.figures(YEAR)
    assert len(get(client_of, world.city, "entries", after="99999").context["page"]) == 5
    for name, args in (("returns", ()), ("organiser-figures", (world.jia.pk,)), ("targets", ()), ("gaps", ())):
        assert get(client_of, world.city, name, *args, year="²", page="²", what="²").status_code == 200
    assert get(client_of, world.city, "entry", 10**17).status_code == 404
    assert get(client_of, world.city, "explain", 10**17).status_code == 404


def test_the_rows_are_paged_forwards_and_back_without_counting_them(world, books, client_of, monkeypatch):
    monkeypatch.setattr(dashboards, "ENTRIES", 2)
    whole = list(YEAR.entries().order_by("-occurred_on", "-pk"))
    first = get(client_of, world.city, "entries").context["page"]
    second = get(client_of, world.city, "entries", after=first.after).context["page"]
    last = get(client_of, world.city, "entries", after=second.after).context["page"]
    assert [*first, *second, *last] == whole
    assert (first.before, last.after, len(last)) == (None, None, 1)
    assert get(client_of, world.city, "entries", before=last.before).context["page"].rows == second.rows
    back = get(client_of, world.city, "entries", before=second.before)
    assert back.context["page"].rows == first.rows
    assert "下一页" in back.content.decode()
    # Somebody else's entry as the edge tells nothing of it: it only says from where on.
    edge = Entry.objects.exclude(district="120111").first()
    rows = get(client_of, world.xiqing, "entries", after=edge.pk).context["page"]
    assert {row.district_id for row in rows} <= {"120111"}


def test_the_figures_of_one_organiser_are_found_and_lie_among_the_figures(world, client_of):
    own = reverse("desk:organiser-figures", args=[world.jia.pk])

    def lit(user, path):
        rooms, places = client_of(user).get(path).context["desk_places"]()
        return [str(title) for title, _url, here in [*rooms, *places] if here], {url for _title, url, _here in places}

    assert lit(world.city, own)[0] == ["总览", "按单位"]
    there, places = lit(world.jia_trainer, own)
    assert there == ["期次", "本单位的数"] and own in places
    assert own in lit(world.jia_admin, "/desk/rounds/")[1]
    # Of the registry of organisers only the rows are theirs.
    assert lit(world.city, reverse("desk:organiser", args=[world.jia.pk]))[0] == ["管理", "授权"]


def test_an_empty_year_shows_no_data_not_zero_percent(world, client_of):
    page = get(client_of, world.city, "overview").context
    assert (page["totals"].person_times, page["completeness"].share) == (0, None)


@pytest.mark.parametrize(("name", "queries"), [("overview", 43), ("entries", 11), ("gaps", 16)])
@pytest.mark.parametrize("count", [1, 3])
def test_one_row_and_three_rows_are_the_same_questions(
    world, client_of, django_assert_num_queries, name, queries, count
):
    for number in range(count):
        day = house.DAY + timedelta(days=30 * number)
        house.held(world, [house.lesson(day)], house.make_people(count, world.alpha), title=f"{number} 班")
        house.ready(world, [house.lesson(day)], house.make_people(1, world.beta), title=f"没结 {number} 班")
    url, client = reverse(f"desk:{name}"), client_of(world.city)
    client.get(url)
    with clock.moved_to(clock.at(date(2025, 8, 1))), django_assert_num_queries(queries):
        page = client.get(url).context
        assert page["total"] == count + 1 if name == "gaps" else page["totals"].person_times == count * count


@pytest.mark.parametrize(("name", "queries"), [("entry", 15), ("explain", 12)])
@pytest.mark.parametrize("count", [1, 3])
def test_one_session_and_three_are_the_same_questions(
    world, client_of, django_assert_num_queries, name, queries, count
):
    sessions = [house.lesson(house.DAY + timedelta(days=number)) for number in range(count)]
    round_ = house.held(world, sessions, house.make_people(count, world.alpha))
    pk = Entry.objects.first().pk if name == "entry" else round_.registrations.first().pk
    url, client = reverse(f"desk:{name}", args=[pk]), client_of(world.city)
    client.get(url)
    with clock.moved_to(MAY), django_assert_num_queries(queries):
        assert client.get(url).status_code == 200


def test_the_link_behind_a_figure_has_the_filters_of_the_figure(world, books, client_of):
    filters = {"year": "2025", "pilot": "gaoduan-zhuangbei", "kind": "K7", "layer": "top", "month": "3"}
    more = {"organiser": str(world.jia.pk), "enterprise": world.beta.code, "mode": "on_site", "fee_nature": "free"}
    filters |= more | {"size_class": "unknown"}
    page = get(client_of, world.city, "overview", **filters)
    assert QueryDict(page.context["query"]).dict() == filters
    assert page.context["totals"].person_times == 2
    # The same rows behind it, and in what is taken out.
    rows = get(client_of, world.city, "entries", **filters)
    assert (rows.context["totals"], rows.context["scope"]) == (page.context["totals"], page.context["scope"])
    text = rows.content.decode()
    assert all(f'name="{name}" value="{value}"' in text for name, value in filters.items())
    assert '<details class="filters__more" open>' in text
    assert '<details class="filters__more">' in get(client_of, world.city, "entries").content.decode()
    wrong = get(client_of, world.city, "overview", enterprise="没有这家公司")
    assert "没有找到这家企业" in wrong.content.decode()
    assert wrong.context["totals"].person_times == 5
    nowhere = get(client_of, world.city, "entries", enterprise="-")
    assert [row.enterprise for row in nowhere.context["page"]] == [None]
