"""Who may come in at all, before a row is looked for."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.views.generic import View

from ..policies import rights_of


class RegistryView(LoginRequiredMixin, View):
    """A screen of the registry at the 工作台: city and district staff. Everybody else sees 404, organisers too."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not rights_of(request.user).registry:
            raise Http404
        return super().dispatch(request, *args, **kwargs)
