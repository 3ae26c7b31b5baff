"""Rounds that are held again: from a template, or as a copy of one that was held; days off are left out."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock, workdays
from core.audit_trail import record
from core.exceptions import DomainError
from quizzes.models import Quiz

from .models import Round, RoundTemplate, Session
from .scheduling import create_round

AUDITOR_EXAM = "neishen-exam"
"""Key of the paper that comes with the content: single, multiple, true or false, and two cases."""


def days_for(first, count, *, skip_days_off=True):
    """The dates of ``count`` days of teaching from ``first``: working days one after the other, or simply the days."""
    if not skip_days_off:
        return [first + timedelta(days=n) for n in range(count)]
    return workdays.working_days(first, count)


def _moment(day, text):
    hour, minute = map(int, text.split(":"))
    return clock.at(day, hour, minute)


def sessions_of(plan, first, *, skip_days_off=True):
    """What ``create_round`` needs, of a template's plan beginning on ``first``."""
    numbers = sorted({one["day"] for one in plan})
    span = days_for(first, numbers[-1], skip_days_off=skip_days_off)
    return [
        {
            "title": one["title"],
            "starts_at": _moment(span[one["day"] - 1], one["start"]),
            "ends_at": _moment(span[one["day"] - 1], one["end"]),
            "class_hours": Decimal(one["class_hours"]),
            "compulsory": one.get("compulsory", False),
            "unit": one.get("unit", ""),
        }
        for one in plan
    ]


@transaction.atomic
def make_from_template(
    template, *, owner, first, title, actor, trainers=(), venue="", skip_days_off=True, confirmed=()
):
    """A planned round with all its sessions from a RoundTemplate, beginning on ``first``; returns the Round.

    Raises DomainError ``template.foreign`` for another organiser's template, and those of ``create_round``.
    """
    if template.owner_id not in (None, owner.pk):
        raise DomainError("template.foreign", _("这是别的单位的班型，请选自己的或通用的。"))
    fields = dict(template.fields)
    if "exam_quiz" in fields:
        fields["exam_quiz"] = Quiz.objects.filter(key=fields["exam_quiz"]).first()
    if venue:
        fields["venue"] = venue
    return create_round(
        actor=actor,
        owner=owner,
        sessions=sessions_of(template.plan, first, skip_days_off=skip_days_off),
        trainers=trainers,
        confirmed=confirmed,
        title=title or template.name,
        **fields,
    )


@transaction.atomic
def copy_round(round_id, *, first, actor, title="", skip_days_off=True, confirmed=()):
    """Another planned round like this one, beginning on ``first``: same rules, trainers, quotas and hours; nobody on its list.

    With ``skip_days_off`` its days follow each other on working days, as far apart in count as they were.
    """
    source = Round.objects.prefetch_related("trainers", "co_organisers", "district_quotas").get(pk=round_id)
    old = list(Session.objects.filter(round=source).prefetch_related("trainers"))
    dates = sorted({session.day for session in old})
    span = dict(zip(dates, days_for(first, len(dates)), strict=True))
    if not skip_days_off:
        span = {day: first + (day - dates[0]) for day in dates}
    sessions = []
    for session in old:
        shift = span[session.day]
        start = session.starts_at.astimezone(clock.SHANGHAI)
        begin = datetime.combine(shift, start.timetz())
        sessions.append(
            {
                "title": session.title,
                "starts_at": begin,
                "ends_at": begin + (session.ends_at - session.starts_at),
                "class_hours": session.class_hours,
                "compulsory": session.compulsory,
                "unit": session.unit,
                "room": session.room,
                "online_url": session.online_url,
                "trainers": list(session.trainers.all()),
            }
        )
    fields = {name: getattr(source, name) for name in RoundTemplate.FIELDS}
    fields |= {name: getattr(source, name) for name in ("pilot_id", "for_enterprise_id", "exam_quiz_id", "online_url")}
    made = create_round(
        actor=actor,
        owner=source.owner,
        sessions=sessions,
        trainers=list(source.trainers.all()),
        co_organisers=list(source.co_organisers.all()),
        quotas={row.district_id: row.seats for row in source.district_quotas.all()},
        confirmed=confirmed,
        title=title or source.title,
        **fields,
    )
    record(actor, "round.copy", made, changes={"from": [None, source.pk]})
    return made


