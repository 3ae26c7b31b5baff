"""For the test suite: as production but with a fast password hasher, tasks in process and files in a temporary folder.

tests/conftest.py gives every test process a database of its own; only the engine is settled here (TEST_ENGINE).
"""

import os
from pathlib import Path

from .base import *  # noqa: F403
from .base import STORAGES, VAR_DIR, database

DEBUG = False
SECRET_KEY = "test-only-secret-key-" + "x" * 40
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
DEMO = True

if not os.environ.get("DATABASE_URL"):
    # Nothing real is behind these two until a test process has its own database.
    URLS = {"sqlite": "sqlite://:memory:", "postgresql": "postgres:///postgres"}
    DATABASES = {"default": database(URLS[os.environ.get("TEST_ENGINE", "sqlite")])}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True

# Argon2 stays readable: the world's passwords are made with it, so that a site run by a browser test knows them too.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "accounts.hashers.Argon2",
]
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR_DIR / "test" / "media"))
CERTIFICATE_SIGNING_KEY = "dGVzdC1vbmx5LXNpZ25pbmcta2V5LTMyLWJ5dGVzISE="
SMS_BACKEND = "accounts.sms.MemoryBackend"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
LOGGING["root"]["level"] = LOGGING["loggers"]["django"]["level"] = "ERROR"  # noqa: F405 - refusals are what tests provoke

# Tests of packed columns make their own folder.
LEDGER_COLUMNS = None
