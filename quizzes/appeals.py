"""复核单: a learner asks once per question, within a week; a mark changes only with a reason, by one person and with a second one's
agreement; a pass that was given is never taken away by it."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit_trail, clock
from core.exceptions import DomainError
from enterprises.policies import rights_of

from . import announcing, marking
from .grading import CENT, Mark, Result, marks_of
from .models import Appeal, Attempt
from .models import Mark as HandMark
from .policies import markable

DAYS = 7
"""How long after grading one may ask."""

_State = Appeal.State


# The learner --------------------------------------------------------------------------------------------------------


def last_moment(attempt):
    """Until when an appeal may be made; None while there is no score."""
    return attempt.graded_at and attempt.graded_at + timedelta(days=DAYS)


def ask(attempt_id, person, position, sentence):
    """The person asks for one mark of an own graded paper to be looked at again; returns the Appeal. The same once more
    returns the first one.

    Raises Attempt.DoesNotExist for somebody else's, DomainError ``appeal.not_graded``, ``answer.position``,
    ``appeal.sentence``, ``appeal.late`` and ``appeal.once``.
    """
    sentence = sentence.strip()
    with transaction.atomic():
        attempt = Attempt.objects.of(person).select_for_update(of=("self",)).select_related("quiz").get(pk=attempt_id)
        if attempt.state != Attempt.State.GRADED:
            raise DomainError("appeal.not_graded", _("分数还没出来，出来以后再看要不要复核。"))
        if type(position) is not int or not 1 <= position <= len(attempt.paper):
            raise DomainError("answer.position", _("卷子上没有这道题，请从列表里选一题。"))
        if not 4 <= len(sentence) <= 500:
            raise DomainError("appeal.sentence", _("请用一句话写明哪里有疑问，4 到 500 个字。"))
        earlier = Appeal.objects.filter(attempt=attempt, position=position).first()
        if earlier and earlier.sentence == sentence:
            return earlier
        if earlier:
            raise DomainError("appeal.once", _("这道题已经提过复核，每题只能提一次。结果会写在这一页。"))
        if clock.now() > last_moment(attempt):
            raise DomainError(
                "appeal.late", _("出分超过 %(n)s 天，不能再提复核了。有问题请联系培训老师。") % {"n": DAYS}, days=DAYS
            )
        appeal = Appeal.objects.create(
            attempt=attempt,
            position=position,
            sentence=sentence,
            asked_at=clock.now(),
            points_before=marks_of(attempt)[position - 1].points,
        )
        audit_trail.record(person.user, "appeal.ask", appeal)
        announcing.appeal_filed(appeal)
    return appeal


# The markers --------------------------------------------------------------------------------------------------------


def keep(appeal, user, answer):
    """The mark stays as it is; ``answer`` tells the learner why. Returns the Appeal; again changes nothing.

    Raises DomainError ``appeal.answer`` without one, ``appeal.own_paper``, ``appeal.answered`` when it was changed meanwhile.
    """
    answer = _words(answer, "appeal.answer", _("请写给学员的答复，至少 4 个字。"))
    with transaction.atomic():
        appeal = _locked(appeal, user)
        if appeal.state == _State.KEPT:
            return appeal
        _refuse_answered(appeal)
        appeal.state, appeal.answer = _State.KEPT, answer
        appeal.decided_by, appeal.decided_at = user, clock.now()
        appeal.save()
        audit_trail.record(user, "appeal.keep", appeal)
        announcing.appeal_answered(appeal)
    return appeal


def propose(appeal, user, points, reason, answer):
    """Another mark is proposed, with the reason and what the learner will be told; it counts once a second person agrees.

    Returns the Appeal. Raises DomainError ``appeal.points`` (out of range or the same as now), ``appeal.reason``,
    ``appeal.answer``, ``appeal.own_paper``, ``appeal.answered`` and ``attempt.keeps_pass``.
    """
    reason = _words(reason, "appeal.reason", _("请写明为什么改分，至少 4 个字。"))
    answer = _words(answer, "appeal.answer", _("请写给学员的答复，至少 4 个字。"))
    with transaction.atomic():
        appeal = _locked(appeal, user)
        _refuse_answered(appeal)
        now = marks_of(appeal.attempt)[appeal.position - 1]
        if appeal.attempt.key[appeal.position - 1].get("full"):
            raise DomainError("appeal.points", _("这道题出错了，已经人人满分，分数不能再改。请维持原分。"))
        points = _points(points, now.out_of)
        if points == now.points:
            raise DomainError("appeal.points", _("和现在的分一样。不改分请点“维持原分”。"))
        appeal.points, appeal.reason, appeal.answer = points, reason, answer
        appeal.state, appeal.proposed_by, appeal.proposed_at = _State.PROPOSED, user, clock.now()
        _refuse_taking_the_pass(appeal)
        appeal.save()
        changes = {"points": [str(now.points), str(points)]}
        audit_trail.record(user, "appeal.propose", appeal, changes=changes, reason=reason)
    return appeal


def approve(appeal, user):
    """The second person agrees: mark, score, pass and what hangs on them follow in this transaction. Again changes nothing.

    Returns the Appeal. Raises DomainError ``appeal.second_person`` to who proposed it, ``appeal.not_proposed``,
    ``appeal.own_paper`` and ``attempt.keeps_pass``.
    """
    with transaction.atomic():
        appeal = _locked(appeal, user)
        if appeal.state == _State.CHANGED:
            return appeal
        _refuse_not_proposed(appeal)
        if appeal.proposed_by_id == user.pk:
            raise DomainError("appeal.second_person", _("改分是您提议的，要请另一位老师来同意。"))
        attempt = appeal.attempt
        before = attempt.score, attempt.passed
        HandMark.objects.create(
            attempt=attempt,
            position=appeal.position,
            role=HandMark.Role.APPEAL,
            marker=appeal.proposed_by,
            points=appeal.points,
            comment=appeal.answer,
        )
        _give_by_hand(attempt, appeal.position)
        marking.rescore(attempt)
        appeal.state, appeal.decided_by, appeal.decided_at = _State.CHANGED, user, clock.now()
        appeal.save()
        changes = {
            "points": [str(appeal.points_before), str(appeal.points)],
            "score": [str(before[0]), str(attempt.score)],
            "passed": [before[1], attempt.passed],
        }
        audit_trail.record(user, "appeal.approve", appeal, changes=changes, reason=appeal.reason)
        announcing.appeal_answered(appeal)
    return appeal


def send_back(appeal, user, why):
    """The second person does not agree: it waits for somebody to look again. Returns the Appeal.

    Raises DomainError ``appeal.reason`` without why, ``appeal.not_proposed`` and ``appeal.own_paper``.
    """
    why = _words(why, "appeal.reason", _("请写明为什么不同意，至少 4 个字。"))
    with transaction.atomic():
        appeal = _locked(appeal, user)
        _refuse_not_proposed(appeal)
        changes = {"points": [str(appeal.points), None]}
        appeal.state, appeal.points, appeal.proposed_by, appeal.proposed_at = _State.OPEN, None, None, None
        appeal.save()
        audit_trail.record(user, "appeal.send_back", appeal, changes=changes, reason=why)
    return appeal


def _locked(appeal, user):
    """The appeal under the lock of its attempt. A marker never handles an own paper."""
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=appeal.attempt_id)
    if attempt.person_id == rights_of(user).person_id or not markable(user).filter(pk=attempt.pk).exists():
        raise DomainError("appeal.own_paper", _("您不能复核自己的卷子，请让别的老师来。"))
    appeal = Appeal.objects.select_related("proposed_by").get(pk=appeal.pk)
    appeal.attempt = attempt
    return appeal


def _refuse_answered(appeal):
    if not appeal.is_open:
        raise DomainError("appeal.answered", _("这张复核单已经办结，不能再改。请刷新页面看结果。"))


def _refuse_not_proposed(appeal):
    if appeal.state != _State.PROPOSED:
        raise DomainError("appeal.not_proposed", _("还没有人提议改分，或者已经办结。请刷新页面再看。"))


def _refuse_taking_the_pass(appeal):
    """Try it and take it back: the proposer hears at once what the second person would hear."""
    attempt = appeal.attempt
    marks = list(marks_of(attempt))
    marks[appeal.position - 1] = Mark(appeal.points, marks[appeal.position - 1].out_of)
    marking.refuse_taking_the_pass(attempt, Result(tuple(marks)))


def _give_by_hand(attempt, position):
    """From now on this position is marked by its newest Mark, whatever kind it is."""
    attempt.key[position - 1]["by_hand"] = True
    attempt.save(update_fields=["key"])


def _words(text, code, sentence):
    text = text.strip()
    if not 4 <= len(text) <= 500:
        raise DomainError(code, sentence)
    return text


def _points(text, out_of):
    try:
        points = Decimal(str(text).strip())
    except InvalidOperation:
        points = None
    if points is None or not points.is_finite() or not 0 <= points <= out_of:
        raise DomainError("appeal.points", _("分数要在 0 到 %(most)s 之间。") % {"most": f"{out_of.normalize():f}"})
    return points.quantize(CENT, ROUND_HALF_UP)


# Privacy ------------------------------------------------------------------------------------------------------------


def told(person):
    """Rows of a person's appeals for the privacy export."""
    return [
        {
            _("试卷"): row.attempt.quiz.title,
            _("复核第几题"): row.position,
            _("疑问"): row.sentence,
            _("提出"): row.asked_at,
            _("结果"): row.get_state_display(),
            _("答复"): "" if row.is_open else row.answer,
        }
        for row in Appeal.objects.filter(attempt__person=person).select_related("attempt__quiz")
    ]


def erase_person(person):
    """What the person wrote goes; that there was an appeal and what came of it stays."""
    Appeal.objects.filter(attempt__person=person).update(sentence="")
