"""A visitor with a browser: cookies, redirects, the forms of the page last seen. Over the wire, or in this process to count.

No script runs: a visitor does what the page offers without JavaScript. Pages are searched, not parsed, so that the visitor costs
the machine little beside the server that is measured.
"""

import html
import http.client
import re
from urllib.parse import urlencode, urlsplit

FORM = re.compile(r"<form\b(.*?)</form>", re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
ACTION = re.compile(r'^[^>]*?\baction="([^"]*)"')


class Wrong(Exception):
    """An answer that is not what it should be: what it costs means nothing."""


class Wire:
    """One kept-alive connection to the site."""

    def __init__(self, url):
        self.host = urlsplit(url).netloc
        self.connection = None

    def ask(self, method, path, body, headers):
        """``(status, [(header, value), …], body)``."""
        for again in (True, False):
            fresh = self.connection is None
            if fresh:
                self.connection = http.client.HTTPConnection(self.host, timeout=120)
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                return response.status, response.getheaders(), response.read()
            except (http.client.RemoteDisconnected, ConnectionError):
                # The server ended an idle connection at the moment it was used again.
                self.close()
                if fresh or not again:
                    raise
        raise AssertionError

    def close(self):
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class InProcess:
    """The same site called within this process; counts the statements asked of the database."""

    CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")

    def __init__(self):
        from django.test import Client

        self.client = Client(enforce_csrf_checks=True)
        self.statements = 0

    def ask(self, method, path, body, headers):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as captured:
            response = self.client.generic(
                method,
                path,
                body or b"",
                content_type=headers.pop("Content-Type", ""),
                headers={"Cookie": ""} | headers,
            )
        self.statements += sum(not query["sql"].startswith(self.CONTROL) for query in captured)
        cookies = [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
        return response.status_code, [*response.headers.items(), *cookies], response.content

    def close(self):
        """Nothing to hang up."""


class Visitor:
    """What one person does with one browser. ``status``, ``text`` and ``path`` are of the page last seen."""

    def __init__(self, line, cookies=None, learner=None):
        self.line = line
        self.cookies = dict(cookies or {})
        self.learner = learner
        self.requests = 0
        self.turn = 0
        self.status, self.text, self.path = 0, "", "/"

    def get(self, path):
        """Open a page, following redirects."""
        return self._ask("GET", path)

    def post(self, path, fields, *, follow=True):
        """Send fields as a form does; the token goes in the header, as scripts send it."""
        return self._ask("POST", path, fields, follow=follow)

    def submit(self, containing, **fields):
        """Send the form of this page in whose source ``containing`` stands, with its hidden fields and these."""
        source = next((form for form in FORM.findall(self.text) if containing in form), None)
        if source is None:
            raise Wrong(f"{self.path} ({self.status}) has no form with {containing}")
        action = ACTION.search(source)
        hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(source)}
        return self._ask("POST", html.unescape(action.group(1)) if action else self.path, hidden | fields)

    def find(self, pattern):
        """The group of a pattern in this page."""
        found = re.search(pattern, self.text)
        if found is None:
            raise Wrong(f"{self.path} ({self.status}) has no {pattern}")
        return html.unescape(found.group(1))

    def expect(self, words, status=200):
        """The page must have this status and hold these words."""
        if self.status != status or words not in self.text:
            raise Wrong(f"{self.path} answered {self.status} without “{words}”")

    def close(self):
        """Put the browser away."""
        self.line.close()

    def _ask(self, method, path, fields=None, *, follow=True):
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        self.status, answered, content = self.line.ask(method, path, body, headers)
        self.requests += 1
        self.path = path
        self.text = content.decode(errors="replace")
        location = ""
        for name, value in answered:
            if name == "Set-Cookie":
                self._keep(value)
            elif name == "Location":
                location = value
        if follow and 300 <= self.status < 400 and location:
            parts = urlsplit(location)
            return self._ask("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        return self

    def _keep(self, set_cookie):
        pair, _semicolon, attributes = set_cookie.partition(";")
        name, _equals, value = pair.partition("=")
        if value.strip('"') and "max-age=0" not in attributes.lower():
            self.cookies[name] = value
        else:
            self.cookies.pop(name, None)
