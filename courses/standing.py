"""How far a course's people are: the staff's list, its figures, and the whole of it as a file."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from core.audit_trail import record
from core.clock import local_date
from core.querysets import count_of
from core.text import mask_phone
from enterprises.models import Layer, Person

from .models import LessonPage, LessonProgress

STATES = ("done", "begun", "idle")
CHUNK = 5000


@dataclass(frozen=True)
class Figures:
    """Of the people who study a course: all, done; and how many lessons must be read."""

    all: int
    done: int
    lessons: int

    @property
    def percent(self):
        """Share of those who finished, None without anybody."""
        return 100 * self.done / self.all if self.all else None


def rows_of(rows, course, *, year=None, layer="", district="", state="", q=""):
    """``rows`` (enrolments one may see) of a course, narrowed; unknown words narrow nothing."""
    rows = rows.filter(course=course)
    if year:
        rows = rows.filter(year=year)
    if layer in Layer.values:
        rows = rows.filter(layer=layer)
    if district:
        rows = rows.filter(district=district)
    if state == "done":
        rows = rows.exclude(completed_at=None)
    elif state in ("begun", "idle"):
        rows = rows.filter(begun_at__isnull=state == "idle", completed_at=None)
    return rows.filter(person__in=Person.objects.search(q)) if q.strip() else rows


def figures(rows, course):
    """The Figures of rows; two queries, whatever their number."""
    counted = rows.order_by().aggregate(all=Count("pk"), done=Count("pk", filter=Q(completed_at__isnull=False)))
    return Figures(counted["all"], counted["done"], course.lessons().filter(required=True).count())


def counts_by_course(rows):
    """[(course, (people, done))] of rows. One query."""
    counted = (
        rows.order_by()
        .values_list("course")
        .annotate(all=Count("pk"), done=Count("pk", filter=Q(completed_at__isnull=False)))
    )
    return [(course, (everyone, done)) for course, everyone, done in counted]


def read_lessons():
    """An annotation: how many required lessons still published an enrolment has read. For one page of rows, not for all."""
    lessons = LessonPage.objects.live().filter(required=True).values("pk")
    return count_of(LessonProgress.objects.filter(lesson__in=lessons).exclude(completed_at=None), to="enrolment")


HEADER = (
    "姓名", "手机号（脱敏）", "企业", "区", "层级", "年度", "版本", "开始", "学完课时", "学习分钟", "学完", "证明编号",
)  # fmt: skip


def export(user, course, rows):
    """(header, rows) of the whole list, read bit by bit as it is sent; asking for it is recorded. Phones are masked."""
    record(user, "study.export", course)
    return list(HEADER), _lines(rows)


def _lines(rows):
    names = (
        "pk", "person__name", "person__phone", "enterprise__name", "district__name", "layer", "year", "version", "enrolled_at",
        "completed_at", "certificate__number",
    )  # fmt: skip
    layers, unfinished, last = dict(Layer.choices), _("在学"), 0
    while True:
        # By key and not by a cursor: it stays open on no connection, and every piece costs the same.
        found = list(rows.filter(pk__gt=last).order_by("pk").values_list(*names)[:CHUNK])
        if not found:
            return
        last = found[-1][0]
        read = _read([row[0] for row in found])
        for pk, name, phone, firm, district, layer, year, version, begun, done, number in found:
            lessons, seconds = read.get(pk, (0, 0))
            yield (
                name, mask_phone(phone) if phone else "", firm or "", district or "", layers[layer], year, version,
                str(local_date(begun)), lessons, int(seconds // 60), str(local_date(done)) if done else unfinished, number or "",
            )  # fmt: skip


def _read(enrolments):
    """{enrolment: (lessons completed, seconds)}; the database adds up, which is cheaper than reading each lesson's row."""
    rows = LessonProgress.objects.filter(enrolment__pk__among=enrolments).order_by().values_list("enrolment")
    return {pk: (n, seconds) for pk, n, seconds in rows.annotate(n=Count("completed_at"), all=Sum("seconds"))}
