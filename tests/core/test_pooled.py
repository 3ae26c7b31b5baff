"""A pooled connection is lent without a question as long as the server is there, and never when it has gone."""

import shutil

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from core.pooled import Connection
from lms.embedded import postgres
from tests.suite import databases

pytestmark = pytest.mark.one_engine


@pytest.fixture(scope="module")
def server():
    base = databases.scratch("pool")
    with postgres.running(base) as url:
        yield f"{url}/postgres"
    shutil.rmtree(base)


@pytest.fixture
def pool(server):
    """As Django makes one (CONN_HEALTH_CHECKS), with a single connection."""
    check = ConnectionPool.check_connection
    options = {"kwargs": {"autocommit": True}, "min_size": 1, "max_size": 1}
    with ConnectionPool(server, connection_class=Connection, check=check, **options) as pool:
        yield pool


def end(server, pid):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_a_living_connection_is_lent_again_and_nothing_is_asked_before(server, pool):
    with pool.connection() as lent:
        first = lent.info.backend_pid
        assert lent.execute("SELECT 7").fetchone() == (7,)
    for _time in range(3):
        with pool.connection() as lent, psycopg.connect(server) as other:
            assert lent.info.backend_pid == first
            heard = "SELECT query FROM pg_stat_activity WHERE pid = %s"
            assert other.execute(heard, [first]).fetchone() == ("SELECT 7",)


def test_one_whose_server_has_gone_is_never_lent(server, pool):
    with pool.connection() as lent:
        before = lent.info.backend_pid
    end(server, before)
    with pool.connection() as lent:
        assert lent.info.backend_pid != before
        assert lent.execute("SELECT 1").fetchone() == (1,)


def test_an_empty_statement_of_ones_own_still_finds_the_fault(server, pool):
    with pytest.raises(psycopg.OperationalError), pool.connection() as lent:
        end(server, lent.info.backend_pid)
        lent.execute("")
