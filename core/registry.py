"""What must reach upwards does so by registration: a lower app keeps the list, an upper app adds its function in ``ready()``.

Each function runs inside the caller's transaction.
"""

phone_verified = []
"""``f(user)``: a user has just proved that ``user.phone`` is theirs."""

attempt_graded = []
"""``f(attempt)``: an attempt at a quiz has just been graded (inside the transaction that keeps the result)."""

attempt_contexts_to_mark = []
"""``f(user)``: a queryset of the attempt contexts (one text column) whose papers the user marks by hand."""

markers_of_context = []
"""``f(context)``: keys of the persons who mark what was sat for this context; the counterpart of attempt_contexts_to_mark."""

printed_contexts = []
"""``f(user)``: a queryset of the contexts (one text column) whose printed papers the user hands out and takes in."""

user_of_listed_phone = []
"""``f(phone) -> user or None``: a user without a verified phone who is listed under this one, which was just proved."""

staff_roles = []
"""``f(user) -> bool``: whether the user works here with rights over others. Those need a second factor and shorter sessions."""

handouts_of_kind = []
"""``f(kind) -> address or ''``: where the handouts for a kind of training lie. No query: it stands on every page of a round."""

capacity_of = []
"""``f(user) -> str``: role and organisation a user acts in, for the audit trail; '' when none."""

export_person = []
"""``f(person) -> (heading, [dict, …])``: what an app holds about a person, under headings a person can read."""

erase_refusals = []
"""``f(person) -> iterable of sentences``: why a person cannot be erased just now, each with how to mend it."""

person_glance = []
"""``f(user, person_ids) -> {person_id: [(label, value, url), …]}``: what an app can say of each in a word, as far as the user
may see it; url may be ''. One query for all of them."""

person_history = []
"""``f(user, person) -> (heading, [(day, title, note, url), …])``: what happened to a person in an app, newest first, as far as
the user may see it."""

erase_person = []
"""``f(person)``: remove what identifies the person, keep what is counted."""

merge_persons = []
"""``core.merging.MergePart``: what an app does when two persons become one."""

merge_enterprises = []
"""``core.merging.MergePart``: the same for two enterprises."""

audit = []
"""``f() -> iterable of Finding``: recount from the sources and yield each difference."""

retention = []
"""Retention rows: what is kept how long, and what forgets it (core.retention)."""


def is_staff(user):
    """Whether any app says that the user works here; superusers always do. Kept on the user object: one request."""
    if not user.is_authenticated:
        return False
    if not hasattr(user, "_is_staff_role"):
        user._is_staff_role = user.is_superuser or any(says(user) for says in staff_roles)
    return user._is_staff_role


class Finding:
    """One difference found by ``manage.py audit``: ``check`` names the rule, ``sentence`` says what differs and where."""

    def __init__(self, check, sentence, **facts):
        self.check = check
        self.sentence = sentence
        self.facts = facts

    def as_dict(self):
        return {"check": self.check, "sentence": self.sentence, **self.facts}


class Retention:
    """One row of the retention table: ``name`` of what is kept, for how many ``days``, and ``forget(before)``, which forgets
    what is older than that moment and returns how many.

    ``reports`` True: nothing is deleted, the number is what a human has to decide about.
    """

    def __init__(self, name, days, forget, *, reports=False):
        self.name = name
        self.days = days
        self.forget = forget
        self.reports = reports
