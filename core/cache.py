"""Django's Redis cache with one client instead of a new one for every command, which costs more than the command; and how to
do without it."""

import logging

from django.core.cache.backends import redis

logger = logging.getLogger(__name__)


class _Client(redis.RedisCacheClient):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._clients = {}

    def get_client(self, key=None, *, write=False):
        pool = self._get_connection_pool(write)
        client = self._clients.get(pool)
        if client is None:
            client = self._clients[pool] = self._client(connection_pool=pool)
        return client


class RedisCache(redis.RedisCache):
    """As its parent in everything else."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = _Client


class Spare:
    """A cache that knows nothing while it cannot be reached: for what is only kept there to be faster.

    Not for limits: what counts tries must refuse when it cannot count.
    """

    def __init__(self, kept_in):
        self._cache = kept_in

    def _tried(self, verb, *arguments):
        try:
            return getattr(self._cache, verb)(*arguments)
        except (ValueError, TypeError):  # the caller's own affair, e.g. incr of a key that is not there
            raise
        except Exception as error:  # each cache has exceptions of its own
            logger.warning("cache: %s failed: %s", verb, error)
            return None

    def get(self, key, default=None):
        answer = self._tried("get", key)
        return default if answer is None else answer

    def get_many(self, keys):
        return self._tried("get_many", keys) or {}

    def set(self, key, value, timeout):
        return self._tried("set", key, value, timeout)

    def incr(self, key):
        return self._tried("incr", key)

    def delete(self, key):
        return self._tried("delete", key)

    def delete_many(self, keys):
        return self._tried("delete_many", keys)

    def __contains__(self, key):
        return bool(self._tried("has_key", key))
