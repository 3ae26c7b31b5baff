"""No certificate is drawn here: what a closing promises is in the rows; tests of certificates look at the paper."""

import pytest

from tests.guide.conftest import guide, small_guide  # noqa: F401 - fixtures


@pytest.fixture(autouse=True)
def _no_drawing(monkeypatch):
    monkeypatch.setattr("certificates.services._render_later", lambda ids: None)


@pytest.fixture
def code_of():
    """``code_of(work)``: the code of the DomainError ``work`` raises; the test fails when it raises none."""
    from core.exceptions import DomainError

    def code(work, *args, **kwargs):
        with pytest.raises(DomainError) as refused:
            work(*args, **kwargs)
        assert refused.value.sentence
        return refused.value.code

    return code
