"""What people are told about exams. Written into the outbox inside the transaction of what happened."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import registry
from enterprises.models import Appointment, Role
from notices import kinds
from notices.services import notify

_QUIZ = {"quiz": "内审员结业考试（示例）"}

KINDS = [
    kinds.Kind(
        "quiz.marked",
        _("人工阅卷的成绩出来了"),
        _("成绩出来了：{quiz}"),
        _("{name}，“{quiz}”阅好了，得 {score} 分（满分 {most}），{result}。觉得哪题给分不对，可以在成绩页提复核。"),
        sample=_QUIZ | {"score": "86", "most": "100", "result": "合格"},
    ),
    kinds.Kind(
        "quiz.appeal_filed",
        _("有人提了复核"),
        _("请复核：{quiz} 第 {position} 题"),
        _("有学员对“{quiz}”第 {position} 题的给分有疑问。请在工作台“复核”里答复；改分要两位老师。"),
        sample=_QUIZ | {"position": "3"},
    ),
    kinds.Kind(
        "quiz.appeal_answered",
        _("复核有答复了"),
        _("复核有答复了：{quiz} 第 {position} 题"),
        _("{name}，您对“{quiz}”第 {position} 题的复核办好了：{result}。答复：{answer}"),
        sample=_QUIZ | {"position": "3", "result": "维持原分", "answer": "要点二没有写到证据。"},
    ),
]


def marked(attempt):
    """A paper that somebody marked has its score."""
    words = {
        "quiz": attempt.quiz.title,
        "score": f"{attempt.score.normalize():f}",
        "most": f"{attempt.max_score.normalize():f}",
        "result": _("合格") if attempt.passed else _("还没到合格线"),
    }
    url = reverse("quizzes:result", args=[attempt.pk])
    notify([attempt.person_id], "quiz.marked", event=f"attempt:{attempt.pk}:marked", words=words, url=url)


def appeal_filed(appeal):
    """The markers of the paper's context; where it has none, the city's administrators. Never who asks."""
    attempt = appeal.attempt
    people = {key for markers in registry.markers_of_context for key in markers(attempt.context)}
    people -= {attempt.person_id}
    if not people:
        admins = Appointment.objects.in_force().filter(role=Role.CITY_ADMIN).exclude(user__person=attempt.person_id)
        people = set(admins.exclude(user__person=None).values_list("user__person", flat=True))
    words = {"quiz": attempt.quiz.title, "position": appeal.position}
    url = reverse("desk:appeal", args=[appeal.pk])
    notify(sorted(people), "quiz.appeal_filed", event=f"appeal:{appeal.pk}:filed", words=words, url=url)


def appeal_answered(appeal):
    """The learner, with the answer."""
    attempt = appeal.attempt
    words = {
        "quiz": attempt.quiz.title,
        "position": appeal.position,
        "result": appeal.get_state_display(),
        "answer": appeal.answer,
    }
    url = reverse("quizzes:appeal", args=[attempt.pk])
    notify([attempt.person_id], "quiz.appeal_answered", event=f"appeal:{appeal.pk}:answered", words=words, url=url)
