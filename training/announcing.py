"""What people are told about rounds, and when. Written into the outbox inside the transaction of what happened."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import clock
from core.text import mask_name
from notices import kinds
from notices.services import notify

from .models import Interest, Registration, Round, Session

State = Registration.State

_ROUND = {"round": "内审员班（3 天）", "when": "3月5日 09:00", "venue": "示例产业园 301"}
_SESSION = {"round": "内审员班（3 天）", "lesson": "第 2 课 条款 4—7", "old": "3月5日 13:30", "reason": "讲师出差"}

_ASKED = {"who": "王*二", "what": "请假", "answer": "已批", "note": "记得补看课件。"}

KINDS = [
    kinds.Kind(
        "round.registered",
        _("报名成功"),
        _("报上了：{round}"),
        _("{name}，您已报上“{round}”，{when} 开课，地点：{venue}。来不了请早点取消，座位让给候补的人。"),
        sample=_ROUND,
    ),
    kinds.Kind(
        "round.listed",
        _("单位或主办方给您报了名"),
        _("已给您报名：{round}"),
        _("{name}，您已在“{round}”的名单上，{when} 开课，地点：{venue}。"),
        _("【质量学堂】您已在“{round}”名单上，{when}开课，地点{venue}。"),
        sample=_ROUND,
    ),
    kinds.Kind(
        "round.pending", _("报名待审核"), _("报名已交：{round}"), _("主办单位审核以后告诉您结果。"), sample=_ROUND
    ),
    kinds.Kind(
        "round.waiting",
        _("排进候补"),
        _("候补：{round}"),
        _("“{round}”座位满了，您已排进候补；有人取消会按先后转正，并发消息告诉您。"),
        sample=_ROUND,
    ),
    kinds.Kind(
        "round.promoted",
        _("候补转正"),
        _("有座位了：{round}"),
        _("{name}，“{round}”有人取消，座位给了您。{when} 开课，地点：{venue}。来不了请马上取消。"),
        _("【质量学堂】“{round}”有座位了，您已转正，{when}开课，地点{venue}。来不了请取消。"),
        urgent=True,
        sample=_ROUND,
    ),
    kinds.Kind(
        "round.offered",
        _("候补到位，请确认"),
        _("请确认座位：{round}"),
        _("{name}，“{round}”有座位了，替您留到 {until}，请在那以前确认，过了就给下一位。"),
        _("【质量学堂】“{round}”有座位了，替您留到{until}，请登录确认。"),
        urgent=True,
        sample=_ROUND | {"until": "3月2日 18:00"},
    ),
    kinds.Kind(
        "round.unlisted",
        _("报名被取消"),
        _("报名取消了：{round}"),
        _("您在“{round}”的报名已取消。原因：{reason}"),
        _("【质量学堂】您在“{round}”的报名已取消：{reason}"),
        sample=_ROUND | {"reason": "审核没通过：不是质量岗"},
    ),
    kinds.Kind(
        "round.cancelled",
        _("班取消"),
        _("不办了：{round}"),
        _("“{round}”（{when}）取消了。原因：{reason}"),
        _("【质量学堂】“{round}”（{when}）取消了：{reason}。请勿前往。"),
        urgent=True,
        sample=_ROUND | {"reason": "停电"},
    ),
    kinds.Kind(
        "session.moved",
        _("课次改时间或教室"),
        _("改课：{round}"),
        _("{lesson}原定 {old}，改到 {when}，地点：{venue}。原因：{reason}"),
        _("【质量学堂】“{round}”{lesson}由{old}改到{when}，地点{venue}。"),
        urgent=True,
        sample=_ROUND | _SESSION,
    ),
    kinds.Kind(
        "session.cancelled",
        _("课次取消"),
        _("少上一课：{round}"),
        _("{lesson}（{old}）取消了。原因：{reason}"),
        _("【质量学堂】“{round}”{lesson}（{old}）取消了：{reason}"),
        urgent=True,
        sample=_ROUND | _SESSION,
    ),
    kinds.Kind(
        "session.teach",
        _("安排您讲课"),
        _("请您讲课：{round}"),
        _("{name}，“{round}”{lesson}（{when}，地点：{venue}）由您来讲。"),
        _("【质量学堂】“{round}”{lesson}由您来讲，{when}，地点{venue}。"),
        urgent=True,
        sample=_ROUND | _SESSION,
    ),
    kinds.Kind(
        "session.teach-not",
        _("这一课不用您讲了"),
        _("不用您讲了：{round}"),
        _("{name}，“{round}”{lesson}（{when}）换了别的讲师，不用您讲了。"),
        _("【质量学堂】“{round}”{lesson}（{when}）换了讲师，不用您讲了。"),
        urgent=True,
        sample=_ROUND | _SESSION,
    ),
    kinds.Kind(
        "session.link",
        _("线上听课的网址换了"),
        _("听课网址换了：{round}"),
        _("“{round}”{lesson}（{when}）听课的网址换了，请打开这个班的页面看新的。"),
        _("【质量学堂】“{round}”{lesson}（{when}）听课网址换了，请登录看新的。"),
        urgent=True,
        sample=_ROUND | _SESSION,
    ),
    kinds.Kind(
        "round.reminder",
        _("明天开课"),
        _("明天开课：{round}"),
        _("{name}，“{round}”{when} 开课，地点：{venue}。开课前 30 分钟开始签到。"),
        _("【质量学堂】“{round}”{when}开课，地点{venue}，请提前签到。"),
        sample=_ROUND,
    ),
    kinds.Kind(
        "round.opened",
        _("想上的班开了"),
        _("您想上的班开了：{round}"),
        _("您登记过意向的“{round}”开始报名，{when} 开课，地点：{venue}。"),
        sample=_ROUND,
    ),
    kinds.Kind(
        "correction.asked",
        _("更正单等您批"),
        _("更正单等批：{round}"),
        _("“{round}”有一张更正单等批，原因：{reason}。提的人不能自己批，请您看一下。"),
        sample={"round": "内审员班（3 天）", "reason": "漏签，签到表有签名"},
    ),
    kinds.Kind(
        "correction.decided",
        _("更正单有结果了"),
        _("更正单{state}：{round}"),
        _("您提的“{round}”更正单{state}：{reason}"),
        sample={"round": "内审员班（3 天）", "state": "已更正", "reason": "签到表有签名"},
    ),
    kinds.Kind(
        "correction.done",
        _("您的培训记录更正了"),
        _("培训记录有更正：{round}"),
        _("{name}，您在“{round}”的记录更正了，原因：{reason}。学时、成绩和证明以更正后的为准，有疑问请找主办单位。"),
        sample={"round": "内审员班（3 天）", "reason": "签到表有签名"},
    ),
    kinds.Kind(
        "exam.resit",
        _("补考开了"),
        _("可以补考了：{round}"),
        _("{name}，“{round}”的补考开了，{until} 以前考，考一次；打开这个班的页面就能开始，纸笔考试请听讲师安排。"),
        _("【质量学堂】“{round}”补考开了，{until}以前考，请登录。"),
        sample={"round": "内审员班（3 天）", "until": "4月6日"},
    ),
    kinds.Kind(
        "session.unsubmitted",
        _("考勤没提交"),
        _("考勤还没提交：{round}"),
        _("{lesson}（{old}）下课了，考勤还没提交，请核对名单后提交。"),
        sample=_ROUND | _SESSION,
    ),
    kinds.Kind(
        "attendance.asked",
        _("请假、补签待批"),
        _("{what}待批：{round}"),
        _("{who}{lesson}{what}，原因：{reason}。请在“请假和补签”里批。"),
        sample=_ROUND | _SESSION | _ASKED,
    ),
    kinds.Kind(
        "attendance.decided",
        _("请假、补签有答复"),
        _("{what}{answer}：{round}"),
        _("{who}{lesson}的{what}：{answer}。{note}"),
        sample=_ROUND | _SESSION | _ASKED,
    ),
]


def _words(round_, **more):
    start = Session.objects.filter(round=round_).order_by("starts_at").values_list("starts_at", flat=True).first()
    words = {
        "round": round_.title,
        "when": clock.words(start) if start else "",
        "venue": round_.venue or round_.get_mode_display(),
    }
    return words | more


def subject_of(round_id):
    """What messages about a round are filed under."""
    return f"round:{round_id}"


def tell(people, kind, round_, *, event, revision=0, desk=False, to="", **more):
    """Tell people (keys) of something about a round; ``more`` are words of the kind beside those every round has, ``to`` the address
    the message leads to instead of the round's own."""
    notify(
        people,
        kind,
        event=event,
        revision=revision,
        words=_words(round_, **more),
        subject=subject_of(round_.pk),
        url=to or reverse("desk:round" if desk else "rounds:detail", args=[round_.pk]),
    )


