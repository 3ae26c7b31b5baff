"""What must reach upwards does so by registration: a lower app keeps the list, an upper app adds its function in ``ready()``.

Each function runs inside the caller's transaction.
"""

phone_verified = []
"""``f(user)``: a user has just proved that ``user.phone`` is theirs."""

attempt_graded = []
"""``f(attempt)``: an attempt at a quiz has just been graded (inside the transaction that keeps the result)."""

export_person = []
"""``f(person) -> (heading, [dict, …])``: what an app holds about a person."""

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


class Finding:
    """One difference found by ``manage.py audit``: ``check`` names the rule, ``sentence`` says what differs and where."""

    def __init__(self, check, sentence, **facts):
        self.check = check
        self.sentence = sentence
        self.facts = facts

    def as_dict(self):
        return {"check": self.check, "sentence": self.sentence, **self.facts}
