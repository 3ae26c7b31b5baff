"""The people the other tests are about mean what their names say."""

import pytest

from enterprises.policies import rights_of
from tests.suite.world import PASSWORD, WUQING, XIQING

pytestmark = pytest.mark.django_db


def test_rights(world):
    assert rights_of(world.city).city and rights_of(world.statistician).city and rights_of(world.auditor).city
    assert not rights_of(world.editor).city
    assert rights_of(world.xiqing).districts == {XIQING} == {world.alpha.district_id}
    assert rights_of(world.wuqing).districts == {WUQING} == {world.beta.district_id}
    assert rights_of(world.jia_admin).led_organisers == {world.jia.pk}
    assert rights_of(world.jia_trainer).organisers == {world.jia.pk}
    assert rights_of(world.jia_trainer).led_organisers == set()
    assert rights_of(world.yi_trainer).organisers == {world.yi.pk}
    assert rights_of(world.alpha_contact).enterprises == {world.alpha.pk}
    assert rights_of(world.beta_contact).enterprises == {world.beta.pk}
    assert rights_of(world.wang).roles == rights_of(world.nobody).roles == set()


def test_wang_works_at_alpha(world):
    assert world.wang.person.memberships.get().enterprise == world.alpha
    assert not world.nobody.person.memberships.exists()
    assert world.zhao.user is None and world.zhao.phone is None


def test_everyone_signs_in_with_the_password(world, client):
    assert client.login(username="wang", password=PASSWORD)


def test_it_takes_few_statements(db, django_assert_max_num_queries):
    from tests.suite import world

    with django_assert_max_num_queries(12):
        world.make()
