"""The sign-in page: phone and code first (the first time registers), user name and password for staff."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from core import limits
from core.exceptions import DomainError
from core.limits import address
from core.text import normalise_phone

from .. import consents, desk_codes, services, sessions
from ..forms import DeskCodeForm, PasswordForm, PhoneForm
from ..models import SignIn, User


def next_url(request):
    """Where to go after signing in: only within this site."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else settings.LOGIN_REDIRECT_URL


PER_ADDRESS_A_MINUTE = 600
LOCKED_SECONDS = 15 * 60


def too_many(request, seconds):
    """The page that says to wait, as an answer 429 with Retry-After."""
    response = render(request, "429.html", {"retry_after": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


@method_decorator([never_cache, sensitive_post_parameters("password", "code")], name="dispatch")
class LoginView(View):
    """One page, four buttons: send a code, sign in with it, with a password, or with a code given out on the spot."""

    template_name = "accounts/login.html"

    def get(self, request):
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_url(request))
        return self.answer()

    def post(self, request):
        # Generous: a class of sixty is one address. What is tight is counted per phone, per account and per code.
        if not limits.allow(f"sign-in:{address(request)}", PER_ADDRESS_A_MINUTE, 60):
            return too_many(request, 60)
        do = request.POST.get("do")
        if do == "password":
            return self.by_password()
        if do == "desk_code":
            return self.by_desk_code()
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return self.answer(phone_form=form)
        try:
            if do == "send":
                services.send_code(form.cleaned_data["phone"], address=address(request))
                return self.answer(phone_form=form, sent=True)
            return self.by_code(form)
        except DomainError as refused:
            field = "phone" if refused.code == "phone.invalid" else "code"
            form.add_error(field, refused.sentence)
            wait = refused.params.get("wait")
            return self.answer(phone_form=form, sent=refused.code == "sms.wrong", wait=wait)

    def by_code(self, form):
        phone = normalise_phone(form.cleaned_data["phone"])
        known = User.objects.filter(phone=phone).first()
        agreed = form.cleaned_data["agree"]
        if consents.current_policies() and not agreed and not (known and consents.has_agreed(known)):
            form.add_error("agree", _("请先阅读并勾选同意，我们才能为您建立学习记录。"))
            return self.answer(phone_form=form, sent=True)
        services.check_code(phone, form.cleaned_data["code"])
        user = services.user_of_phone(phone)
        self.refuse_closed(user)
        if agreed:
            consents.agree(user, address=address(self.request))
        return self.let_in(user, SignIn.Way.PHONE)

    def by_desk_code(self):
        form = DeskCodeForm(self.request.POST)
        if not form.is_valid():
            return self.answer(desk_form=form)
        try:
            user = desk_codes.check(form.cleaned_data["name"], form.cleaned_data["code"])
            self.refuse_closed(user)
        except DomainError as refused:
            form.add_error(None, refused.sentence)
            return self.answer(desk_form=form)
        # The consent is asked for on the next page (accounts.middleware): there is room to read there.
        return self.let_in(user, SignIn.Way.DESK_CODE)

    def by_password(self):
        form = PasswordForm(self.request.POST)
        if form.is_valid():
            credentials = {"username": form.cleaned_data["login"], "password": form.cleaned_data["password"]}
            try:
                # allauth's authenticate counts failed tries per account and address.
                user = get_adapter().authenticate(self.request, **credentials)
            except ValidationError:
                form.add_error(None, _("试错次数太多，请 15 分钟后再试，或用手机验证码登录。"))
                return self.answer(password_form=form, wait=LOCKED_SECONDS)
            if user is not None:
                # Just typed: not to be asked for again on the way to the second factor.
                record_authentication(self.request, user, "password", reauthenticated=True)
                return self.let_in(user, SignIn.Way.PASSWORD)
            self.note_failure(form.cleaned_data["login"])
            form.add_error(None, _("用户名或密码不对，请核对大小写；忘了密码可以用手机验证码登录。"))
        return self.answer(password_form=form)

    def note_failure(self, login):
        try:
            login = normalise_phone(login)
        except DomainError:
            user = User.objects.filter(username=login).first()
        else:
            user = User.objects.filter(phone=login).first()
        if user:
            sessions.log_sign_in(self.request, user, SignIn.Way.PASSWORD, succeeded=False)

    @staticmethod
    def refuse_closed(user):
        if not user.is_active or (user.is_demo and not settings.DEMO):
            raise DomainError("account.closed", _("这个账号已停用，请联系主办单位。"))

    def let_in(self, user, way):
        self.request.session["remember"] = "remember" in self.request.POST
        self.request.session["sign_in_way"] = way
        return perform_login(self.request, user, redirect_url=next_url(self.request))

    def answer(self, *, phone_form=None, password_form=None, desk_form=None, sent=False, wait=None):
        phone_form = phone_form or PhoneForm()
        if sent and not phone_form.errors:
            messages.success(self.request, _("验证码已发出，5 分钟内有效。"))
        context = {
            "phone_form": phone_form,
            "password_form": password_form or PasswordForm(),
            "desk_form": desk_form or DeskCodeForm(),
            "sent": sent,
            "remember": "remember" in self.request.POST,
            "next": next_url(self.request),
            "policies": consents.current_policies(),
        }
        response = render(self.request, self.template_name, context, status=429 if wait else 200)
        if wait:
            response["Retry-After"] = str(wait)
        return response
