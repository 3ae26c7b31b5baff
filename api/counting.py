"""Figures for other systems: the district table of a month, and returns with what was frozen. Scopes are those of the token's user."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.policies import rights_of
from ledger.services import last_number
from reports import summary
from reports.models import Return
from reports.scopes import ScopeForm

router = Router()


class Filters(Schema):
    """The filters of the 工作台, as in its addresses: ``enterprise`` by its code, or - for people of none; ``posting``: as of it."""

    district: str | None = None
    pilot: str | None = None
    layer: str | None = None
    kind: str | None = None
    organiser: int | None = None
    enterprise: str | None = None
    mode: str | None = None
    fee_nature: str | None = None
    size_class: str | None = None
    posting: int | None = None


class MonthIn(Filters):
    """The month that is asked for; of any year, also of one without targets."""

    year: int
    month: int


class DistrictsOut(Schema):
    """``lines`` maps a district's code (``none``: 市级) to its figures, ``total`` is recounted; ``as_of`` is the last posting in them.

    Hours are texts with one decimal.
    """

    month: date
    district: str | None
    as_of: int
    lines: dict
    total: dict


class ReturnOut(Schema):
    id: int
    month: date
    scope: str
    version: int
    state: str
    posting: int | None
    sha256: str | None
    frozen_at: datetime | None


class FrozenOut(ReturnOut):
    """``figures`` as they were frozen, with the adjustments of earlier months; empty before that."""

    rules: str | None
    figures: dict


def _counting(request):
    rights = rights_of(request.user)
    if not rights.counts:
        raise PermissionDenied
    return rights


def scope_of(request, wanted, **when):
    """The Scope that ``wanted`` (Filters) and ``when`` (year, month) ask for within the rights of the token, as of the posting named
    or the last one.

    A value that is none of the filter's is DomainError ``scope.unknown``: a program must not take the whole for a part.
    PermissionDenied for who does not count, Http404 for the district of others.
    """
    rights = _counting(request)
    wanted = {name: getattr(wanted, name) for name in Filters.model_fields} | when
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if "district" in wanted and not rights.city and wanted["district"] not in rights.districts:
        raise Http404
    form = ScopeForm(wanted, rights=rights)
    scope = form.scope()
    if form.errors:
        names = sorted(form.errors)
        raise DomainError(
            "scope.unknown",
            _("没有这样的筛选值：%(names)s；可用的值见 openapi.json 和 docs/api.md。") % {"names": "、".join(names)},
            fields=names,
        )
    newest = last_number()
    return scope.of(as_of=newest if scope.as_of is None else min(scope.as_of, newest))


@router.get("/figures/districts", response=DistrictsOut, summary="各区汇总表")
def districts(request, wanted: Query[MonthIn]):
    """The 汇总表 of a month, from the function that draws the workbook, with the filters of ``/figures``; a district's token answers
    for its own district only.

    What is known of whole rounds only (``examined``, ``passed``, ``answered``, ``satisfied``) is 0 under a filter of people
    (``layer``, ``enterprise``, ``size_class``).
    """
    scope = scope_of(request, wanted)
    if not 1 <= wanted.month <= 12 or not 2000 <= wanted.year <= 2100:
        raise Http404
    month = summary.month_scope(date(wanted.year, wanted.month, 1))
    table = summary.table(scope.of(start=month.start, end=month.end))
    return {"month": month.start, "district": scope.district, "as_of": scope.as_of} | table.as_dict()


def _row(report):
    freeze = getattr(report, "freeze", None)
    return {
        "id": report.pk,
        "month": report.month,
        "scope": report.scope,
        "version": report.version,
        "state": report.state,
        "posting": freeze.posting if freeze else None,
        "sha256": freeze.sha256 if freeze else None,
        "frozen_at": freeze.at if freeze else None,
    }


@router.get("/returns", response=list[ReturnOut], summary="月报")
def returns(request, year: int):
    """The returns of a year the token may see, every version, newest month first."""
    _counting(request)
    rows = policy_for(Return).visible(request.user).filter(month__year=year)
    return [_row(report) for report in rows.select_related("freeze")]


@router.get("/returns/{pk}", response=FrozenOut, summary="一份月报的封账数")
def one_return(request, pk: int):
    """One return; its figures are there once it is frozen and never change again."""
    _counting(request)
    rows = policy_for(Return).visible(request.user).select_related("freeze")
    report = rows.filter(pk=pk).first()
    if report is None:
        raise Http404
    freeze = getattr(report, "freeze", None)
    return _row(report) | {"rules": freeze.rules if freeze else None, "figures": freeze.figures if freeze else {}}
