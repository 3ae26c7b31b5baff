"""What may not be published and what may not be deleted. ``wagtail_hooks.py`` puts both before the admin's buttons."""

import re
import unicodedata
from functools import cache

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from .exceptions import DomainError

_GAPS = re.compile(r"[\s\u200b-\u200d\ufeff·•\-—_*]+")


class PublishRefused(DomainError, PermissionDenied):
    """A page that may not be published as it stands. Also a PermissionDenied: a door without a form answers 403."""


@cache
def _forbidden():
    return re.compile("|".join(settings.FORBIDDEN_PHRASES))


def forbidden_phrase(text):
    """The first forbidden phrase in ``text`` (as settings.FORBIDDEN_PHRASES has them), or None.

    Full width, blanks and marks between the characters, and tags inside the phrase do not hide it.
    """
    bare = _GAPS.sub("", unicodedata.normalize("NFKC", strip_tags(text)))
    match = _forbidden().search(bare)
    return match.group() if match else None


def _block_texts(block, value, place):
    if getattr(block.meta, "quotation", False) or value is None:
        return
    if isinstance(block, blocks.BaseStreamBlock):
        for child in value:
            yield from _block_texts(child.block, child.value, [*place, str(child.block.label)])
    elif isinstance(block, blocks.ListBlock):
        for number, child in enumerate(value.bound_blocks, 1):
            yield from _block_texts(child.block, child.value, [*place, _("第 {n} 条").format(n=number)])
    elif isinstance(block, blocks.BaseStructBlock):
        for child in value.bound_blocks.values():
            yield from _block_texts(child.block, child.value, [*place, str(child.block.label)])
    elif hasattr(value, "source"):
        yield place, value.source
    elif isinstance(value, str):
        yield place, value


def texts_of(instance, place=()):
    """Every text of a page (or of a row belonging to it) as (where it stands, text), quotations left out."""
    place = list(place)
    for field in instance._meta.get_fields():
        if not isinstance(field, models.Field) or field.name in {"url_path", "path", "draft_title", "slug"}:
            continue
        here = [*place, str(field.verbose_name)]
        if isinstance(field, StreamField):
            yield from _block_texts(field.stream_block, getattr(instance, field.name), here)
        elif isinstance(field, RichTextField | models.CharField | models.TextField):
            yield here, getattr(instance, field.name) or ""
    for relation in get_all_child_relations(instance):
        rows = relation.related_model._meta.verbose_name
        if relation.related_model._meta.app_label.startswith("wagtail"):
            continue
        for number, row in enumerate(getattr(instance, relation.get_accessor_name()).all(), 1):
            yield from texts_of(row, [*place, f"{rows} {number}"])


def check_wording(page):
    """Nothing when the page may be published as it stands.

    Raises PublishRefused ``page.forbidden_phrase`` naming the phrase and the place it stands in.
    """
    for place, text in texts_of(page):
        phrase = forbidden_phrase(text)
        if phrase:
            raise PublishRefused(
                "page.forbidden_phrase",
                _(
                    "“{place}”里写了“{phrase}”，这句话不许对外说，所以没有发布。请改个说法；要引用规定原文，放进“引文”里。"
                ).format(place=" › ".join(place), phrase=phrase),
                phrase=phrase,
                place=place,
            )


def check_publishing(page):
    """Nothing when the page may be published as it stands. Raises PublishRefused of ``check_wording`` and of the page's own rules."""
    check_wording(page)
    own = getattr(page, "check_facts", None)
    if own:
        own()


class GuardedPageForm(WagtailAdminPageForm):
    """Says at once, in the form, what would stop the page from being published; a draft is saved as it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("go_live_at", "expire_at"):
            if name in self.fields:
                self.fields[name].help_text = _("北京时间")

    def _post_clean(self):
        super()._post_clean()
        if "action-publish" in self.data:
            try:
                check_publishing(self.instance)
            except PublishRefused as refusal:
                self.add_error(None, refusal.sentence)


class GuardedPage(Page):
    """A page that is checked whichever way it is published: by form, in bulk, by schedule, by a command.

    Its wording always; a page type with rules of its own adds ``check_facts``, which raises PublishRefused.
    """

    base_form_class = GuardedPageForm

    class Meta:
        abstract = True

    def publish(self, revision, *args, **kwargs):
        page = revision.as_object()
        check_publishing(page)
        # Made of the revision's JSON, with every page it names: once, for the check and for what is published.
        revision.as_object = lambda: page
        try:
            return super().publish(revision, *args, **kwargs)
        finally:
            del revision.as_object


def deletion_refusal(page):
    """A sentence when rows that must stay hang on the page or on a page below it, else None. Deletes nothing."""
    collector = Collector(using=page._state.db or "default")
    try:
        collector.collect(Page.objects.filter(path__startswith=page.path))
    except (ProtectedError, RestrictedError) as error:
        rows = getattr(error, "protected_objects", None) or error.restricted_objects
        counted = {}
        for row in rows:
            name = str(row._meta.verbose_name)
            counted[name] = counted.get(name, 0) + 1
        listed = "、".join(_("{n} 条{name}").format(n=n, name=name) for name, n in counted.items())
        return _("“{title}”连着 {listed}，删了就对不上账，所以不能删。请改用“取消发布”：页面收起来，记录还在。").format(
            title=page.title, listed=listed
        )
    return None
