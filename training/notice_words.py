"""The words of what people are told about rounds; ``announcing`` says who is told and when."""

from django.utils.translation import gettext_lazy as _

from notices import kinds

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
