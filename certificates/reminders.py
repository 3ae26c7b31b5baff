"""Who holds a certificate that is about to end is told once."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from notices.kinds import Kind
from notices.services import notify

from .models import Certificate

AHEAD = 60
"""Days before the end on which the holder is told."""
LATE = 7
"""Days within which a reminder that was missed is still given: not to everybody at once after an upgrade."""

KINDS = [
    Kind(
        "certificate.ending",
        _("证明快到期"),
        _("证明 {day} 到期：{course}"),
        _("{name}，您的“{course}”{title}（{number}）{day}有效期满。想接着有效，请报名参加复训。"),
        sample={
            "course": "内审员培训",
            "title": "培训合格证明",
            "number": "TJXW-NSY-2026-012-0034-K",
            "day": "2029年11月1日",
        },
    ),
]


@transaction.atomic
def remind():
    """Tell the holders whose certificate ends in AHEAD days (beat, every morning); returns how many. Again, nobody is told twice.

    Not those revoked or corrected, nor whose person was erased.
    """
    today = clock.today()
    rows = (
        Certificate.objects.newest()
        .with_status()
        .filter(
            revoked=False,
            erased_at=None,
            expires_on__gt=today + timedelta(days=AHEAD - LATE),
            expires_on__lte=today + timedelta(days=AHEAD),
        )
    )
    told = 0
    for row in rows:
        day = row.expires_on
        told += len(
            notify(
                [row.holder_id],
                "certificate.ending",
                event=f"certificate:{row.number}:ending",
                words={
                    "course": row.words["course_title"],
                    "title": row.words["title"],
                    "number": row.number,
                    "day": f"{day.year}年{day.month}月{day.day}日",
                },
                subject=f"certificate:{row.number}",
                url=reverse("certificates:detail", args=[row.number]),
            )
        )
    return told
