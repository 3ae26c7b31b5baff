"""What readers say, in the editors' reports."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views.reports import ReportView

from .models import Feedback


class FeedbackReportView(ReportView):
    """有用吗: the newest first; a page is one click from being mended."""

    model = Feedback
    page_title = _("读者反馈")
    header_icon = "comment"
    index_url_name = "feedback_report"
    index_results_url_name = "feedback_report_results"
    columns = [
        TitleColumn(
            "page", label=_("哪一页"), get_url=lambda row: reverse("wagtailadmin_pages:edit", args=[row.page_id])
        ),
        BooleanColumn("useful", label=_("有用")),
        Column("sentence", label=_("说了什么")),
        DateColumn("at", label=_("时间")),
    ]
    list_export = ["page.title", "useful", "sentence", "at"]
    export_headings = {"page.title": _("哪一页"), "useful": _("有用"), "sentence": _("说了什么"), "at": _("时间")}

    def get_base_queryset(self):
        return Feedback.objects.select_related("page")


class FeedbackMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("guide.view_feedback")


_allowed = permission_required("guide.view_feedback")


@hooks.register("register_admin_urls")
def feedback_urls():
    view = FeedbackReportView.as_view
    return [
        path("reports/feedback/", _allowed(view()), name="feedback_report"),
        path("reports/feedback/results/", _allowed(view(results_only=True)), name="feedback_report_results"),
    ]


@hooks.register("register_reports_menu_item")
def feedback_menu():
    return FeedbackMenuItem(_("读者反馈"), reverse("feedback_report"), name="feedback", icon_name="comment", order=900)
