"""Figures for other systems: the district table of a month, and returns with what was frozen. Scopes are those of the token's user."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404
from ninja import Router, Schema

from core.policies import policy_for
from enterprises.policies import rights_of
from ledger.services import last_number
from reports import summary
from reports.models import Return

router = Router()


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


@router.get("/figures/districts", response=DistrictsOut, summary="各区汇总表")
def districts(request, year: int, month: int, district: str | None = None):
    """The 汇总表 of a month, from the function that draws the workbook; a district's token answers for its own district only."""
    rights = _counting(request)
    if not 1 <= month <= 12 or not 2000 <= year <= 2100:
        raise Http404
    if not rights.city:
        district = district or min(rights.districts)
        if district not in rights.districts:
            raise Http404
    as_of = last_number()
    table = summary.table(summary.month_scope(date(year, month, 1), district, as_of))
    if not table.lines:
        raise Http404
    return {"month": date(year, month, 1), "district": district, "as_of": as_of} | table.as_dict()


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
