"""Who sees the bank, and who keeps it."""

from django.db.models import Q

from core import registry
from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import BankImport, PrintedPaper, Question, Quiz


def may_edit_bank(user):
    """Editors and the city's administrators."""
    return bool(rights_of(user).roles & {Role.EDITOR, Role.CITY_ADMIN})


def may_read_bank(user):
    """Whether there is anything of the bank for this user: who edits it, the city's staff, and who teaches."""
    rights = rights_of(user)
    return may_edit_bank(user) or rights.city or bool(rights.organisers)


class QuestionPolicy(Policy):
    """Editors and city staff see the whole bank, organisers' administrators and trainers what may be used; learners, contacts and
    districts nothing: a question shows its answer.

    Actions: view; change (wording, facts, state, import) for editors and the city's administrators.
    """

    model = Question

    def visible(self, user):
        rights = rights_of(user)
        if may_edit_bank(user) or rights.city:
            return Question.objects.all()
        if rights.organisers:
            return Question.objects.filter(status=Question.Status.APPROVED)
        return Question.objects.none()

    def may(self, user, action, row):
        return action == "view" or may_edit_bank(user)


class BankImportPolicy(Policy):
    """Seen and confirmed by who edits the bank."""

    model = BankImport

    def visible(self, user):
        return BankImport.objects.all() if may_edit_bank(user) else BankImport.objects.none()

    def may(self, user, action, row):
        return may_edit_bank(user)


class QuizPolicy(Policy):
    """Who reads the bank sees how papers are made; changed by who keeps it; drawn for print by them and by who teaches."""

    model = Quiz

    def visible(self, user):
        return Quiz.objects.all() if may_read_bank(user) else Quiz.objects.none()

    def may(self, user, action, row):
        if action == "draw":
            return may_edit_bank(user) or bool(rights_of(user).organisers)
        return action == "view" or may_edit_bank(user)


class PrintedPaperPolicy(Policy):
    """Who keeps the bank and the city's staff see every printed paper, everybody else those they drew themselves and those of
    their own occasions (``core.registry.printed_contexts``): a paper that lies in a drawer for Monday is nobody else's.

    Who sees one invigilates and marks, so gets the key too; each key handed out is in the audit trail.
    """

    model = PrintedPaper

    def visible(self, user):
        rows = PrintedPaper.objects.select_related("quiz")
        if may_edit_bank(user) or rights_of(user).city:
            return rows
        mine = Q(made_by=user.pk)
        for contexts in registry.printed_contexts:
            mine |= Q(context__in=contexts(user))
        return rows.filter(mine)

    def may(self, user, action, row):
        return True
