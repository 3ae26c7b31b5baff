"""A pooled connection to PostgreSQL that needs no question to the server before each request."""

import select

import psycopg


class Connection(psycopg.Connection):
    """For the ``connection_class`` of the pool.

    Before it lends a connection the pool executes an empty statement, to see whether the server is still there. Here the socket
    answers: a server that has gone has closed its end, and only then is there something to read on an idle connection.
    """

    def execute(self, query, params=None, **options):
        if query == "" and not self._has_heard_something():
            return None
        return super().execute(query, params, **options)

    def _has_heard_something(self):
        watch = select.poll()
        watch.register(self.fileno(), select.POLLIN)
        return bool(watch.poll(0))
