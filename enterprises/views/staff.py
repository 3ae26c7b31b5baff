"""What the screens of this folder for staff have in common."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.views.generic import View


class StaffView(LoginRequiredMixin, View):
    """Only for those ``is_welcome`` lets in; everybody else sees 404."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not self.is_welcome(request.user):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def is_welcome(self, user):
        raise NotImplementedError
