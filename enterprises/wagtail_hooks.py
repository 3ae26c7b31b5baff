"""The registry in the Wagtail admin: who may change what is decided by the policies, which screens exist by the role's group."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel

from core.viewsets import ScopedModelViewSet

from .models import Enterprise


class EnterpriseViewSet(ScopedModelViewSet):
    """Enterprises of one's scope. They come in by joining or by import; code and district are never edited here."""

    model = Enterprise
    icon = "group"
    menu_label = _("企业")
    inspect_view_enabled = True
    list_display = ["name", "code", "district", "status"]
    list_filter = ["district", "status"]
    search_fields = ["name", "code"]
    list_per_page = 50
    panels = [
        FieldPanel("name"),
        FieldPanel("industry_code"),
        FieldPanel("size_class"),
        FieldPanel("pilots"),
        FieldPanel("status"),
    ]
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def enterprise_viewset():
    # A namespace of its own: "enterprises" is the portal's.
    return EnterpriseViewSet("enterprises", url_namespace="enterprises-admin")
