"""Fixtures of several rooms: a conftest (or a file) imports what it wants."""

import pytest

from core.exceptions import DomainError


@pytest.fixture(autouse=True)
def no_drawing(monkeypatch):
    """No certificate is drawn where this is imported: what a closing promises is in the rows; tests of certificates look at the paper."""
    monkeypatch.setattr("certificates.services._render_later", lambda ids: None)


@pytest.fixture
def code_of():
    """``code_of(work)``: the code of the DomainError ``work`` raises; the test fails when it raises none."""

    def code(work, *args, **kwargs):
        with pytest.raises(DomainError) as refused:
            work(*args, **kwargs)
        assert refused.value.sentence
        return refused.value.code

    return code
