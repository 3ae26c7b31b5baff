"""Joining an enterprise."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.views import next_url
from core.exceptions import DomainError

from .. import services
from ..forms import JoinForm

FIELD_OF = {"name.missing": "name", "name.long": "name"}


class JoinView(LoginRequiredMixin, View):
    """先报到: name, enterprise by its checked code, layer, post."""

    def get(self, request):
        person = services.person_of(request.user)
        membership = services.current_membership(person)
        initial = {"name": person.name if person else ""}
        if membership:
            initial |= {
                "code": membership.enterprise.code,
                "layer": membership.layer,
                "department": membership.department,
                "post": membership.post,
            }
        return self.answer(JoinForm(initial=initial))

    def post(self, request):
        ask = "enterprise_name" in request.POST
        form = JoinForm(request.POST, ask_enterprise=ask)
        if not form.is_valid():
            return self.answer(form)
        try:
            membership = services.join(request.user, **form.cleaned_data)
        except DomainError as refused:
            if refused.code == "enterprise.unknown" and not ask:
                form = JoinForm(initial=form.cleaned_data, ask_enterprise=True)
                return self.answer(form, notice=refused.sentence)
            form.add_error(FIELD_OF.get(refused.code, "code"), refused.sentence)
            return self.answer(form)
        messages.success(request, _("报到好了：%(name)s") % {"name": membership.enterprise.name})
        return redirect(next_url(request))

    def answer(self, form, notice=""):
        context = {"form": form, "notice": notice, "next": next_url(self.request)}
        return render(self.request, "enterprises/join.html", context)
