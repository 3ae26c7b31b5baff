"""问讲师: a question about a lesson reaches the trainers who look after the course, and may become a part of the lesson."""

from datetime import timedelta

from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from enterprises.models import Person

from . import telling
from .models import LessonQuestion

SHORTEST, MOST_A_DAY = 4, 10


@transaction.atomic
def ask(person, lesson, text):
    """A LessonQuestion; the same words about the same lesson within a day are the same question.

    Raises DomainError ``question.short``, ``question.long`` and ``question.many`` (MOST_A_DAY).
    """
    text = " ".join(text.split())
    if len(text) < SHORTEST:
        raise DomainError("question.short", _("问题再写具体一点：哪一步、哪个数、碰到了什么。"))
    if len(text) > 500:
        raise DomainError("question.long", _("一次最多写 500 个字，请分开问。"))
    # The person is the queue: a second tap must find the first question.
    Person.objects.select_for_update(no_key=True).only("pk").get(pk=person.pk)
    today = LessonQuestion.objects.filter(person=person, asked_at__gte=clock.now() - timedelta(days=1))
    same = today.filter(lesson=lesson, text=text).first()
    if same:
        return same
    if today.count() >= MOST_A_DAY:
        raise DomainError("question.many", _("今天问得不少了，先看看回答，明天再问。"))
    row = LessonQuestion.objects.create(lesson=lesson, person=person, text=text, asked_at=clock.now())
    record(person.user, "question.ask", row)
    telling.question_asked(row)
    return row


@transaction.atomic
def answer(actor, row, text):
    """Answer a question, or better an answer; returns the row. Raises DomainError ``question.answer`` for an empty one."""
    row = LessonQuestion.objects.select_for_update(of=("self",)).get(pk=row.pk)
    text = text.strip()
    if not text:
        raise DomainError("question.answer", _("请写上回答。"))
    if row.answer != text:
        row.answer, row.answered_by, row.answered_at = text[:2000], actor, clock.now()
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        record(actor, "question.answer", row)
        telling.question_answered(row)
    return row


@transaction.atomic
def into_lesson(actor, row):
    """Put a question and its answer at the end of the lesson's draft as 常见问题; an editor publishes it. Twice is once.

    Raises DomainError ``question.answer`` before there is an answer.
    """
    row = LessonQuestion.objects.select_for_update(of=("self",)).select_related("lesson").get(pk=row.pk)
    if not row.answer:
        raise DomainError("question.answer", _("先写回答，再放进课里。"))
    if row.in_lesson:
        return row
    draft = row.lesson.get_latest_revision_as_object()
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in row.answer.splitlines() if line.strip())
    draft.body.append(("faq", {"questions": [{"question": row.text, "answer": paragraphs}]}))
    draft.save_revision(user=actor, log_action=True)
    row.in_lesson = True
    row.save(update_fields=["in_lesson"])
    record(actor, "question.into_lesson", row)
    return row