def registration_changed(row, change, before):
    """A registration was given another state. Who did it themselves hears of it here only; others by text message too."""
    round_ = row.round
    own = change.actor_id is not None and change.actor_id == row.person.user_id
    if round_.state == Round.State.PLANNED:
        return  # nobody is told of what is only being planned
    more = {}
    if change.state == State.REGISTERED:
        if before == State.OFFERED:
            return
        kind = (
            "round.promoted"
            if before in (State.WAITING, State.PENDING)
            else "round.registered"
            if own
            else "round.listed"
        )
    elif change.state == State.OFFERED:
        kind, more = "round.offered", {"until": clock.words(row.held_until)}
    elif change.state == State.CANCELLED:
        if own:
            return
        kind, more = "round.unlisted", {"reason": change.reason}
    else:
        kind = "round.waiting" if change.state == State.WAITING else "round.pending"
    tell([row.person_id], kind, round_, event=f"registration:{row.pk}", revision=change.pk, **more)


def _everybody(round_):
    return list(Registration.objects.live().filter(round=round_).order_by().values_list("person", flat=True))


def _teachers(round_):
    return list(round_.trainers.values_list("pk", flat=True))


def round_cancelled(round_, reason):
    """Everybody on the list, in the queue, and who teaches."""
    if round_.number is not None:
        tell(
            _everybody(round_) + _teachers(round_),
            "round.cancelled",
            round_,
            event=f"round:{round_.pk}:cancelled",
            reason=reason,
        )


