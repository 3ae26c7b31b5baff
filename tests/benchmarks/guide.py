"""A page of the guide for a visitor, three ways: everything made anew, only what stands around the article made anew, from the page cache.

Asked of the whole application in this process, so that the way over the network does not blur what a page costs.
"""

import time
from dataclasses import dataclass

from . import meter

TURNS = 60


@dataclass
class Page:
    """``statements`` and ``cpu`` (seconds each: this process, database and cache) by way; ``size`` in bytes."""

    name: str
    size: int
    statements: dict
    cpu: dict


def measure(turns=TURNS):
    """(CPU seconds of one /healthz, a Page for each kind)."""
    from django.core.wsgi import get_wsgi_application

    from guide.models import CasePage, ChainPage, ClausePage, ToolPage

    application = get_wsgi_application()
    addresses = {"index": "/guide/"}
    for name, model in (("clause", ClausePage), ("tool", ToolPage), ("case", CasePage), ("chain", ChainPage)):
        pages = model.objects.live()
        addresses[name] = (pages.filter(is_chapter=False) if model is ClausePage else pages).order_by("path")[0].url
    plain = _cpu(lambda: _ask(application, "/healthz"), turns * 4)
    return plain, [_page(application, name, address, turns) for name, address in addresses.items()]


def _page(application, name, address, turns):
    from core.page_cache import forget_pages

    def anew():
        forget_pages()
        return _ask(application, address)

    ways = {
        "anew": anew,
        # An address the page cache does not know stands for a visitor whom it cannot serve.
        "article kept": lambda: _ask(application, f"{address}?x=1"),
        "cached": lambda: _ask(application, address),
    }
    size, statements, cpu = 0, {}, {}
    for way, ask in ways.items():
        size = ask()
        statements[way] = _statements(ask)
        cpu[way] = _cpu(ask, turns)
    return Page(name, size, statements, cpu)


def _ask(application, address):
    from django.test import RequestFactory

    path, _mark, query = address.partition("?")
    environ = RequestFactory()._base_environ(
        PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD="GET", SERVER_NAME="localhost"
    )
    told = []
    body = application(environ, lambda status, _headers: told.append(status))
    text = b"".join(body)
    body.close()
    assert told[0].startswith("200"), f"{address}: {told[0]}"
    return len(text)


def _statements(ask):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from .visitors import InProcess

    with CaptureQueriesContext(connection) as captured:
        ask()
    return sum(not query["sql"].startswith(InProcess.CONTROL) for query in captured)


def _cpu(ask, turns):
    for _turn in range(5):
        ask()
    servers, own = sum(meter.cpu().values()), time.process_time()
    for _turn in range(turns):
        ask()
    return (time.process_time() - own + sum(meter.cpu().values()) - servers) / turns
