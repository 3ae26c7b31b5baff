"""Who sees an attempt: the person who sits it, nobody else."""

from core.policies import Policy

from .models import Attempt


class AttemptPolicy(Policy):
    """Only the person. Read from the signed-in user's own person, which came with the session: no query of its own."""

    model = Attempt

    def visible(self, user):
        return Attempt.objects.of(getattr(user, "person", None)).for_screen()

    def may(self, user, action, row):
        return row.person_id == getattr(getattr(user, "person", None), "pk", None)
