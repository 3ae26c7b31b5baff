"""The Celery application. Without REDIS_URL every task runs in process (settings.CELERY_TASK_ALWAYS_EAGER)."""

import gc
import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
# A worker would run Django's checks at every start, with every view there is: manage.py migrate has run them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# What a worker loads stays: the collector need not look at it while it is loaded, nor ever again, and the children that do the
# jobs go on sharing its memory (as in lms.wsgi).


@signals.celeryd_init.connect
def _load_in_one_go(**_event):
    gc.disable()


@signals.worker_before_create_process.connect
def _leave_alone(**_event):
    gc.collect()
    gc.freeze()


@signals.worker_process_init.connect
@signals.worker_ready.connect
def _collect_again(**_event):
    gc.enable()
