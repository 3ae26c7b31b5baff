"""Questions about rows of the bank and of attempts."""

from django.db import models
from django.db.models import Count, Exists, Func, OuterRef, Q


class ItemCount(Func):
    """How many items a JSON list has, counted by the database."""

    function = "jsonb_array_length"
    output_field = models.IntegerField()

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="json_array_length", **extra)


class QuestionRevisionQuerySet(models.QuerySet):
    def current(self):
        """The newest revision of each question."""
        newer = self.model.objects.filter(question=OuterRef("question"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def approved(self):
        """Current revisions of questions that may be drawn."""
        return self.current().filter(question__status="approved")

    def matching(self, **words):
        """Narrowed by the words of a blueprint row; a list of values means any of them.

        ``keys`` names questions one by one, ``kind`` is the revision's, the rest are fields of the question.
        """
        lookups = {}
        for word, value in words.items():
            field = {"kind": "kind", "keys": "question__key"}.get(word, f"question__{word}")
            many = isinstance(value, list | tuple)
            lookups[f"{field}__in" if many else field] = value
        return self.filter(**lookups)


class AttemptQuerySet(models.QuerySet):
    def of(self, person):
        """One person's own attempts; none for nobody. The only way the exam screens and services reach an attempt."""
        return self.filter(person=person) if person else self.none()

    def for_screen(self):
        """With the quiz's title and without the key, which no screen before the release needs."""
        return self.select_related("quiz").defer("key", "quiz__blueprint")

    def for_room(self):
        """What an invigilator sees of each: ``saved`` of ``total`` questions; neither paper nor key."""
        saved = Count("answers", filter=~Q(answers__response=[]))
        rows = self.select_related("quiz").defer("key", "paper", "quiz__blueprint")
        return rows.annotate(saved=saved, total=ItemCount("paper"))

    def overdue(self, now):
        """Open although their deadline and the grace behind it have passed."""
        return self.filter(state="in_progress", ends_at__lt=now)

    def graded(self):
        return self.filter(state="graded")

    def passed(self):
        return self.filter(state="graded", passed=True)
