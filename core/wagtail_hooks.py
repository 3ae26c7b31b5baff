"""The guards of ``page_guards`` in front of the admin's buttons."""

from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.log_actions import LogFormatter
from wagtail.models import Page

from .exceptions import DomainError
from .page_guards import check_publishing, deletion_refusal
from .page_schedule import REFUSED


@hooks.register("before_publish_page")
def refuse_wording(request, page):
    """The draft is kept, the page is not published, the editor reads where and what."""
    try:
        check_publishing(page)
    except DomainError as refusal:
        messages.error(request, refusal.sentence)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


@hooks.register("before_delete_page")
def refuse_deletion(request, page):
    sentence = deletion_refusal(page)
    if sentence and request.method == "POST":
        messages.error(request, sentence)
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    if sentence:
        messages.warning(request, sentence)
    return None


@hooks.register("before_bulk_action")
def refuse_in_bulk(request, action_type, objects, action):
    """All or none: one page that may not go stops the lot, and is named."""
    for page in objects:
        if not isinstance(page, Page):
            return None
        sentence = deletion_refusal(page) if action_type == "delete" else None
        if action_type == "publish":
            try:
                check_publishing(page.get_latest_revision_as_object())
            except DomainError as refusal:
                sentence = f"{page.title}：{refusal.sentence}"
        if sentence:
            messages.error(request, sentence)
            return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("content.load", _("载入底稿"), _("从内容文件载入"))

    @actions.register_action(REFUSED)
    class RefusedFormatter(LogFormatter):
        label = _("到时没有发布")

        def format_message(self, entry):
            return gettext("到了定时发布的时间，没有发布：{why}").format(why=entry.data.get("why", ""))
