"""Templates of certificates and authorised seals in the content admin."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views import chooser
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from core.audit_trail import record
from core.exceptions import DomainError

from . import templates
from .models import CertificateTemplate, Seal


class TemplateForm(WagtailAdminModelForm):
    """Saving what papers stand on makes another version."""

    def save(self, commit=True):
        return templates.keep(super().save(commit=False), actor=self.for_user)


class SealForm(WagtailAdminModelForm):
    """The picture is drawn anew; every change is on record."""

    def clean_image(self):
        upload = self.cleaned_data["image"]
        if "image" not in self.changed_data:
            return upload
        try:
            return templates.seal_file(upload)
        except DomainError as refused:
            raise ValidationError(refused.sentence) from None

    def save(self, commit=True):
        row = super().save(commit)
        changes = {name: [None, str(getattr(row, name))] for name in self.changed_data}
        record(self.for_user, "certificate.seal", row, changes=changes)
        return row


class ForWhoMayChange:
    """Who may not change what is chosen from is shown no list of it either; of itself a chooser asks nobody."""

    def dispatch(self, request, *args, **kwargs):
        if not ModelPermissionPolicy(self.model_class).user_has_any_permission(request.user, {"add", "change"}):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class Choose(ForWhoMayChange, chooser.ChooseView):
    pass


class ChooseResults(ForWhoMayChange, chooser.ChooseResultsView):
    pass


class Chosen(ForWhoMayChange, chooser.SnippetChosenView):
    pass


class ChosenMultiple(ForWhoMayChange, chooser.SnippetChosenMultipleView):
    pass


class Chooser(chooser.SnippetChooserViewSet):
    choose_view_class = Choose
    choose_results_view_class = ChooseResults
    chosen_view_class = Chosen
    chosen_multiple_view_class = ChosenMultiple


class TemplateViewSet(SnippetViewSet):
    model = CertificateTemplate
    chooser_viewset_class = Chooser
    icon = "doc-full"
    menu_label = _("证明模板")
    list_display = ["__str__", "title", "organiser", "active"]
    list_filter = ["key", "active"]
    copy_view_enabled = False
    add_to_reference_index = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("key"), FieldPanel("active")], _("用在哪里")),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("title", "frame", "citation", "basis", "edition_line")], _("正文")
            ),
            MultiFieldPanel([FieldPanel(name) for name in ("organiser", "signatory", "seal")], _("落款")),
            MultiFieldPanel(
                [FieldPanel(name) for name in ("statement", "remark", "validity_years")], _("声明和有效期")
            ),
        ],
        base_form_class=TemplateForm,
    )


class SealViewSet(SnippetViewSet):
    model = Seal
    chooser_viewset_class = Chooser
    icon = "circle-check"
    menu_label = _("印章授权")
    list_display = ["organiser", "authorised_by", "starts_on", "ends_on"]
    copy_view_enabled = False
    add_to_reference_index = False
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("organiser", "image", "authorised_by", "document", "starts_on", "ends_on")],
        base_form_class=SealForm,
    )


class PapersGroup(SnippetViewSetGroup):
    menu_label = _("证明")
    menu_icon = "doc-full"
    menu_name = "papers"
    items = (TemplateViewSet, SealViewSet)


register_snippet(PapersGroup)
