"""No certificate is drawn here: what a closing promises is in the rows; tests of certificates look at the paper."""

from tests.suite.fixtures import code_of, no_drawing  # noqa: F401 - fixtures
