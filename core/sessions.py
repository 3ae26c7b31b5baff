"""Sessions that outlive their cache: kept in the database, read from the cache as long as there is one.

Django's ``cached_db`` outlives an emptied cache, not one that refuses connections: nobody could go on with an exam then.
"""

from django.contrib.sessions.backends import cached_db

from .cache import Spare
from .page_cache import brought


class _Brought(Spare):
    def get(self, key, default=None):
        answer = brought(key)
        return default if answer is None else answer


class SessionStore(cached_db.SessionStore):
    """As its parent, also without its cache."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = _Brought(self._cache)
