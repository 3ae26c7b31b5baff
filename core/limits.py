"""Counting tries in the cache that all workers share. Tight per phone and per ticket, generous per address: a class is one Wi-Fi."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache


def allow(key, limit, seconds):
    """Count one try of ``key``; False when this window of ``seconds`` already holds ``limit`` tries."""
    name = f"limit:{key}"
    if cache.add(name, 1, seconds):
        return True
    try:
        return cache.incr(name) <= limit
    except ValueError:
        # Expired between the two calls: a new window begins.
        cache.set(name, 1, seconds)
        return True


def address(request):
    """The client's address; behind proxies as many hops back as ALLAUTH_TRUSTED_PROXY_COUNT says, no header is believed further."""
    return get_adapter(request).get_client_ip(request)
