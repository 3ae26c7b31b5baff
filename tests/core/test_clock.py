"""The one clock."""

from datetime import UTC, date, datetime

import pytest

from core import clock


def test_it_can_be_moved_and_comes_back():
    with clock.moved_to(clock.at(date(2025, 12, 31), 23, 30)):
        assert clock.now() == datetime(2025, 12, 31, 15, 30, tzinfo=UTC)
        assert clock.today() == date(2025, 12, 31)
        with clock.moved_to(clock.at(date(2026, 1, 1))):
            assert clock.today() == date(2026, 1, 1)
        assert clock.today() == date(2025, 12, 31)
    assert clock.now().year >= 2026


def test_it_comes_back_after_an_error():
    with pytest.raises(ZeroDivisionError), clock.moved_to(clock.at(date(2025, 1, 1))):
        1 / 0  # noqa: B018
    assert clock.now().year >= 2026


def test_the_day_is_the_day_in_tianjin():
    # 16:30 in London is half past midnight of the next day, and of the next year.
    assert clock.local_date(datetime(2025, 12, 31, 16, 30, tzinfo=UTC)) == date(2026, 1, 1)
    assert clock.local_date(datetime(2025, 12, 31, 15, 59, tzinfo=UTC)) == date(2025, 12, 31)


def test_threads_do_not_move_each_other(at_once_free):
    days = [date(2025, 1, 1 + number) for number in range(8)]

    def look(number):
        with clock.moved_to(clock.at(days[number])):
            return clock.today()

    assert at_once_free(look, range(8)) == days


@pytest.fixture
def at_once_free():
    from concurrent.futures import ThreadPoolExecutor

    def run(work, numbers):
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(work, numbers))

    return run


def test_another_year_is_said():
    with clock.moved_to(clock.at(date(2025, 12, 31), 23, 30)):
        assert clock.day_words(date(2025, 3, 2)) == "3月2日"
        assert clock.words(clock.at(date(2025, 3, 2), 9, 5)) == "3月2日 09:05"
        assert clock.words(datetime(2025, 12, 31, 16, 30, tzinfo=UTC)) == "2026年1月1日 00:30"
        assert clock.day_words(date(2026, 1, 1)) == "2026年1月1日"
