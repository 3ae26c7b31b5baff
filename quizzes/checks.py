"""What ``manage.py audit`` checks about attempts: every score again from the frozen paper."""

from datetime import timedelta

from django.db.models import F, Q

from core import clock
from core.registry import Finding

from . import marking
from .models import Answer, Attempt


def audit():
    """Every graded attempt marks to the same score again; no answer came after its paper's end; nothing waits."""
    graded = Attempt.objects.graded().defer("paper").prefetch_related("answers", "hand_marks").order_by("pk")
    for attempt in graded.iterator(chunk_size=500):
        result = marking.result_of(attempt)
        passed = marking.is_pass(attempt, result)
        if (result.score, result.max_score, passed) != (attempt.score, attempt.max_score, attempt.passed):
            yield Finding(
                "quizzes.score",
                f"答卷 {attempt.pk} 记的是 {attempt.score}/{attempt.max_score} 分，按原卷重新判是 "
                f"{result.score}/{result.max_score} 分。",
                attempt=attempt.pk,
            )
    after = Answer.objects.filter(Q(saved_at__gt=F("attempt__submitted_at")) | Q(saved_at__gt=F("attempt__ends_at")))
    for pk in after.values_list("attempt", flat=True).distinct():
        yield Finding("quizzes.late_answer", f"答卷 {pk} 里有交卷或截止以后才存的答案。", attempt=pk)
    an_hour_ago = clock.now() - timedelta(hours=1)
    waiting = Attempt.objects.filter(Q(state="submitted", submitted_at__lt=an_hour_ago)) | Attempt.objects.overdue(
        an_hour_ago
    )
    for pk in waiting.values_list("pk", flat=True):
        yield Finding("quizzes.waiting", f"答卷 {pk} 过了一个小时还没有判分，请运行 manage.py run_due。", attempt=pk)
