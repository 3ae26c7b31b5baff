"""我的信息: consent, a copy of one's data, closing the account, and the legal texts in every version."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import View

from core import limits
from core.exceptions import DomainError

from .. import consents, privacy, services
from ..forms import CloseAccountForm
from ..models import DataExport, LegalVersion
from .signing_in import next_url, too_many


class PolicyVersionView(View):
    """One version of a legal text as it was published."""

    def get(self, request, slug, version):
        row = get_object_or_404(LegalVersion, policy=slug, version=version)
        others = LegalVersion.objects.filter(policy=slug).exclude(pk=row.pk).defer("body")
        current = consents.current_policies().get(slug)
        context = {
            "version": row,
            "versions": others.order_by("-effective_on", "-pk"),
            "in_force": bool(current) and current.version == row.version,
        }
        return render(request, "accounts/policy_version.html", context)


@method_decorator(never_cache, name="dispatch")
class AgreeView(LoginRequiredMixin, View):
    """A new version is in force: read, then agree or leave."""

    def get(self, request):
        texts = consents.current_policies().values()
        known = {}
        for slug, version in request.user.consents.order_by("at").values_list("policy", "version"):
            known[slug] = version
        context = {
            "texts": [(text, known.get(text.slug)) for text in texts if known.get(text.slug) != text.version],
            "first": not known,
            "next": next_url(request),
        }
        return render(request, "accounts/agree.html", context)

    def post(self, request):
        if request.POST.get("do") == "agree":
            consents.agree(request.user, address=limits.address(request))
            return redirect(next_url(request))
        logout(request)
        messages.info(
            request,
            _(
                "您没有同意新版，已为您退出。以前的学习记录都还在；什么时候想用，登录后再看再点。要注销的，登录后到“我的信息”里办。"
            ),
        )
        return redirect("account_login")


@method_decorator(never_cache, name="dispatch")
class PrivacyView(LoginRequiredMixin, View):
    """What one may do about one's own data."""

    def get(self, request):
        titles = {slug: text.title for slug, text in consents.current_policies().items()}
        agreed = request.user.consents.filter(withdrawn_at=None).order_by("policy", "-at")
        context = {
            "consents": [(titles.get(one.policy, one.policy), one) for one in agreed],
            "export": request.user.exports.first(),
            "days": privacy.EXPORT_DAYS,
        }
        # Asked again every second while the file is being made.
        template = "accounts/_export.html" if request.htmx else "accounts/privacy.html"
        return render(request, template, context)


class ExportView(LoginRequiredMixin, View):
    """导出我的信息."""

    http_method_names = ["post"]

    def post(self, request):
        if not limits.allow(f"export:{request.user.pk}", 5, 24 * 3600):
            return too_many(request, 3600)
        privacy.ask_for_export(request.user, actor=request.user)
        return redirect("account_privacy")


@method_decorator(never_cache, name="dispatch")
class ExportFileView(LoginRequiredMixin, View):
    """The file, for its person only."""

    def get(self, request, pk):
        export = get_object_or_404(DataExport, pk=pk, user=request.user)
        if not export.file:
            raise Http404
        return FileResponse(export.file.open(), as_attachment=True, filename=_("我的信息.zip"))


@method_decorator(never_cache, name="dispatch")
class CloseView(LoginRequiredMixin, View):
    """注销账号（撤回同意）: what goes, what stays, a code, and it is done."""

    def get(self, request):
        return self.answer(CloseAccountForm(user=request.user))

    def post(self, request):
        user = request.user
        if not limits.allow(f"close:{user.pk}", 20, 900):
            return too_many(request, 900)
        if request.POST.get("do") == "send" and user.phone:
            try:
                services.send_code(user.phone, address=limits.address(request))
                messages.success(request, _("验证码已发到您的手机，5 分钟内有效。"))
            except DomainError as refused:
                messages.error(request, refused.sentence)
            return self.answer(CloseAccountForm(user=user, initial={"sure": "sure" in request.POST}))
        form = CloseAccountForm(request.POST, user=user)
        if form.is_valid():
            data = form.cleaned_data
            try:
                privacy.prove(user, code=data.get("code") or "", password=data.get("password") or "")
                privacy.close_account(user, actor=user, reason=_("本人注销"))
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                logout(request)
                return render(request, "accounts/closed.html")
        return self.answer(form)

    def answer(self, form):
        why_not = privacy.refusals(getattr(self.request.user, "person", None))
        return render(self.request, "accounts/close.html", {"form": form, "why_not": why_not})
