"""How often an address may guess a certificate. Right answers cost nothing: a whole class checks from one Wi-Fi."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache

MISSES = 20
WINDOW = 60
"""Seconds."""


def _key(request):
    return f"verify-misses:{get_adapter(request).get_client_ip(request)}:{int(time.time()) // WINDOW}"


def exhausted(request):
    """Whether this address has used up its wrong tries of the running minute. Then right answers are withheld too."""
    return cache.get(_key(request), 0) >= MISSES


def miss(request):
    """Count one wrong try."""
    key = _key(request)
    cache.add(key, 0, WINDOW * 2)
    try:
        cache.incr(key)
    except ValueError:  # thrown out of the cache in between
        cache.set(key, 1, WINDOW * 2)


def retry_after():
    """Seconds until the next minute begins."""
    return WINDOW - int(time.time()) % WINDOW
