"""Why a try at the door is refused: stable codes, and what to say."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core.exceptions import DomainError

REPEATED = "repeated"
"""Not a refusal to who asks (asking again is success), but a scan that changed nothing."""


def refusals():
    """Each reason: code -> (number printed on the screen, title, what to do)."""
    return {
        "check_in.expired": (
            "QD-01",
            _("这张码过期了"),
            _("大屏上的码每半分钟换一次，请重新扫大屏，或输入大屏上的 6 位数。"),
        ),
        "check_in.code": ("QD-02", _("这 6 位数不对"), _("请看大屏上现在的 6 位数，再输一次。")),
        "check_in.ticket_used": (
            "QD-03",
            _("这次扫码已经给别人用过了"),
            _("一次扫码只签一个人，请用您自己的手机扫大屏。"),
        ),
        "check_in.not_registered": (
            "QD-04",
            _("这个班的名单里没有您"),
            _("请找讲师或前台现场补报，补报后照样算到课时间。"),
        ),
        "check_in.too_early": ("QD-05", _("还没到签到时间"), _("上课前 30 分钟开始签到，请稍后再扫大屏。")),
        "check_in.too_late": ("QD-06", _("过了签到时间"), _("课可以照听；要不要算学时，请课间找讲师说明原因。")),
        "check_in.cancelled": ("QD-07", _("您的报名已取消"), _("还想上这个班，请找讲师或前台重新报名。")),
        "check_in.waiting": (
            "QD-08",
            _("您的报名还没定下来"),
            _("还在候补，或等着审核、确认。请问讲师或前台今天有没有空位，定下来再签到。"),
        ),
        "check_in.closed": ("QD-09", _("这个班已经结束，不能再签到"), _("确实来过而没签上，请联系讲师补签。")),
        "check_in.no_person": ("QD-10", _("还不知道您是谁"), _("请先到“我的”里填写姓名和单位，再扫一次大屏。")),
        "check_in.wrong_session": ("QD-11", _("您刚才扫的是另一课的码"), _("请扫这间教室、这一课大屏上的码。")),
        REPEATED: ("QD-12", _("已经签到了"), _("一人一课只计一次，不用再扫。")),
        "check_in.not_in": ("QD-13", _("还没签到，签不了退"), _("请找讲师或前台，说明什么时候到的课。")),
        "check_in.out_late": ("QD-14", _("过了签退时间"), _("下课 30 分钟后不再签退，请找讲师说明原因。")),
        "check_in.card": (
            "QD-15",
            _("这个学员码不对，或过期了"),
            _("请学员在“我的”里重新打开学员码，或按姓名、手机尾号找。"),
        ),
        "check_in.quota": (
            "QD-17",
            _("贵单位的名额用完了"),
            _("请讲师或前台看能不能多给一个名额；加进名单以后再签，照样按到教室的时间算。"),
        ),
        "check_in.trainer": ("QD-18", _("您是这个班的讲师"), _("讲师和工作人员不作为学员签到，也不计入人次。")),
        "check_in.clock": ("QD-16", _("记录的时间对不上"), _("请核对这台手机的时间；确实来过的，凭签到表补签。")),
    }


DESK_SAYS = {
    "check_in.not_registered": (lazy("本班名单里没有"), lazy("在前台按手机号补报，按现在的时间签到。")),
    "check_in.cancelled": (lazy("报名取消过"), lazy("还来上课的，在前台按手机号重新补报。")),
    "check_in.waiting": (lazy("报名还没定下来"), lazy("在候补或等审核；有座位就在班里的名单上通过。")),
    "check_in.quota": (lazy("单位名额用完了"), lazy("可以让来的，在前台按手机号补报前先加名额。")),
    "check_in.trainer": (lazy("讲师扫了学员的码"), ""),
    "check_in.expired": (lazy("扫了旧码，或票过期了"), lazy("请他重新扫大屏，或输 6 位数。")),
    "check_in.code": (lazy("6 位数输错了"), lazy("请他看大屏上现在的数再输。")),
    "check_in.too_late": (lazy("过了签到时间才扫"), lazy("要让后来的都能签，点“延长”；只补一位，提交补签。")),
    "check_in.too_early": (lazy("还没到签到时间就扫了"), ""),
    "check_in.ticket_used": (lazy("用了别人扫过的票"), lazy("请他用自己的手机扫大屏。")),
    "check_in.no_person": (lazy("登录了，还没填姓名"), lazy("请他填好再扫一次，或在前台按手机号补报。")),
    "check_in.wrong_session": (lazy("拿着另一课的票"), lazy("请他扫这间教室的大屏。")),
}
"""The same for who stands behind the desk: code -> (what happened, what to do)."""


def refusal(code):
    """The DomainError of a code."""
    _number, title, mend = refusals()[code]
    return DomainError(code, f"{title}。{mend}")
