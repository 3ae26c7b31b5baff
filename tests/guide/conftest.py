"""The small guide in the tree: loaded once for a module that only reads it, or afresh for a test of loading."""

from django.test import Client
from pytest import fixture
from wagtail.models import Site

from .small import write_all


@fixture(scope="module")
def small_guide(django_db_setup, django_db_blocker, database, tmp_path_factory):
    """Committed to this process's database until the module ends: loading takes a second, reading tests are many."""
    from guide.services import load_guide
    from home.services import ensure_home

    with django_db_blocker.unblock():
        page, _report = ensure_home()
        load_guide(write_all(tmp_path_factory.mktemp("guide")), page)
    yield
    with django_db_blocker.unblock():
        database.restore()


@fixture
def guide(small_guide, db):
    """The small guide is there. Not in a module whose tests use ``load``."""
    Site.clear_site_root_paths_cache()


@fixture
def home(db):
    from home.services import ensure_home

    page, _report = ensure_home()
    Site.clear_site_root_paths_cache()
    return page


@fixture
def content(tmp_path):
    """A folder with the small guide's files, to be changed at will."""
    return write_all(tmp_path)


@fixture
def load(home, content):
    """Load the folder into the tree; returns the Report."""
    from guide.services import load_guide

    return lambda: load_guide(content, home)


@fixture
def visitor():
    return Client()


@fixture
def editor(db, django_user_model):
    """A client signed in with every right in the admin."""
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("boss", password="x"))
    return client
