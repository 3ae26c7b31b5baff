"""What rounds hold about a person, what stands in the way of erasing them, and what is forgotten when its time is over."""

from django.utils.translation import gettext as _

from core import clock

from .models import (
    AttendanceRequest,
    Correction,
    Evidence,
    PracticeResult,
    Registration,
    Resit,
    Round,
    Scan,
    Session,
)

REFUSED_SCAN_DAYS = 365
EVIDENCE_DAYS = 5 * 365


def export_person(person):
    """Registrations with their attendance, practice, resits and corrections; wishes, requests and tries at the door."""
    rows = []
    mine = Registration.objects.filter(person=person).select_related("round", "enterprise")
    for row in mine.prefetch_related("attendances__session").order_by("registered_at"):
        rows.append(
            {
                _("班"): row.round.title,
                _("期次"): row.round.label,
                _("状态"): row.get_state_display(),
                _("报名时间"): row.registered_at,
                _("企业"): row.enterprise.name if row.enterprise else "",
                _("成绩"): row.mark,
            }
        )
        rows += [
            {
                _("班"): row.round.title,
                _("课次"): one.session.title,
                _("考勤"): one.get_state_display(),
                _("到课时间"): one.arrived_at,
                _("签退时间"): one.left_at,
                _("方式"): one.get_method_display(),
            }
            for one in row.attendances.all()
        ]
    rows += [
        {_("报名意向"): one.get_kind_display(), _("登记时间"): one.created_at, _("说明"): one.note}
        for one in person.interests.all()
    ]
    judged = PracticeResult.objects.live().filter(registration__person=person).select_related("session__round")
    rows += [
        {
            _("班"): one.session.round.title,
            _("课次"): one.session.title,
            _("实操评定"): one.get_result_display(),
            _("评语"): one.note,
        }
        for one in judged
    ]
    again = Resit.objects.filter(registration__person=person).select_related("registration__round")
    rows += [
        {_("班"): one.registration.round.title, _("补考到哪天为止"): one.until, _("补考成绩"): one.mark}
        for one in again
    ]
    corrected = Correction.objects.filter(registration__person=person).select_related("registration__round")
    rows += [
        {
            _("班"): one.registration.round.title,
            _("更正原因"): one.reason,
            _("提出时间"): one.asked_at,
            _("更正结果"): one.get_state_display(),
            _("批的意见"): one.decision,
        }
        for one in corrected.order_by("pk")
    ]
    asked = AttendanceRequest.objects.filter(registration__person=person).select_related("session__round")
    rows += [
        {
            _("班"): one.session.round.title,
            _("课次"): one.session.title,
            _("申请"): one.get_kind_display(),
            _("原因"): one.reason,
            _("结果"): one.get_state_display(),
            _("答复"): one.answer,
        }
        for one in asked
    ]
    scans = Scan.objects.filter(person=person).select_related("session__round")
    rows += [
        {_("班"): one.session.round.title, _("签到时间"): one.at, _("结果"): one.outcome}
        for one in scans.order_by("at")
    ]
    return _("培训班"), rows


def erase_refusals(person):
    """A round of today, in which the person is about to be counted."""
    now = clock.now()
    today = Session.objects.filter(
        round__registrations__person=person,
        round__registrations__state=Registration.State.REGISTERED,
        starts_at__lt=clock.at(clock.today(), 23, 59),
        ends_at__gt=min(now, clock.at(clock.today())),
    ).exclude(round__state__in=[Round.State.CANCELLED, Round.State.CLOSED, Round.State.ARCHIVED])
    for title in today.values_list("round__title", flat=True).distinct():
        yield _("今天还在上“%(title)s”，请下课后再注销；不想上了，先取消报名。") % {"title": title}


def forget_refused_scans(before):
    """Delete refused tries to sign in older than that moment; accepted ones are evidence and stay. Returns how many."""
    return Scan.objects.filter(recorded_at__lt=before).exclude(outcome=Scan.ACCEPTED).delete()[0]


def old_evidence(before):
    """How many pieces of evidence are past their five years. Only counted: what the ledger rests on, a human lets go."""
    return Evidence.everything.filter(uploaded_at__lt=before).count()
