"""The same number of queries for one row and for three, on every page of the guide."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .small import write_case, write_chain, write_clause, write_tool, write_topic

pytestmark = pytest.mark.one_engine

ADDRESSES = (
    "/",
    "/guide/",
    "/guide/8-7/",
    "/guide/tools/",
    "/guide/tools/tb41/",
    "/guide/cases/",
    "/guide/cases/hongsheng/",
    "/guide/chains/",
    "/guide/chains/ditan/",
    "/guide/pdca/",
)


def queries(visitor, address):
    visitor.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert visitor.get(address).status_code == 200
    return len(seen)


def test_queries_do_not_grow_with_content(load, content, visitor, settings):
    settings.DEBUG = True  # the page cache stands aside
    write_tool(content, "TB42", clauses=[])
    load()
    one = {address: queries(visitor, address) for address in ADDRESSES}
    for key in ("TB43", "TB44"):
        write_tool(content, key, clauses=["8.7"])
    for key in ("hongsheng2", "hongsheng3"):
        write_case(content, key, clauses=["8.7"], tools=["TB41"])
    for key in ("ditan2", "ditan3"):
        write_chain(content, key)
    for key in ("yuanze", "fengxian"):
        write_topic(content, key)
    write_topic(content, "pdca", clauses=["8.7", "9.2", "10.2"], tools=["TB41", "TB42"])
    node = {"stage": "环", "work": "干", "clauses": ["8.7", "9.2"], "tools": ["TB41", "TB42"], "cases": ["hongsheng"]}
    write_chain(content, "ditan", nodes=[node, node, node])
    write_case(content, "hongsheng", clauses=["8.7", "9.2", "10.2"], tools=["TB41", "TB42", "TB43"])
    for key in ("8.1", "8.2", "8.3"):
        write_clause(content, key, tools=["TB41"])
    assert load().created
    assert {address: queries(visitor, address) for address in ADDRESSES} == one
    assert max(one.values()) <= 20
