"""Who may come in, and the pattern of one act on a round."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import View

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of

from ...models import Round


class DeskView(LoginRequiredMixin, View):
    """Only for people with something to do at the 工作台; everybody else sees 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.is_welcome(request):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def is_welcome(self, request):
        rights = rights_of(request.user)
        return rights.desk or (rights.person_id and Round.objects.filter(trainers=rights.person_id).exists())


class RoundAct(DeskView):
    """One act on a round the user may change: does it, says so, and returns to the round, or to the page named by ``back``."""

    done = ""
    back = "desk:round"

    def get(self, request, pk):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect(self.back, pk)

    def post(self, request, pk):
        self.round = policy_for(Round).get(request.user, "change", pk=pk)
        try:
            self.act(request)
        except DomainError as refused:
            messages.error(request, refused.sentence)
        else:
            messages.success(request, self.done)
        return redirect(self.back, pk)


def request_as_get(request):
    """The same request, to render the page again with a form that has errors."""
    request.method = "GET"
    return request


def number(text):
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0
