"""What stands between a signed-in person and the pages: the session's time, and what must be settled first."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import registry

from . import consents, sessions

SENTENCES = {
    "idle": gettext_lazy("您有一阵子没操作，为安全起见已经退出。请重新登录，会回到刚才那一页。"),
    "limit": gettext_lazy("这次登录时间够长了，为安全起见已经退出。请重新登录，会回到刚才那一页。"),
}
SECOND_FACTORS = ("totp", "webauthn")
OPEN = ("/accounts/", "/static/", "/healthz", "/readyz", "/favicon.ico", "/sw.js", "/manifest.webmanifest")
"""Always reachable: signing in and out, what must be settled, and what machines ask."""


def _signed_in(request):
    # Without a session nobody is signed in, and the session need not even be read.
    return settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated


class SessionLimitMiddleware:
    """Ends a session that was idle or has lasted too long (accounts.sessions). The page asked for then answers a visitor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if _signed_in(request):
            why = sessions.ended(request.session, request.user)
            if why:
                logout(request)
                messages.info(request, SENTENCES[why])
                if request.method == "POST" and "text/html" in request.headers.get("Accept", ""):
                    return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': self.came_from(request)})}")
            else:
                sessions.note(request.session)
        return self.get_response(request)

    @staticmethod
    def came_from(request):
        """The page with the form: what was filled in is still in the browser's history behind it."""
        page = request.headers.get("Referer", "")
        if url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
            return urlsplit(page)._replace(scheme="", netloc="").geturl()
        return settings.LOGIN_REDIRECT_URL


class SettleFirstMiddleware:
    """An initial password is replaced, a new policy read, a second factor set up, before anything else.

    Only looking at pages is led there: a form or an exam's answer that is on its way arrives. The second factor stops both.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(OPEN) and _signed_in(request):
            looking = request.method in ("GET", "HEAD")
            if looking:
                first = self.first_page(request)
                if first:
                    return redirect(f"{first}?{urlencode({'next': request.get_full_path()})}")
            if self.lacks_second_factor(request):
                if not looking:
                    raise PermissionDenied(_("请先设好第二道验证，再来操作。"))
                messages.info(request, _("工作人员登录要有第二道验证。请先设一种，两分钟就好。"))
                return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def first_page(request):
        if request.user.must_change_password:
            return reverse("account_change_password")
        if consents.to_ask(request):
            return None if consents.is_text(request.path) else reverse("account_agree")
        return None

    @staticmethod
    def lacks_second_factor(request):
        if not settings.MFA_REQUIRED or not registry.is_staff(request.user):
            return False
        return not request.user.authenticator_set.filter(type__in=SECOND_FACTORS).exists()
