"""What ``manage.py audit`` recounts from online study."""

from core.registry import Finding
from ledger.models import Entry

from .models import Enrolment, LessonProgress


def audit():
    """Every completed enrolment has one live entry on its day and a certificate; no entry stands without a completion;
    whoever has read has begun."""
    from core.clock import local_date

    entries = {
        (key, person): day
        for key, person, day in Entry.objects.as_of()
        .filter(activity__key__startswith="course:")
        .values_list("activity__key", "person", "occurred_on")
    }
    # What a merge of two persons left with the one that is no more counts through the other.
    for row in Enrolment.objects.exclude(completed_at=None).filter(person__merged_into=None).iterator():
        day = entries.pop((row.activity_key, row.person_id), None)
        if day != local_date(row.completed_at):
            yield Finding(
                "courses.counted",
                f"选课 {row.pk} 已学完，台账里却{'没有' if day is None else '日期不同'}。",
                enrolment=row.pk,
            )
        if row.certificate_id is None:
            yield Finding("courses.certificate", f"选课 {row.pk} 已学完，却没有证明。", enrolment=row.pk)
    read = LessonProgress.objects.filter(enrolment__begun_at=None).order_by().values_list("enrolment", flat=True)
    for enrolment in read.distinct():
        yield Finding("courses.begun", f"选课 {enrolment} 读过课，却没有第一次打开的时间。", enrolment=enrolment)
    for key, person in entries:
        yield Finding("courses.orphan", f"台账里 {key} 有人员 {person}，却没有学完的选课。", key=key, person=person)
