import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.ledger.test_posting import post, people
@pytest.mark.django_db
def test_q(people):
    for number, members in enumerate((people[:1], people), start=1):
        with CaptureQueriesContext(connection) as c:
            post(members, key=f"round:{number}")
        print(len(c)); [print(q["sql"][:110]) for q in c]
    assert 0
