"""No certificate is drawn here: what a closing promises is in the rows; tests of certificates look at the paper."""

from datetime import date

import pytest

from tests.guide.conftest import guide, small_guide  # noqa: F401 - fixtures
from tests.suite.fixtures import code_of, no_drawing  # noqa: F401 - fixtures


@pytest.fixture
def march(world):
    """In March: a round of 甲 (东丽) with two people of alpha (西青) and two of beta (武清), one of them absent."""
    from tests.training import house

    members = house.make_people(2, world.alpha) + house.make_people(2, world.beta, layer="top")
    return house.held(
        world,
        [house.lesson(date(2025, 3, 5))],
        members,
        absent=[(members[3].person, 1)],
        pilot_id="gaoduan-zhuangbei",
    )
