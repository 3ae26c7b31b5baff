"""The sign-in page: phone and code first (the first time registers), user name and password for staff."""

from allauth.account.adapter import get_adapter
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

from core.exceptions import DomainError
from core.limits import address
from core.text import normalise_phone

from . import services
from .forms import PasswordForm, PhoneForm
from .models import User


def next_url(request):
    """Where to go after signing in: only within this site."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if safe else settings.LOGIN_REDIRECT_URL


@method_decorator([never_cache, sensitive_post_parameters("password", "code")], name="dispatch")
class LoginView(View):
    """One page, three buttons: send a code, sign in with the code, sign in with a password."""

    template_name = "accounts/login.html"

    def get(self, request):
        if request.user.is_authenticated:
            return HttpResponseRedirect(next_url(request))
        return self.answer(PhoneForm(), PasswordForm())

    def post(self, request):
        if request.POST.get("do") == "password":
            return self.by_password()
        form = PhoneForm(request.POST)
        if not form.is_valid():
            return self.answer(form, PasswordForm())
        try:
            if request.POST.get("do") == "send":
                services.send_code(form.cleaned_data["phone"], address=address(request))
                return self.answer(form, PasswordForm(), sent=True)
            return self.by_code(form)
        except DomainError as refused:
            field = "phone" if refused.code == "phone.invalid" else "code"
            form.add_error(field, refused.sentence)
            return self.answer(form, PasswordForm(), sent=refused.code == "sms.wrong")

    def by_code(self, form):
        phone = normalise_phone(form.cleaned_data["phone"])
        known = User.objects.filter(phone=phone).first()
        agreed = form.cleaned_data["agree"]
        if services.current_policies() and not agreed and not (known and services.has_agreed(known)):
            form.add_error("agree", _("请先阅读并勾选同意，我们才能为您建立学习记录。"))
            return self.answer(form, PasswordForm(), sent=True)
        services.check_code(phone, form.cleaned_data["code"])
        user = services.user_of_phone(phone)
        if not user.is_active or (user.is_demo and not settings.DEMO):
            raise DomainError("account.closed", _("这个账号已停用，请联系主办单位。"))
        if agreed:
            services.agree(user, address=address(self.request))
        return self.let_in(user)

    def by_password(self):
        form = PasswordForm(self.request.POST)
        if form.is_valid():
            credentials = {"username": form.cleaned_data["login"], "password": form.cleaned_data["password"]}
            try:
                # allauth's authenticate counts failed tries per account and address.
                user = get_adapter().authenticate(self.request, **credentials)
            except ValidationError:
                form.add_error(None, _("试错次数太多，请 15 分钟后再试，或用手机验证码登录。"))
                return self.answer(PhoneForm(), form, status=429)
            if user is not None:
                return self.let_in(user)
            form.add_error(None, _("用户名或密码不对，请核对大小写；忘了密码可以用手机验证码登录。"))
        return self.answer(PhoneForm(), form)

    def let_in(self, user):
        return perform_login(self.request, user, redirect_url=next_url(self.request))

    def answer(self, phone_form, password_form, *, sent=False, status=200):
        if sent and not phone_form.errors:
            messages.success(self.request, _("验证码已发出，5 分钟内有效。"))
        context = {
            "phone_form": phone_form,
            "password_form": password_form,
            "sent": sent,
            "next": next_url(self.request),
            "policies": services.current_policies(),
        }
        return render(self.request, self.template_name, context, status=status)
