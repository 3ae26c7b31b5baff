"""The first routes: verify a certificate, my learning record, figures of a scope."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import NinjaAPI, Query, Schema

import certificates.public
from certificates import limits
from core.policies import policy_for
from courses.services import courses_of
from enterprises.models import Enterprise
from enterprises.policies import rights_of
from enterprises.services import person_of
from ledger import counts
from ledger.models import Entry

from . import counting
from .auth import TokenAuth
from .problems import TooManyRequests, install

api = NinjaAPI(
    title="质量学堂",
    version="1",
    description="证明查验、本人学习记录、企业、统计数字。错误一律是 application/problem+json。",
    # The interactive page would load scripts from elsewhere.
    docs_url=None,
    auth=TokenAuth(),
    urls_namespace="api",
)
install(api)
api.add_router("", counting.router)


class VerifiedCertificate(Schema):
    """What anyone may know of a certificate: the printed words with the name masked, and its status."""

    number: str
    status: str
    words: dict


@api.get("/certificates/verify", auth=None, response=VerifiedCertificate, summary="查验证明")
def verify(request, number: str, code: str):
    """By number and check code as printed; 404 for any mismatch, whichever of the two is wrong."""
    if limits.exhausted(request):
        raise TooManyRequests
    found = certificates.public.verify(number, code)
    if found is None:
        limits.miss(request)
        raise Http404
    return found


class Study(Schema):
    course: str
    read: int
    lessons: int
    completed_at: str | None
    certificate: str | None


class Counted(Schema):
    activity: str
    occurred_on: date
    class_hours: Decimal


class LearningRecord(Schema):
    name: str
    courses: list[Study]
    entries: list[Counted]
    class_hours: Decimal


@api.get("/me/learning", response=LearningRecord, summary="我的学习记录")
def my_learning(request):
    """Courses, what counts in the ledger, and class hours (45 minutes each) of the token's own person."""
    person = person_of(request.user)
    if person is None:
        raise Http404
    entries = list(Entry.objects.as_of().filter(person=person).select_related("activity").order_by("occurred_on"))
    return {
        "name": person.name,
        "courses": [
            {
                "course": row.course.title,
                "read": read,
                "lessons": lessons,
                "completed_at": row.completed_at.isoformat() if row.completed_at else None,
                "certificate": row.certificate.number if row.certificate else None,
            }
            for row, read, lessons, _ahead in courses_of(person)
        ],
        "entries": [
            {"activity": e.activity.title, "occurred_on": e.occurred_on, "class_hours": e.class_hours} for e in entries
        ],
        "class_hours": sum((entry.class_hours for entry in entries), start=Decimal(0)),
    }


class EnterpriseOut(Schema):
    """``former`` are codes and names it had; ``individual_business`` is 个体工商户, which reports show apart."""

    code: str
    name: str
    district: str
    status: str
    individual_business: bool
    industry_code: str
    pilots: list[str]
    size_class: str
    size_declared: bool
    employees: int | None
    revenue_band: int | None
    iso: str
    former: list[str]


@api.get("/enterprises/{code}", response=EnterpriseOut, summary="按统一社会信用代码查企业")
def enterprise(request, code: str):
    """One enterprise by its present or a former code, for city and district staff; revenue by the lower edge of its band in 万元."""
    if not rights_of(request.user).registry:
        raise PermissionDenied
    found = Enterprise.objects.by_code(code)
    rows = policy_for(Enterprise).at_desk(request.user).prefetch_related("pilots", "former")
    row = rows.filter(pk=found.pk).first() if found else None
    if row is None:
        raise Http404
    plain = (
        "code",
        "name",
        "status",
        "industry_code",
        "size_class",
        "size_declared",
        "employees",
        "revenue_band",
        "iso",
    )
    return {name: getattr(row, name) for name in plain} | {
        "district": row.district_id,
        "individual_business": row.is_individual_business,
        "pilots": row.pilot_slugs,
        "former": [one.code or one.name for one in row.former.all()],
    }


class FiguresIn(counting.Filters):
    """The present year when none is named, the whole of it without a month."""

    year: int | None = None
    month: int | None = None


class FiguresOut(Schema):
    """``as_of`` is the last posting these figures contain."""

    start: date
    end: date
    district: str | None
    sessions: int
    rounds: int
    person_times: int
    persons: int
    enterprises: int
    small: int
    class_hours: Decimal
    as_of: int


@api.get("/figures", response=FiguresOut, summary="统计数字")
def figures(request, wanted: Query[FiguresIn]):
    """The same figures as the 工作台, from the same function; a district's token answers for its own district only.

    A value that is none of the filter's answers ``scope.unknown``: a program must not take the whole for a part.
    """
    scope = counting.scope_of(request, wanted, year=wanted.year, month=wanted.month)
    return {"start": scope.start, "end": scope.end, "district": scope.district, "as_of": scope.as_of} | vars(
        counts.figures(scope)
    )