def round_opened(round_):
    """Who wished for a round of this kind, and who was put on its list while it was being planned."""
    wished = Interest.objects.filter(kind=round_.kind, ended_at=None).order_by()
    if round_.pilot_id:
        wished = wished.filter(pilot__in=[round_.pilot_id]) | wished.filter(pilot=None)
    people = list(wished.values_list("person", flat=True))
    if people:
        tell(people, "round.opened", round_, event=f"round:{round_.pk}:opened")
    listed = Registration.objects.on_the_list().filter(round=round_).order_by().values_list("person", flat=True)
    tell(list(listed), "round.listed", round_, event=f"round:{round_.pk}:listed")


def _lesson(session):
    return f"第 {session.number} 课 {session.title}"


def session_moved(session, round_, old_start, reason):
    """Everybody on the list and who teaches: the new time, the old one, why."""
    if round_.number is None:
        return
    words = {"old": clock.words(old_start), "reason": reason} | _of(session, round_)
    event = f"session:{session.pk}:moved"
    tell(
        _everybody(round_) + _teachers(round_), "session.moved", round_, event=event, revision=session.revision, **words
    )


def session_cancelled(session, round_, reason):
    """Everybody on the list and who teaches."""
    if round_.number is None:
        return
    words = {"lesson": _lesson(session), "old": clock.words(session.starts_at), "reason": reason}
    tell(
        _everybody(round_) + _teachers(round_),
        "session.cancelled",
        round_,
        event=f"session:{session.pk}:cancelled",
        **words,
    )


