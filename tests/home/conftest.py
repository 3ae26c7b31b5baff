"""The small guide of tests/guide, for searching in it."""

from tests.guide.conftest import guide, small_guide  # noqa: F401 - fixtures
