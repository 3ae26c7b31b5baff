"""定时送达: who is sent which return, and when."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.models import District
from enterprises.policies import rights_of

from .. import delivering
from ..models import CITY, Return, ReturnReader
from .returns import CountingView


class ReadersView(CountingView):
    """定时送达: who is sent which return on which day of the month."""

    def dispatch(self, request, *args, **kwargs):
        if rights_of(request.user).counts and not policy_for(Return).may_prepare(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        context = {
            "readers": ReturnReader.objects.select_related("user__person", "district"),
            "scopes": [(CITY, _("全市")), *District.objects.values_list("pk", "name")],
        }
        return self.page("reports/return_readers.html", context)

    def post(self, request):
        if "remove" in request.POST:
            delivering.remove_reader(_whole(request.POST["remove"]), actor=request.user)
            messages.success(request, _("以后不再送。"))
            return redirect("desk:return-readers")
        user = get_user_model().objects.filter(username=request.POST.get("username", "").strip()).first()
        scopes = {CITY, *District.objects.values_list("pk", flat=True)}
        scope = request.POST.get("scope")
        try:
            delivering.add_reader(
                user, scope=scope if scope in scopes else CITY, day=_whole(request.POST.get("day")), actor=request.user
            )
        except DomainError as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("加好了。到日子发站内消息，留了邮箱的同时发邮件；里面只有链接，没有名单。"))
        return redirect("desk:return-readers")


def _whole(text):
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0
