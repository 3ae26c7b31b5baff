"""Many at once, for tests of capacity and numbering."""

import threading
from concurrent.futures import ThreadPoolExecutor


def at_once(count, work):
    """Call ``work(0) … work(count - 1)`` in as many threads, let go together; their results in that order.

    A thread that raised has the exception as its result. Every thread has its own database connection, closed after it.
    Only for tests with ``django_db(transaction=True)``: a rolled-back test's rows are seen by nobody else.
    """
    from django.db import connection

    if connection.in_atomic_block:
        raise RuntimeError("at_once needs @pytest.mark.django_db(transaction=True)")
    gate = threading.Barrier(count, timeout=30)

    def run(number):
        try:
            gate.wait()
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
