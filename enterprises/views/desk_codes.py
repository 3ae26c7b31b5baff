"""现场登录码 for a person one may see: district and city staff, and the contact of their enterprise."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.generic import View

from accounts.views import next_url
from core.exceptions import DomainError
from core.policies import policy_for

from .. import desk_codes
from ..models import Person, Role
from ..policies import rights_of

MAY = {Role.CITY_ADMIN, Role.DISTRICT_ADMIN, Role.CONTACT}


class DeskCodeView(LoginRequiredMixin, View):
    """POST only: the code is shown on the answer and nowhere else."""

    http_method_names = ["post"]

    def post(self, request, pk):
        if not rights_of(request.user).roles & MAY:
            raise Http404
        person = policy_for(Person).get(request.user, "change", pk=pk)
        back = next_url(request)
        try:
            code = desk_codes.issue(person, actor=request.user)
        except DomainError as refused:
            messages.error(request, refused.sentence)
            return redirect(back)
        response = render(request, "enterprises/desk_code.html", {"person": person, "code": code, "back": back})
        response["Cache-Control"] = "no-store"
        return response
