"""Films, decks and learning paths in the editors' admin."""

from django.contrib import messages
from django.contrib.admin.utils import quote
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from . import films
from .models import Deck, Film, Path
from .tasks import draw_deck, draw_poster


class _DrawsPoster:
    def save_instance(self):
        film = super().save_instance()
        films.tell_lessons(film)
        if not film.poster:
            draw_poster.delay_on_commit(film.pk)
        return film


class FilmCreateView(_DrawsPoster, CreateView):
    """A new film; its poster follows."""


class FilmEditView(_DrawsPoster, EditView):
    """Another file under the same title draws another poster."""


class FilmViewSet(SnippetViewSet):
    model = Film
    icon = "media"
    menu_label = _("视频")
    add_to_admin_menu = False
    list_display = ["title", "seconds", "uploaded_at"]
    search_fields = ["title"]
    add_view_class = FilmCreateView
    edit_view_class = FilmEditView
    panels = [FieldPanel("title"), FieldPanel("file"), FieldPanel("captions"), FieldPanel("transcript")]


class _DrawsPages:
    def save_instance(self):
        deck = super().save_instance()
        if deck.state == Deck.State.WAITING:
            draw_deck.delay_on_commit(deck.pk)
        return deck


class DeckCreateView(_DrawsPages, CreateView):
    """A new deck; the pictures of its pages follow."""


class DeckEditView(_DrawsPages, EditView):
    """Another file under the same title is drawn anew."""


class DeckViewSet(SnippetViewSet):
    model = Deck
    icon = "doc-full"
    menu_label = _("课件")
    add_to_admin_menu = False
    list_display = ["title", "count", "get_state_display", "uploaded_at"]
    search_fields = ["title"]
    add_view_class = DeckCreateView
    edit_view_class = DeckEditView
    panels = [FieldPanel("title"), FieldPanel("file")]


class PathViewSet(SnippetViewSet):
    model = Path
    icon = "list-ol"
    menu_label = _("学习路径")
    list_display = ["title", "layer", "tag"]
    panels = [
        FieldPanel("title"),
        FieldPanel("layer"),
        FieldPanel("tag"),
        InlinePanel("steps", label=_("课程"), min_num=1),
    ]


@hooks.register("before_delete_snippet")
def keep_what_lessons_show(request, instances):
    """A film or deck that a lesson shows stays: readers would find a hole, and a film that must be seen could never be. So does a
    path that was assigned: who was to learn what is history."""
    for row in instances:
        if isinstance(row, Film | Deck) and films.is_shown(row):
            said = gettext("“%(title)s”还有课在用，不能删。先到下面这些课里换掉或去掉，再来删。")
            messages.error(request, said % {"title": row.title})
            return redirect(reverse(row.snippet_viewset.get_url_name("usage"), args=[quote(row.pk)]))
        if isinstance(row, Path) and row.assignments.exists():
            said = gettext("“%(title)s”派出去过，记录要留着，不能删。不再用就在工作台停止派学，或者把名字改成“停用”。")
            messages.error(request, said % {"title": row.title})
            return redirect(reverse(row.snippet_viewset.get_url_name("edit"), args=[quote(row.pk)]))
    return None


register_snippet(FilmViewSet)
register_snippet(DeckViewSet)
register_snippet(PathViewSet)
