"""The acts of an editor on a question: a new one, another wording, another place in the bank, another state. All on record."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.exceptions import DomainError

from .bank import FACTS, save_revision
from .exchange.rows import key_of
from .kinds import KINDS
from .models import Question, QuestionRevision

_Status = Question.Status

MOVES = {
    _Status.DRAFT: {_Status.APPROVED, _Status.RETIRED},
    _Status.APPROVED: {_Status.DRAFT, _Status.RETIRED},
    _Status.RETIRED: {_Status.DRAFT},
}
"""From which state to which. A retired question goes through the draft again."""


@transaction.atomic
def create_question(by, facts, wording, key=""):
    """A new draft with its first revision; returns the Question.

    ``facts`` are the FACTS of ``bank``, ``wording`` is the WORDING. Without ``key`` one is made from the words. Raises
    DomainError ``question.invalid`` when kind, options and answer do not fit, ``question.key`` when the key is taken.
    """
    key = key or key_of(wording["kind"], wording["stem"], wording["options"])
    if Question.objects.filter(key=key).exists():
        raise DomainError(
            "question.key", _("题号 %(key)s 已经有了。请换一个题号，或去改那一道题。") % {"key": key}, key=key
        )
    question = Question.objects.create(key=key, **facts)
    save_revision(question, by, **wording)
    record(by, "question.create", question, changes={"key": ["", key]})
    return question


@transaction.atomic
def edit_question(question, by, facts, wording):
    """Save another wording as a new revision, and other facts; returns (revision, whether anything changed).

    The same again changes nothing. Papers already begun keep the revision they froze. Raises DomainError ``question.invalid``.
    """
    locked = Question.objects.select_for_update().get(pk=question.pk)
    before = locked.revisions.last()
    revision = save_revision(locked, by, **wording)
    moved = {
        name: [getattr(locked, name), facts[name]]
        for name in FACTS
        if name in facts and getattr(locked, name) != facts[name]
    }
    if moved:
        for name, (_old, new) in moved.items():
            setattr(locked, name, new)
        locked.save(update_fields=list(moved))
    new_revision = before is None or revision.pk != before.pk
    if moved or new_revision:
        changes = dict(moved)
        if new_revision:
            changes["revision"] = [before and before.number, revision.number]
        record(by, "question.edit", locked, changes=changes)
    return revision, bool(moved) or new_revision


@transaction.atomic
def set_status(question, by, status, reason):
    """Approve, retire or take back to draft, with the reason; returns the Question. The same state again changes nothing.

    Raises DomainError ``question.status`` when the way there is not open, ``question.not_ready`` when what is to be approved
    does not hold: options that do not fit the kind, a picture that is not said in words.
    """
    question = Question.objects.select_for_update().get(pk=question.pk)
    if question.status == status:
        return question
    if status not in MOVES[question.status]:
        raise DomainError(
            "question.status",
            _("“%(now)s”的题不能直接改成“%(new)s”，请先改回草稿。")
            % {"now": question.get_status_display(), "new": _Status(status).label},
        )
    if status == _Status.APPROVED:
        _refuse_unready(question)
    before, question.status = question.status, status
    question.save(update_fields=["status"])
    record(by, f"question.{status}", question, changes={"status": [before, status]}, reason=reason)
    return question


def is_ready(revision):
    """'' when a revision may be used, else what is missing and how to mend it."""
    try:
        KINDS[revision.kind].check(revision.stem, revision.options, revision.answer)
    except ValueError as error:
        return str(error)
    if revision.picture_id and not revision.picture_alt:
        return _("题图没有文字说明，看不到图的人答不了。请先补上再改成可用。")
    return ""


def _refuse_unready(question):
    revision = QuestionRevision.objects.filter(question=question).last()
    missing = _("这道题还没有题干。") if revision is None else is_ready(revision)
    if missing:
        raise DomainError("question.not_ready", missing)
