"""The wording of messages, for editors, with a preview that fills in examples."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import NoticeTemplate, kind_choices


class NoticeTemplateViewSet(SnippetViewSet):
    model = NoticeTemplate
    icon = "mail"
    menu_label = _("消息模板")
    list_display = ["__str__", "title"]
    copy_view_enabled = False
    panels = [
        FieldPanel("kind", widget=forms.Select(choices=kind_choices)),
        FieldPanel("title"),
        FieldPanel("body"),
        FieldPanel("sms"),
    ]


register_snippet(NoticeTemplateViewSet)
