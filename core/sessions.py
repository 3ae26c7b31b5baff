"""Sessions that outlive their cache: kept in the database, read from the cache as long as there is one.

Django's ``cached_db`` outlives an emptied cache, not one that refuses connections: nobody could go on with an exam then.
"""

from django.contrib.sessions.backends import cached_db

from .cache import Spare


class SessionStore(cached_db.SessionStore):
    """As its parent, also without its cache."""

    def __init__(self, session_key=None):
        super().__init__(session_key)
        self._cache = Spare(self._cache)
