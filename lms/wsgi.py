"""The door for a WSGI server (gunicorn lms.wsgi)."""

import gc
import os

# Nothing of what is loaded here becomes garbage: looking for some again and again would be a quarter of the time it takes.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import reverse  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.production")

application = get_wsgi_application()

# With --preload this is done once, before the server forks: every view is loaded, so that no worker's first visitor waits for
# it; and what is loaded stays, so the collector need not look at it again and the workers go on sharing its memory.
reverse("healthz")
gc.collect()
gc.freeze()
gc.enable()
