"""What messages hold about a person: told, forgotten, and whose they are after a merge."""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from .models import Notice, NoticePreference

KEPT_DAYS = 2 * 365


def export_person(person):
    """Every message, with the ways it went."""
    rows = Notice.objects.filter(person=person).prefetch_related("deliveries").order_by("created_at")
    return _("消息"), [
        {
            _("时间"): row.created_at,
            _("标题"): row.title,
            _("正文"): row.body,
            _("发送"): "；".join(
                f"{one.get_channel_display()} {one.get_state_display()}" for one in row.deliveries.all()
            ),
        }
        for row in rows
    ]


def erase_person(person):
    """Messages name the person: they go."""
    Notice.objects.filter(person=person).delete()
    NoticePreference.objects.filter(person=person).delete()


def forget(before):
    """Delete messages older than that moment. Returns how many."""
    rows = Notice.objects.filter(created_at__lt=before)
    n = rows.count()
    rows.delete()
    return n


def move_person(merging):
    """The loser's messages are the winner's, but those both were sent; the winner's own preference holds."""
    same = Notice.objects.filter(person=merging.winner, event=OuterRef("event"), revision=OuterRef("revision"))
    merging.moves.point(Notice, "person", merging, Notice.objects.filter(~Exists(same)))
    if not NoticePreference.objects.filter(person=merging.winner).exists():
        merging.moves.point(NoticePreference, "person", merging)
