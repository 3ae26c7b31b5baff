"""Who sees the bank, and who keeps it."""

from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import BankImport, Question, Quiz


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
    """Who reads the bank sees how papers are made; changed by who keeps it."""

    model = Quiz

    def visible(self, user):
        return Quiz.objects.all() if may_read_bank(user) else Quiz.objects.none()

    def may(self, user, action, row):
        return action == "view" or may_edit_bank(user)
