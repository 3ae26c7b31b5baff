"""What trainers and learners are told beside the reminders: a question came, an answer came, a decision fell. No text messages."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from enterprises.models import Appointment, Role
from notices.kinds import Kind
from notices.services import notify

_QUESTION = {"lesson": "F1 头一件先别往下干", "question": "卡尺没有校准标签，还能用吗？"}
_STUDY = {"title": "全面质量管理", "result": "认可了", "because": "学时按证书上的算。"}

KINDS = [
    Kind(
        "study.asked",
        gettext_lazy("学员在课上提问"),
        gettext_lazy("学员提问：{lesson}"),
        gettext_lazy("“{lesson}”有学员问：{question} 请点开回答；今天这一课再有人问，不另发消息。"),
        sample=_QUESTION,
    ),
    Kind(
        "study.answered",
        gettext_lazy("讲师回答了课上的提问"),
        gettext_lazy("讲师回答了：{lesson}"),
        gettext_lazy("{name}，您问“{question}”，讲师回答了，在那一课的下面看。"),
        sample=_QUESTION,
    ),
    Kind(
        "study.elsewhere",
        gettext_lazy("校外学习审核结果"),
        gettext_lazy("校外学习{result}：{title}"),
        gettext_lazy("{name}，您交的“{title}”{result}。{because}"),
        sample=_STUDY,
    ),
]


def question_asked(row):
    """Who looks after the course: the trainers and heads of its organiser; without one the city's administrators. Once a day
    for each lesson, however much is asked."""
    organiser = row.lesson.course.organiser_id
    held = Appointment.objects.in_force()
    if organiser:
        held = held.filter(organiser=organiser, role__in=[Role.TRAINER, Role.PROVIDER_ADMIN])
    else:
        held = held.filter(role=Role.CITY_ADMIN)
    people = held.exclude(user__person=None).exclude(user__person=row.person_id)
    notify(
        sorted(set(people.values_list("user__person", flat=True))),
        "study.asked",
        event=f"study.asked:{row.lesson_id}:{clock.today()}",
        words=_words(row),
        url=reverse("desk:asked-one", args=[row.pk]),
    )


def question_answered(row):
    """The one who asked; once, though the answer may be bettered later."""
    notify(
        [row.person_id],
        "study.answered",
        event=f"question:{row.pk}",
        words=_words(row),
        url=f"{row.lesson.url}#ask",
    )


def _words(row):
    return {"lesson": f"{row.lesson.key} {row.lesson.title}", "question": row.text}


def elsewhere_decided(row):
    """The one who handed it in."""
    words = {"title": row.title, "result": row.get_state_display(), "because": row.because}
    url = reverse("courses:prior")
    notify(
        [row.person_id],
        "study.elsewhere",
        event=f"prior:{row.pk}:{row.state}",
        words=words,
        subject=_("校外学习"),
        url=url,
    )
