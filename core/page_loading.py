"""Bringing pages from content files into the tree, again and again, without ever undoing an editor's work.

What was loaded is in the page's own history: a log entry ``content.load`` with the hash of its source and its revision.
A page whose newest revision is another one has been edited since, and is left alone.
"""

from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db.models.signals import post_save
from django.utils.translation import gettext as _
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.log_actions import log
from wagtail.models import PageLogEntry

ACTION = "content.load"


@contextmanager
def _index_later(model):
    """Inside, saves of ``model`` update neither the search nor the reference index: publishing right after does both.

    Takes the listener off for the whole process, so it is for commands, not for requests.
    """
    from wagtail.signal_handlers import disable_reference_index_auto_update  # needs every model loaded

    post_save.disconnect(post_save_signal_handler, sender=model)
    try:
        with disable_reference_index_auto_update():
            yield
    finally:
        post_save.connect(post_save_signal_handler, sender=model)


@dataclass
class Report:
    """What a load did, by address; ``kept`` says why a page was left as it is."""

    created: list = field(default_factory=list)
    updated: list = field(default_factory=list)
    unchanged: list = field(default_factory=list)
    kept: dict = field(default_factory=dict)

    @property
    def changed(self):
        return bool(self.created or self.updated)

    def __str__(self):
        line = _("新建 {created} 页，更新 {updated} 页，没变 {unchanged} 页，保留 {kept} 页").format(
            created=len(self.created), updated=len(self.updated), unchanged=len(self.unchanged), kept=len(self.kept)
        )
        return "\n".join([line, *(f"  {address}：{reason}" for address, reason in self.kept.items())])


class PageLoader:
    """Loads pages under one parent. Reads what is there in three queries, whatever the number of pages."""

    def __init__(self, parent, report):
        self.parent = parent
        self.report = report
        self.pages = {page.slug: page for page in parent.get_children().specific()}
        self.loads = {}
        entries = PageLogEntry.objects.filter(action=ACTION, page__in=[page.pk for page in self.pages.values()])
        for entry in entries.order_by("timestamp"):
            self.loads[entry.page_id] = entry

    def load(self, model, slug, source_hash, fill):
        """Make the page ``slug`` of type ``model``, or bring it up to date, by ``fill(page)``; publish and return it.

        Left alone: a page of the same hash, an edited one, one taken offline, one not made by the loader.
        """
        page = self.pages.get(slug)
        if page is None:
            page = model(slug=slug)
            fill(page)
            with _index_later(model):
                self.parent.add_child(instance=page)
            self._publish(page, source_hash)
            self.pages[slug] = page
            self.report.created.append(page.url_path)
            return page
        last = self.loads.get(page.pk)
        if last is None:
            self.report.kept[page.url_path] = _("这一页不是从内容文件载入的")
        elif page.latest_revision_id != last.revision_id:
            self.report.kept[page.url_path] = _("载入之后在后台改过，以后台为准")
        elif not page.live:
            self.report.kept[page.url_path] = _("已经取消发布")
        elif last.data.get("hash") == source_hash:
            self.report.unchanged.append(page.url_path)
        else:
            fill(page)
            self._publish(page, source_hash)
            self.report.updated.append(page.url_path)
        return page

    def _publish(self, page, source_hash):
        with _index_later(type(page)):
            revision = page.save_revision(clean=False)
        page.publish(revision, log_action=None)
        log(instance=page, action=ACTION, revision=revision, data={"hash": source_hash}, content_changed=True)
        page.refresh_from_db(fields=["latest_revision", "live", "live_revision"])
