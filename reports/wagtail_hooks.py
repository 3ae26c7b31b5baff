"""The editors' coverage matrix, among the reports of the admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail import hooks
from wagtail.admin.auth import permission_required
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from guide.models.base import LAYER_WORDS

from .coverage import KINDS, case_quota, matrix


class CoverageView(WagtailAdminTemplateMixin, TemplateView):
    """覆盖表: clause × layer × tool, case, lesson, question; what is missing in red."""

    template_name = "reports/coverage.html"
    page_title = _("内容覆盖表")
    header_icon = "grip"
    _show_breadcrumbs = True

    def get_context_data(self, **kwargs):
        lines = matrix()
        only = self.request.GET.get("missing") == "1"
        return super().get_context_data(**kwargs) | {
            "lines": [line for line in lines if line.missing or not only],
            "missing": sum(line.missing for line in lines),
            "only_missing": only,
            "layers": LAYER_WORDS.values(),
            "kinds": KINDS.values(),
            "quota": case_quota(),
        }


class CoverageMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("guide.view_feedback")


@hooks.register("register_admin_urls")
def coverage_urls():
    view = permission_required("guide.view_feedback")(CoverageView.as_view())
    return [path("reports/coverage/", view, name="coverage_report")]


@hooks.register("register_reports_menu_item")
def coverage_menu():
    return CoverageMenuItem(_("内容覆盖表"), reverse("coverage_report"), name="coverage", icon_name="grip", order=800)
