"""补记 after closing: what came late. A posting of its own kind, so that a return shows it apart from what was wrong."""

from django.db import transaction
from django.utils.translation import gettext as _

import ledger.services
from core.audit_trail import record
from core.exceptions import DomainError
from ledger.models import Posting

from . import surveys
from .closing import activity_line, facts_of
from .models import Round, Survey
from .standing import standings


def closed_round(round_id):
    """The round, locked. Raises DomainError ``round.not_closed``."""
    round_ = Round.objects.select_for_update(of=("self",)).select_related("owner").get(pk=round_id)
    if round_.state not in (Round.State.CLOSED, Round.State.ARCHIVED):
        raise DomainError("round.not_closed", _("这个班还没结班，直接录就行，不用补记。"))
    return round_


def post(round_, before, *, actor, reason, lines=()):
    """A supplement of the facts that are other now than ``before`` (a dict of ``facts_of``), with new EntryLines; the Posting, or
    None when nothing that counts has changed."""
    people = standings(round_)
    now = facts_of(round_, people)
    changed = {key: now.get(key, 0) for key in before.keys() | now.keys() if before.get(key, 0) != now.get(key, 0)}
    if not changed and not lines:
        return None
    activity = activity_line(round_, people, facts=changed)
    return ledger.services.post(activity, list(lines), kind=Posting.Kind.SUPPLEMENT, actor=actor, reason=reason)


@transaction.atomic
def late_papers(round_id, sheets, *, actor, reason):
    """Survey sheets on paper that came after closing (``surveys.read_sheets``); returns the Posting.

    Raises DomainError ``reason.missing``, ``round.not_closed`` or ``survey.too_many``.
    """
    if not reason.strip():
        raise DomainError("reason.missing", _("补记要写明为什么晚到，例如“班长 3 月 20 日交来 12 份”。"))
    round_ = closed_round(round_id)
    before = facts_of(round_, standings(round_))
    survey, _created = Survey.objects.get_or_create(round=round_)
    surveys.keep_papers(survey, sheets)
    surveys.seal(survey, actor)
    record(actor, "training.survey_papers", survey, changes={"sheets": [None, len(sheets)]}, reason=reason)
    return post(round_, before, actor=actor, reason=reason)
