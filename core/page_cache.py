"""Whole pages kept for visitors: the same page for everyone who has no session.

A view opts in by ``cache_for``. A visitor without a session cookie then gets the stored answer before sessions, users
and routing are even looked at. One version number stands for all content: publishing anything makes all of it old.
"""

import hashlib
import threading
import time

from django.conf import settings
from django.core.cache import cache as default_cache
from django.db import transaction
from django.http import HttpResponse, HttpResponseNotModified

from .cache import Spare

VERSION_KEY = "page-cache:version"
cache = Spare(default_cache)


def cache_for(response, seconds):
    """Mark a response as the same for every visitor, to be kept ``seconds`` or until content changes. Returns it."""
    response.page_cache_seconds = seconds
    return response


class CachedPageMixin:
    """A Wagtail page that is the same for every visitor."""

    page_cache_seconds = 3600

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        if response.status_code == 200 and not getattr(request, "is_preview", False):
            cache_for(response, self.page_cache_seconds)
        return response


def kept(name, make):
    """What ``make()`` gives, kept like a page: for an hour or until content changes. It must survive pickling."""
    if settings.DEBUG:
        return make()
    key = f"kept:{name}"
    found = _found(key)
    version, stored = found.get(VERSION_KEY, 0), found.get(key)
    if stored is None or stored[0] != version:
        stored = found[key] = (version, make())
        cache.set(key, stored, 3600 if _shared() else 60)
    return stored[1]


class _Request(threading.local):
    """What this request has asked the cache for already; None outside of requests."""

    found = None


_request = _Request()
_EVERYWHERE = ("kept:accounts.policies", "kept:core.site", "kept:home.frame")
"""What nearly every page of a signed-in person asks for: brought along with the first question."""


def _found(key):
    """{key: what is stored} with the key and the version, in one question to the cache, in a request only once."""
    found = _request.found
    if found is None:
        return cache.get_many([VERSION_KEY, key])
    if not found:
        found.update(dict.fromkeys(_EVERYWHERE))
        found[VERSION_KEY] = 0
        found.update(cache.get_many([VERSION_KEY, *_EVERYWHERE, key]))
    elif key not in found:
        found.update(cache.get_many([key]))
    return found


def brought(key):
    """What the cache holds under a key of one request, or None; what every page asks for comes with the same question."""
    if _request.found is None:
        return cache.get(key)
    return _found(key).pop(key, None)


_here = {}


def forget_here():
    """Empty this process's own memory."""
    _here.clear()


def kept_here(name, make):
    """Like ``kept``, in this process's own memory: for what is large and read often. Nobody may change what it gives."""
    if settings.DEBUG:
        return make()
    version = _found(VERSION_KEY).get(VERSION_KEY, 0)
    stored = _here.get(name)
    old = not _shared() and stored and time.monotonic() - stored[2] > 60
    if stored is None or stored[0] != version or old:
        stored = _here[name] = (version, make(), time.monotonic())
    return stored[1]


def forget_pages(**_kwargs):
    """Make everything stored old. Also a signal receiver (page published …)."""
    # Now for this transaction, which must see what it wrote; and again for what others store before it has committed.
    _forget()
    transaction.on_commit(_forget)


def _forget():
    if _request.found:
        _request.found.clear()
    try:
        cache.incr(VERSION_KEY)
    except ValueError:
        # Never a number there was before the cache was emptied: a process may still hold what it kept under that.
        cache.set(VERSION_KEY, time.time_ns(), None)


def _shared():
    """A cache in the process's own memory does not hear of another process's publishing: then keep a minute at most."""
    return "locmem" not in settings.CACHES["default"]["BACKEND"]


class PageCacheMiddleware:
    """Stands outside the session middleware, inside the one that writes the content security policy."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.longest = None if _shared() else 60

    def __call__(self, request):
        key = self.key(request)
        if key is None:
            _request.found = {}
            try:
                return self.get_response(request)
            finally:
                _request.found = None
        found = cache.get_many([VERSION_KEY, key])
        version, stored = found.get(VERSION_KEY, 0), found.get(key)
        if stored and stored["version"] == version:
            return self.answer(request, stored)
        response = self.get_response(request)
        seconds = getattr(response, "page_cache_seconds", None)
        if seconds and self.may_store(response):
            self.store(key, version, seconds, response)
        return response

    def key(self, request):
        """The address as a cache key, or None when this request must go its whole way."""
        if settings.DEBUG or request.method not in ("GET", "HEAD") or "HX-Request" in request.headers:
            return None
        cookies = request.COOKIES
        if settings.SESSION_COOKIE_NAME in cookies or "messages" in cookies:
            return None
        allowed = settings.PAGE_CACHE_QUERY
        for name, value in request.GET.items():
            if value not in allowed.get(name, ()):
                return None
        address = f"{request.scheme}://{request.get_host()}{request.path}?{sorted(request.GET.items())}"
        return "page:" + hashlib.sha256(address.encode()).hexdigest()

    @staticmethod
    def may_store(response):
        return response.status_code == 200 and not response.streaming and not response.cookies

    def store(self, key, version, seconds, response):
        headers = {name: value for name, value in response.items() if name.lower() != "x-request-id"}
        headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        # The browser asks each time: who signs in a moment later must not see the visitor's page again.
        headers["Cache-Control"] = "private, no-cache"
        stored = {"version": version, "content": response.content, "headers": headers}
        cache.set(key, stored, min(seconds, self.longest) if self.longest else seconds)

    @staticmethod
    def answer(request, stored):
        headers = stored["headers"]
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return HttpResponseNotModified(headers={"ETag": headers["ETag"], "Vary": headers.get("Vary", "Cookie")})
        return HttpResponse(stored["content"], headers=headers)
