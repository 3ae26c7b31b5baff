"""What an editor of a clause sees of everything that belongs to it, whichever end the link was made at."""

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from . import related


class BesidePanel(Panel):
    """Lessons, cases, topics and chains of a clause, and what upper apps add (``related.beside``). Read only."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "guide/admin/beside.html"

        def is_shown(self):
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context=None):
            page = self.instance
            lists = [
                (_("课"), [(row["title"], row["url"]) for row in related.lessons_about(page)]),
                (_("案例"), [(case.title, case.url) for case in page.cases]),
                (_("入门页和产业链"), [(other.title, other.url) for other in related.overviews_of(page)]),
                *(offer(page) for offer in related.beside),
            ]
            return super().get_context_data(parent_context) | {"lists": lists}
