"""账号安全: recent sign-ins, password, phone, second factor, other sessions."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from core import limits, registry
from core.exceptions import DomainError

from .. import security, services, sessions
from ..forms import ChangePasswordForm
from .signing_in import next_url, too_many

SHOWN = 20


@method_decorator(never_cache, name="dispatch")
class SecurityView(LoginRequiredMixin, View):
    """One page that says how the account is kept safe."""

    def get(self, request):
        kinds = list(request.user.authenticator_set.values_list("type", flat=True))
        context = {
            "sign_ins": request.user.sign_ins.all()[:SHOWN],
            "has_totp": Authenticator.Type.TOTP in kinds,
            "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
            "mfa_required": settings.MFA_REQUIRED and registry.is_staff(request.user),
            "is_staff_role": registry.is_staff(request.user),
        }
        return render(request, "accounts/security.html", context)


class EndOthersView(LoginRequiredMixin, View):
    """让其他地方的登录都退出."""

    http_method_names = ["post"]

    def post(self, request):
        sessions.end_others(request)
        messages.success(request, _("别处的登录都退出了，只留下这一台。"))
        return redirect("account_security")


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PasswordView(LoginRequiredMixin, View):
    """Set or change one's own password; the only page open to who was given an initial one."""

    def get(self, request):
        return self.answer(ChangePasswordForm(user=request.user))

    def post(self, request):
        if not limits.allow(f"password:{request.user.pk}", 20, 900):
            return too_many(request, 900)
        user = request.user
        if request.POST.get("do") == "send":
            form = ChangePasswordForm(user=user)
            try:
                services.send_code(user.phone, address=limits.address(request))
                messages.success(request, _("验证码已发到您的手机，5 分钟内有效。"))
            except DomainError as refused:
                messages.error(request, refused.sentence)
            return self.answer(form)
        form = ChangePasswordForm(request.POST, user=user)
        if form.is_valid():
            try:
                self.prove(user, form.cleaned_data)
                security.change_password(request, form.cleaned_data["new"])
            except DomainError as refused:
                field = {"password.wrong": "old", "password.proof": None}.get(refused.code)
                field = "new" if refused.code in ("password.weak", "password.same") else field
                field = "code" if refused.code.startswith("sms.") else field
                form.add_error(field, refused.sentence)
            else:
                messages.success(request, _("密码换好了，别处的登录已经退出。"))
                return redirect(next_url(request) if "next" in request.POST else "account_security")
        return self.answer(form)

    @staticmethod
    def prove(user, data):
        """The present password or a code. An account with neither password nor phone was let in by a desk code: that does."""
        if data.get("old"):
            if not check_password(data["old"], user.password):
                raise DomainError("password.wrong", _("现在的密码不对。忘了的话，空着它，改用短信验证码。"))
        elif user.phone:
            services.check_code(user.phone, data.get("code") or "")
        elif user.has_usable_password():
            raise DomainError("password.wrong", _("请填现在的密码。"))

    def answer(self, form):
        context = {"form": form, "next": next_url(self.request), "initial": self.request.user.must_change_password}
        return render(self.request, "accounts/password.html", context)
