"""Sessions that outlive their cache: kept in the database, read from the cache as long as there is one.

Django's ``cached_db`` outlives an emptied cache, not one that refuses connections: nobody could go on with an exam then.
"""

import logging

from django.contrib.sessions.backends import cached_db

logger = logging.getLogger(__name__)


class _Spare:
    """A cache that knows nothing while it cannot be reached."""

    def __init__(self, cache):
        self._cache = cache

    def _tried(self, verb, *arguments):
        try:
            return getattr(self._cache, verb)(*arguments)
        except Exception as error:  # each cache has exceptions of its own
            logger.warning("session cache: %s failed: %s", verb, error)
            return None

    def get(self, key):
        return self._tried("get", key)

    def set(self, key, value, timeout):
        return self._tried("set", key, value, timeout)

    def delete(self, key):
        return self._tried("delete", key)

    def __contains__(self, key):
        return bool(self._tried("has_key", key))


class SessionStore(cached_db.SessionStore):
    """As its parent, also without its cache."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = _Spare(self._cache)
