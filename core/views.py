"""For machines: is the process alive, can it do its work, where is the icon."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LEAST_FREE_BYTES = 200 * 1024 * 1024


@require_safe
def favicon(request):
    """The mark of the house, for browsers that ask at the usual place because what they show names no icon."""
    return redirect(static("img/mark.svg"))


@require_safe
def healthz(request):
    """The process answers. No database, no session."""
    return HttpResponse("ok", content_type="text/plain")


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations():
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("unapplied")


def _cache():
    cache.set("readyz", "1", 10)
    if cache.get("readyz") != "1":
        raise RuntimeError("lost")


def _broker():
    if settings.REDIS_URL:
        import redis

        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()


def _disk():
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():  # made with the first upload
        folder = folder.parent
    if shutil.disk_usage(folder).free < LEAST_FREE_BYTES:
        raise RuntimeError("full")


CHECKS = {"database": _database, "migrations": _migrations, "cache": _cache, "broker": _broker, "disk": _disk}


@never_cache
@require_safe
def readyz(request):
    """What the process needs, each "ok" or the kind of fault (no details: it is public); 503 when one is missing."""
    answer = {}
    for name, check in CHECKS.items():
        try:
            check()
            answer[name] = "ok"
        except Exception as fault:  # noqa: BLE001 - whatever a cache or broker client raises is a fault of that part
            answer[name] = type(fault).__name__
    ready = all(value == "ok" for value in answer.values())
    return JsonResponse({"ready": ready, "checks": answer}, status=200 if ready else 503)
