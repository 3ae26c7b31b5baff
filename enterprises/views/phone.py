"""Changing one's own phone number: the new number gets a code."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from core.exceptions import DomainError
from core.limits import address

from .. import phones
from ..forms import OwnPhoneForm


@method_decorator(sensitive_post_parameters("code"), name="dispatch")
class OwnPhoneView(LoginRequiredMixin, View):
    """Two buttons: send a code to the new number, and change with the code."""

    def get(self, request):
        return self.answer(OwnPhoneForm())

    def post(self, request):
        form = OwnPhoneForm(request.POST)
        if not form.is_valid():
            return self.answer(form, status=422)
        phone, code = form.cleaned_data["phone"], form.cleaned_data["code"]
        try:
            if request.POST.get("do") == "send":
                phones.send_code(request.user, phone, address=address(request))
                return self.answer(form, sent=True)
            # Every other session of theirs ends with the old number (accounts.models.User).
            update_session_auth_hash(request, phones.change_own(request.user, phone, code))
        except DomainError as refused:
            form.add_error("phone" if refused.code.startswith("phone") else "code", refused.sentence)
            return self.answer(form, sent=refused.code == "sms.wrong", status=422)
        messages.success(request, _("手机号改好了，下次用新号码登录。"))
        return redirect("my")

    def answer(self, form, *, sent=False, status=200):
        return render(self.request, "enterprises/own_phone.html", {"form": form, "sent": sent}, status=status)