@transaction.atomic
def save_as_template(round_id, name, *, actor):
    """Keep a round as a template of its organiser; the same name again replaces it. Returns the RoundTemplate.

    Raises DomainError ``template.name`` without a name.
    """
    if not name.strip():
        raise DomainError("template.name", _("请给班型起个名字，下次好找。"))
    round_ = Round.objects.get(pk=round_id)
    sessions = list(round_.sessions.all())
    dates = sorted({session.day for session in sessions})
    plan = [
        {
            "day": dates.index(session.day) + 1,
            "start": f"{session.starts_at.astimezone(clock.SHANGHAI):%H:%M}",
            "end": f"{session.ends_at.astimezone(clock.SHANGHAI):%H:%M}",
            "title": session.title,
            "class_hours": str(session.class_hours),
            "compulsory": session.compulsory,
            "unit": session.unit,
        }
        for session in sessions
    ]
    fields = {key: getattr(round_, key) for key in RoundTemplate.FIELDS}
    if round_.exam_quiz:
        fields["exam_quiz"] = round_.exam_quiz.key
    template, _created = RoundTemplate.objects.update_or_create(
        owner_id=round_.owner_id, name=name.strip()[:80], defaults={"fields": fields, "plan": plan}
    )
    record(actor, "template.save", template)
    return template


def _half_days(*titles, compulsory=()):
    """A plan of half days of four class hours: 09:00–12:00 and 13:30–16:30."""
    hours = (("09:00", "12:00"), ("13:30", "16:30"))
    return [
        {
            "day": place // 2 + 1,
            "start": hours[place % 2][0],
            "end": hours[place % 2][1],
            "title": title,
            "class_hours": "4",
            "compulsory": place in compulsory,
            "unit": "",
        }
        for place, title in enumerate(titles)
    ]


def builtin():
    """The templates every installation begins with: ``(key, name, fields, plan)``. Hours and rules as usual in the programme."""
    exam = {"day": 3, "start": "13:30", "end": "15:00", "class_hours": "2", "compulsory": False, "unit": ""}
    auditor = {
        "kind": "K7",
        "seats": 40,
        "quota_per_enterprise": 3,
        # Who audits has to have shown it: a certificate needs every practice unit judged 合格, beside the exam.
        "practice_needed": True,
        "has_exam": True,
        "exam_quiz": AUDITOR_EXAM,
        "pass_mark": 70,
        "sign_out": True,
    }
    return [
        (
            "auditor-3-days",
            _("内审员班（3 天）"),
            auditor,
            [
                *_half_days(
                    _("质量管理原则和术语"),
                    _("条款 4—7"),
                    _("条款 8—10"),
                    _("审核方案、检查表和现场提问"),
                    _("模拟审核和不符合报告"),
                    compulsory=(3, 4),
                ),
                exam | {"title": _("考试")},
            ],
        ),
        (
            "auditor-2-days",
            _("内审员班（2 天短班）"),
            auditor,
            _half_days(_("标准要点"), _("过程和条款"), _("审核实务"), _("模拟审核"), compulsory=(2, 3)),
        ),
        (
            "owners-half-day",
            _("老板半日班"),
            {"kind": "K8", "layers": "top", "seats": 30, "has_exam": False},
            _half_days(_("质量这笔账怎么算")),
        ),
        (
            "district-day",
            _("集中培训（1 天）"),
            {"kind": "K1", "seats": 100, "has_exam": False},
            _half_days(_("标准学习"), _("案例分享和讨论")),
        ),
    ]


def ensure_templates():
    """Make the templates of ``builtin`` that are missing; returns how many. What was changed since stays."""
    made = 0
    for key, name, fields, plan in builtin():
        _row, created = RoundTemplate.objects.get_or_create(
            key=key, defaults={"name": name, "fields": fields, "plan": plan}
        )
        made += created
    return made
