"""The exam of a round: who may sit it, and under which context. The paper itself is the business of ``quizzes``."""

from decimal import Decimal

from django.utils.translation import gettext as _

import quizzes.services
from core import clock
from core.exceptions import DomainError

from . import closing, eligibility, resits
from .eligibility import context_of
from .models import Registration, Round
from .standing import plain


def people(round_):
    """[(Person, context)] of everyone who holds a seat, in the order of the list. One query."""
    rows = Registration.objects.on_the_list().filter(round=round_).select_related("person").order_by("sequence")
    return [(row.person, context_of(row)) for row in rows]


def start(registration, *, return_url):
    """Begin (or go on with) the exam of one's round; returns the Attempt.

    Raises DomainError ``exam.none``, ``exam.not_listed``, ``exam.settled``, ``exam.too_early`` (before the first session), the codes of
    ``eligibility`` (``exam.attendance``, ``exam.practice``, ``exam.passed``, ``exam.resits``) with the smallest fix, and those of
    ``quizzes.services.start_attempt``.
    """
    round_ = registration.round
    quiz = round_.exam_quiz
    if not round_.has_exam or quiz is None:
        raise DomainError("exam.none", _("这个班没有网上考试，请听讲师安排。"))
    if registration.state != Registration.State.REGISTERED:
        raise DomainError("exam.not_listed", _("您不在这个班的名单上，请先报名或找讲师加名单。"))
    if round_.is_settled and round_.state != Round.State.CLOSED:
        raise DomainError("exam.settled", _("这个班已经归档或取消，要考请联系主办单位。"))
    if clock.today() < round_.starts_on:
        raise DomainError("exam.too_early", _("还没开课，开课以后才能考。"))
    found = eligibility.of_registration(registration)
    if not found.may:
        sentence = _("%(why)s，还不能考。") if found.state == found.LATER else _("%(why)s，不能考。")
        mend = f"{found.mend}。" if found.mend else ""
        raise DomainError(found.code, sentence % {"why": found.rule} + mend)
    given = registration.resits.given(clock.today()).count()
    context = context_of(registration)
    return quizzes.services.start_attempt(quiz, registration.person, context, return_url=return_url, granted=given)


def take_mark(attempt):
    """A graded exam is the mark of its registration, out of 100, to half a point (``core.registry.attempt_graded``).

    The best mark stays; that of a resit is kept beside the first.
    After closing a better one is offered in the round (``better_marks``), where somebody takes it.
    """
    word, _colon, pk = attempt.context.partition(":")
    if word != "registration" or not pk.isdecimal():
        return
    registration = Registration.objects.select_related("round").filter(pk=pk, round__exam_quiz=attempt.quiz_id).first()
    if registration is None:
        return
    mark = mark_of(attempt)
    # Who was absent the first time, or sat on paper, sits the resit as their first attempt here.
    is_resit = attempt.number > 1 or registration.resits.filter(opened_at__lte=attempt.started_at).exists()
    if registration.round.is_settled or (registration.mark is not None and mark <= registration.mark):
        if is_resit:
            resits.take(registration, mark, actor=None)
        return
    closing.enter_mark(registration, mark, actor=None, resit=is_resit)


def mark_of(attempt):
    """The mark a graded attempt gives: out of 100, to half a point down."""
    return (attempt.score * 200 / attempt.max_score).to_integral_value(rounding="ROUND_FLOOR") / Decimal(2)


def graded_attempt(registration):
    """The best graded attempt somebody sat here, None of who sat on paper, by a total alone, or not at all. One query."""
    quiz, context = registration.round.exam_quiz_id, context_of(registration)
    best = quizzes.services.best_attempts(contexts=[context], quiz=quiz) if quiz else {}
    return best.get((registration.person_id, quiz, context))


def check_marked_anew(registration, mark):
    """A mark that is no resit's but puts right the one there is: what the exam handed in before closing gives by now or, where there
    is none, what a hand wrote wrong. Raises DomainError ``correction.stale``."""
    attempt = graded_attempt(registration)
    if attempt and (mark_of(attempt) != mark or attempt.submitted_at >= registration.round.closed_at):
        raise DomainError(
            "correction.stale",
            _("考卷现在的得分折合 %(mark)s 分，和这张更正单不一样；成绩从考卷来，请照现在的得分再提，或先复核考卷。")
            % {"mark": plain(mark_of(attempt))},
        )


def better_marks(round_, rows):
    """[(Registration, mark, whether it was marked anew)] of ``rows`` whose exam has come out better than the mark they hold: after
    closing an appeal, a regrade, a resit or a late paper changes the attempt, not the registration. One query.

    Marked anew is what was handed in before closing; a resit, or a paper that turned up, came after it.
    """
    if round_.exam_quiz_id is None or round_.closed_at is None:
        return []
    contexts = [context_of(row) for row in rows]
    best = quizzes.services.best_attempts(contexts=contexts, quiz=round_.exam_quiz_id)
    found = []
    for row in rows:
        attempt = best.get((row.person_id, round_.exam_quiz_id, context_of(row)))
        if attempt and (row.mark is None or mark_of(attempt) > row.mark):
            found.append((row, mark_of(attempt), attempt.submitted_at < round_.closed_at))
    return found
