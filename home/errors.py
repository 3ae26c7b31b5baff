"""Pages for refusals."""

from django.shortcuts import render
from django.utils.translation import gettext as _


def csrf_failure(request, reason=""):
    """A form sent after its page had expired: say so and how to go on."""
    return render(request, "403.html", {"reason": _("这一页放得太久了，请返回上一页、刷新后再提交一次。")}, status=403)
