"""The registry in the Wagtail admin: who may change what is decided by the policies, which screens exist by the role's group."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.views.generic import EditView

from core.exceptions import DomainError
from core.viewsets import ScopedModelViewSet

from . import identity
from .models import Enterprise

FACTS = ("industry_code", "employees", "revenue_band", "size_declared", "size_class")


class EnterpriseForm(WagtailAdminModelForm):
    """Writes by the verbs of the registry, so that the admin keeps former names and the trail as the desk does."""

    def save(self, commit=True):
        """Raises DomainError, which the edit view shows."""
        data = self.cleaned_data
        identity.rename(self.instance.pk, data["name"], actor=self.for_user)
        facts = {name: data[name] for name in (*FACTS, "pilots")}
        return identity.set_facts(self.instance.pk, facts, actor=self.for_user)


class EnterpriseEditView(EditView):
    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except DomainError as refused:
            form.add_error(None, refused.sentence)
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class EnterpriseViewSet(ScopedModelViewSet):
    """Enterprises of one's scope. They come in by joining or by import; code, district and status are changed at the desk."""

    model = Enterprise
    icon = "group"
    menu_label = _("企业")
    inspect_view_enabled = True
    edit_view_class = EnterpriseEditView
    list_display = ["name", "code", "district", "status"]
    list_filter = ["district", "status"]
    search_fields = ["name", "code"]
    list_per_page = 50
    edit_handler = ObjectList(
        [FieldPanel("name"), *[FieldPanel(name) for name in FACTS], FieldPanel("pilots")],
        base_form_class=EnterpriseForm,
    )
    add_to_admin_menu = True


@hooks.register("register_admin_viewset")
def enterprise_viewset():
    # A namespace of its own: "enterprises" is the portal's.
    return EnterpriseViewSet("enterprises", url_namespace="enterprises-admin")
