"""The door for a WSGI server (gunicorn lms.wsgi)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.production")

application = get_wsgi_application()

# What has been loaded by now stays: the collector need not look at it again, and workers forked from here go on sharing it.
gc.collect()
gc.freeze()
