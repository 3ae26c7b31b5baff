"""Our own pages have one strict content security policy: nothing inline. The editors' admin has another.

Wagtail's admin needs two allowances, both only under /admin/:

* a nonce for the inline scripts that start its date pickers and inline panels (``templates/wagtailadmin/`` repeats or
  extends the five templates that hold them) and its choosers (``give_choosers_their_nonce``);
* ``'unsafe-inline'`` styles, because the rich-text editor places its toolbars by style attributes.

Parts that arrive later by script must carry the nonce of the page they come into, so the nonce belongs to the signed-in
session, not to the single answer. It is derived from the session key and never leaves the admin.
"""

from contextvars import ContextVar
from secrets import token_hex

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.crypto import salted_hmac
from django.utils.html import format_html

_nonce = ContextVar("core.csp.nonce", default="")

ADMIN_PREFIX = "/admin/"


def current_nonce():
    """The nonce of the admin page being made, for templates of widgets that know no request; '' elsewhere."""
    return _nonce.get()


def script_open_tag():
    nonce = current_nonce()
    return format_html('<script nonce="{}">', nonce) if nonce else format_html("<script>")


class PolicyMiddleware(CSPMiddleware):
    """As its parent; the policy of pages that ask for nothing of their own is written once.

    Raises ImproperlyConfigured where the settings want what it leaves to the parent: a second policy that only reports, or
    addresses without any.
    """

    def __init__(self, get_response):
        super().__init__(get_response)
        reports = getattr(settings, "CONTENT_SECURITY_POLICY_REPORT_ONLY", None)
        if reports or "EXCLUDE_URL_PREFIXES" in settings.CONTENT_SECURITY_POLICY:
            raise ImproperlyConfigured("core.csp.PolicyMiddleware knows one policy for every address.")
        self.plain = build_policy()

    def process_request(self, request):
        super().process_request(request)
        request._csp_nonce = None

    def process_response(self, request, response):
        of_its_own = request._csp_nonce is not None or any(name.startswith("_csp_") for name in vars(response))
        if of_its_own or settings.DEBUG:
            return super().process_response(request, response)
        response.headers.setdefault(HEADER, self.plain)
        return response


class AdminPolicyMiddleware:
    """Gives pages under /admin/ their own policy. Stands inside the session middleware."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(ADMIN_PREFIX):
            return self.get_response(request)
        # Without a session the answer stands alone and gets a nonce of its own.
        key = request.session.session_key or token_hex(16)
        nonce = salted_hmac("core.csp", key, algorithm="sha256").hexdigest()[:32]
        request._csp_nonce = nonce
        token = _nonce.set(nonce)
        try:
            response = self.get_response(request)
        finally:
            _nonce.reset(token)
        response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response


def give_choosers_their_nonce():
    """Called once in ``CoreConfig.ready``: the script a chooser prints after itself, in Python, gets the page's nonce."""
    from wagtail.admin.widgets.chooser import BaseChooser

    original = BaseChooser.render
    if getattr(original, "with_nonce", False):
        return

    def render(self, *args, **kwargs):
        html = original(self, *args, **kwargs)
        head, tag, script = html.rpartition("<script>")
        return type(html)(f"{head}{script_open_tag()}{script}") if tag else html

    render.with_nonce = True
    BaseChooser.render = render
