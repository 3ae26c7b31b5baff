"""Text messages leave through a backend, as e-mail does in Django: console, file, memory (tests), webhook."""

import fcntl
import json
import logging
import os
import urllib.request

from django.conf import settings
from django.utils.module_loading import import_string

from core import clock
from core.text import mask_phone

logger = logging.getLogger(__name__)


class ConsoleBackend:
    """Prints the message where the server runs."""

    def send(self, phone, text, key=""):
        print(f"[短信] {phone}: {text}", flush=True)  # noqa: T201


class FileBackend:
    """Appends one JSON object a message to settings.SMS_FILE. A key that stands there already is not written again."""

    drops_repeats = True

    def send(self, phone, text, key=""):
        settings.SMS_FILE.parent.mkdir(parents=True, exist_ok=True)
        with settings.SMS_FILE.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if key and any(f'"key": "{key}"' in line for line in file):
                return
            line = {"at": clock.now().isoformat(), "phone": phone, "text": text} | ({"key": key} if key else {})
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())


class MemoryBackend:
    """Keeps messages in ``outbox``; for tests."""

    outbox = []

    def send(self, phone, text, key=""):
        self.outbox.append((phone, text))


class WebhookBackend:
    """POSTs {"phone", "text"} as JSON to settings.SMS_WEBHOOK_URL, where the operator's gateway adapter listens.

    The adapter must drop a message whose header Idempotency-Key it has seen.
    """

    drops_repeats = True

    def send(self, phone, text, key=""):
        body = json.dumps({"phone": phone, "text": text}).encode()
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        request = urllib.request.Request(settings.SMS_WEBHOOK_URL, data=body, headers=headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=10):  # noqa: S310 - the operator's own configured address
            pass
        logger.info("sms sent to %s", mask_phone(phone))


def send(phone, text, *, key=""):
    """Send one message now. ``key`` tells a backend that ``drops_repeats`` what it has seen.

    Raises whatever the gateway raises; the caller decides what the person is told.
    """
    import_string(settings.SMS_BACKEND)().send(phone, text, key=key)
