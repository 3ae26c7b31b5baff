"""Films, decks and learning paths in the editors' admin; a course copied for an industry."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from .models import Deck, Film, Path
from .tasks import draw_deck, draw_poster


class _DrawsPoster:
    def save_instance(self):
        film = super().save_instance()
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


register_snippet(FilmViewSet)
register_snippet(DeckViewSet)
register_snippet(PathViewSet)
