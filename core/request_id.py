"""One id per request, on every log line and in the answer, so that a support call finds its lines. No personal data."""

import json
import logging
import re
import secrets
import time
from contextvars import ContextVar

current = ContextVar("request_id", default="-")
current_request = ContextVar("request", default=None)
"""The request being answered, for what is written about it (core.audit_trail); None in tasks and commands."""
_ACCEPTABLE = re.compile(r"^[A-Za-z0-9-]{8,64}$")

logger = logging.getLogger("requests")


class RequestIdMiddleware:
    """Takes X-Request-ID from the proxy when it is well formed, else makes one; logs method, route, status and milliseconds."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        given = request.headers.get("X-Request-ID", "")
        request.id = given if _ACCEPTABLE.match(given) else secrets.token_hex(8)
        token = current.set(request.id)
        whole = current_request.set(request)
        started = time.monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request.id
            match = request.resolver_match
            if response.status_code >= 400 or logger.isEnabledFor(logging.DEBUG):
                # The route, not the path: a path may hold a certificate's number or a ticket.
                logger.info(
                    "request",
                    extra={
                        "method": request.method,
                        "route": match.route if match else "",
                        "status": response.status_code,
                        "ms": round((time.monotonic() - started) * 1000),
                    },
                )
            return response
        finally:
            current.reset(token)
            current_request.reset(whole)


class RequestIdFilter(logging.Filter):
    def filter(self, record):
        record.request_id = current.get()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    EXTRA = ("method", "route", "status", "ms", "task")

    def format(self, record):
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in self.EXTRA if hasattr(record, name)})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