def attendance_asked(row, round_):
    """Who may decide: those who teach the round, but not who asks."""
    people = [one.pk for one in round_.trainers.all() if one.user_id != row.asked_by_id]
    words = _asked_words(row) | {"reason": row.reason}
    event = f"attendance-request:{row.pk}"
    tell(people, "attendance.asked", round_, event=event, to=reverse("desk:requests"), **words)


def attendance_decided(row, round_):
    """Who asked, and who it is about."""
    people = {row.registration.person_id, getattr(getattr(row.asked_by, "person", None), "pk", None)} - {None}
    words = _asked_words(row) | {"answer": row.get_state_display(), "note": row.answer}
    tell(sorted(people), "attendance.decided", round_, event=f"attendance-request:{row.pk}:decided", **words)


def _asked_words(row):
    name = mask_name(row.registration.person.name)
    return {
        "who": name,
        "what": row.get_kind_display(),
        "lesson": _lesson(row.session),
        "old": clock.words(row.session.starts_at),
    }


def _of(session, round_):
    return {
        "lesson": _lesson(session),
        "when": clock.words(session.starts_at),
        "venue": session.room or round_.venue or round_.get_mode_display(),
    }


def teaching_changed(session, round_, *, gained, lost):
    """Who teaches a session now and did not (keys of people), and who did and does not."""
    if round_.number is None:
        return
    event = f"session:{session.pk}:teaching"
    for people, kind in ((gained, "session.teach"), (lost, "session.teach-not")):
        tell(people, kind, round_, event=event, revision=session.revision, desk=True, **_of(session, round_))


def link_changed(session, round_):
    """Who is on the list and who teaches: there is another link."""
    if round_.number is None:
        return
    listed = Registration.objects.on_the_list().filter(round=round_).order_by().values_list("person", flat=True)
    event = f"session:{session.pk}:link"
    people = [*listed, *_teachers(round_)]
    tell(people, "session.link", round_, event=event, revision=session.revision, **_of(session, round_))


def resit_opened(rows, round_):
    """Who may sit again, and until when."""
    event = f"round:{round_.pk}:resit:{min(row.pk for row in rows)}"
    people = [row.registration.person_id for row in rows]
    tell(people, "exam.resit", round_, event=event, until=clock.day_words(rows[0].until))


LIVE = [Round.State.OPEN, Round.State.FULL, Round.State.RUNNING]


def remind():
    """The day before a round: who is on its list. After a session: its trainers, while the attendance is not submitted.

    Run every morning; again on the same day it tells nobody anything new. Returns how many rounds and sessions it was about.
    """
    tomorrow = clock.today() + timedelta(days=1)
    rounds = list(Round.objects.filter(state__in=LIVE, starts_on=tomorrow))
    for round_ in rounds:
        people = Registration.objects.on_the_list().filter(round=round_).order_by().values_list("person", flat=True)
        tell(list(people), "round.reminder", round_, event=f"round:{round_.pk}:reminder:{tomorrow:%Y%m%d}")
    states = [*LIVE, Round.State.EXAM, Round.State.TO_CLOSE]
    over = Session.objects.filter(
        submitted_at=None,
        ends_at__lt=clock.now(),
        ends_at__gt=clock.now() - timedelta(days=14),
        round__state__in=states,
    )
    sessions = list(over.select_related("round"))
    for session in sessions:
        words = {"lesson": _lesson(session), "old": clock.words(session.starts_at), "reason": ""}
        event = f"session:{session.pk}:unsubmitted"
        tell(_teachers(session.round), "session.unsubmitted", session.round, event=event, desk=True, **words)
    return len(rounds) + len(sessions)
