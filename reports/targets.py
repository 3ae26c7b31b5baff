"""The verbs of targets: bring in those of the notices, write one down, carry a year's over, give figures by hand, agree to them."""

import hashlib
from datetime import date
from pathlib import Path

import yaml
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.audit_trail import record
from core.exceptions import DomainError
from core.uploads import cleaned

from .models import HandFigure, Target

SEEDS = Path(__file__).parent / "content" / "targets.yaml"

FIELDS = (
    "key",
    "title",
    "scope_words",
    "metric",
    "comparator",
    "value",
    "upper",
    "unit_words",
    "per_district",
    "per_industry",
    "district_id",
    "pilot_id",
    "kind",
    "fee_nature",
    "with_promotion",
    "is_context",
    "starts_on",
    "ends_on",
    "source",
)


@transaction.atomic
def load_targets(path=SEEDS):
    """Bring in the targets of the notices; returns how many were new. One that is there already stays as people have it."""
    new = 0
    for order, words in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1):
        period = {"key": words["key"], "starts_on": words["starts_on"]}
        rest = {name: value for name, value in words.items() if name not in period}
        row, created = Target.objects.get_or_create(**period, defaults=rest | {"order": order})
        if row.order != order:
            Target.objects.filter(pk=row.pk).update(order=order)
        new += created
    return new


@transaction.atomic
def save(target, *, actor):
    """Write a Target down, new or changed, with a record of what was there before.

    Raises DomainError ``target.period`` when it ends before it begins, ``target.range`` for a range without its upper end,
    ``target.district`` for one that is of each district and of one district at once,
    ``target.twice`` when its key has a target from that day already, ``target.decided`` when its metric changes although figures
    by hand were agreed.
    """
    if target.ends_on < target.starts_on:
        raise DomainError("target.period", _("结束日期在开始日期前面，请改一改。"))
    if target.comparator == "in" and (target.upper is None or target.upper < target.value):
        raise DomainError("target.range", _("“从…到…”的目标要填上限，而且不能小于目标值。"))
    if target.district_id and (target.per_district or target.per_industry):
        raise DomainError("target.district", _("“每区都要”的目标不用再选区；只给一个区定的，请去掉“每区都要”。"))
    if Target.objects.filter(key=target.key, starts_on=target.starts_on).exclude(pk=target.pk).exists():
        raise DomainError("target.twice", _("这个编号在这个期间已经有目标了，请改那一条，或换个编号。"))
    before = Target.objects.select_for_update().filter(pk=target.pk).first() if target.pk else None
    if before and before.metric != target.metric and before.hand_figures.filter(state="agreed").exists():
        raise DomainError("target.decided", _("这个目标已有审核通过的人工填报，指标不能改了；请另立一条。"))
    target.save()
    changes = {
        name: ["" if before is None else str(getattr(before, name)), str(getattr(target, name))]
        for name in FIELDS
        if before is None or getattr(before, name) != getattr(target, name)
    }
    if changes:
        record(actor, "target.save", target, changes=changes)
    return target


@transaction.atomic
def carry_over(year, *, actor):
    """Write the targets of ``year`` down for the next one, the same days a year later; returns how many.

    Targets are set anew each year: whoever carries them over goes through them with the new notice. Those that are there already
    stay. Raises DomainError ``target.none`` when the year has none.
    """
    rows = list(Target.objects.filter(starts_on__year=year, is_context=False))
    if not rows:
        raise DomainError("target.none", _("%(year)s 年没有目标可抄。") % {"year": year})
    n = 0
    for row in rows:
        starts, ends = _a_year_later(row.starts_on), _a_year_later(row.ends_on)
        if Target.objects.filter(key=row.key, starts_on=starts).exists():
            continue
        row.pk, row._state.adding = None, True
        row.starts_on, row.ends_on = starts, ends
        row.source = (_("待新通知：照上年抄来（%(source)s）") % {"source": row.source})[:160]
        save(row, actor=actor)
        n += 1
    return n


def _a_year_later(day):
    last = day.month == 2 and day.day == 29
    return date(day.year + 1, day.month, 28 if last else day.day)


@transaction.atomic
def give_figure(target, *, value, on_day, basis, proof, actor, district=None):
    """人工填报: a HandFigure waiting for a second person. ``value`` is cumulative since the period began.

    Raises DomainError ``figure.day`` outside the target's period or in days to come, ``figure.value`` below zero or above 100
    for a percentage, ``figure.district`` when the target is not asked of each district but one is named, and those of
    ``core.uploads.cleaned``.
    """
    if not target.starts_on <= on_day <= min(target.ends_on, clock.today()):
        raise DomainError("figure.day", _("“截至哪天”要在目标期间里，也不能晚于今天。"))
    if value < 0 or (target.unit == "%" and value > 100):
        raise DomainError("figure.value", _("数值不对：不能小于 0，百分比不能大于 100。"))
    if district is not None and not target.per_district:
        raise DomainError("figure.district", _("这个目标按全市定，不用选区。"))
    name, content = cleaned(proof)
    row = HandFigure(
        target=target,
        district=district,
        value=value,
        on_day=on_day,
        basis=basis,
        proof_name=name[-120:],
        sha256=hashlib.sha256(content).hexdigest(),
        entered_by=actor,
    )
    row.proof.save(name, ContentFile(content), save=False)
    row.save()
    record(actor, "figure.give", row, changes={"value": ["", str(value)], "on_day": ["", str(on_day)]}, reason=basis)
    return row


@transaction.atomic
def decide(figure, *, agree, actor, because=""):
    """Agree to a figure by hand, or refuse it; returns it. Saying the same again changes nothing.

    Raises DomainError ``figure.own`` for who entered it (two people see every such number), ``figure.reason`` for a no without
    a reason, ``figure.decided`` when the other was said before.
    """
    row = HandFigure.objects.select_for_update(of=("self",)).select_related("target").get(pk=figure.pk)
    state = HandFigure.State.AGREED if agree else HandFigure.State.REFUSED
    if row.state == state:
        return row
    if row.state != HandFigure.State.WAITING:
        raise DomainError("figure.decided", _("这个数已经审过了；要改，请另报一个，再由别人审。"))
    if row.entered_by_id == actor.pk:
        raise DomainError("figure.own", _("自己报的数不能自己审，请另一位同事来审。"))
    if not agree and not because.strip():
        raise DomainError("figure.reason", _("不通过要写明原因，报数的人好改。"))
    row.state, row.decided_by, row.decided_at, row.because = state, actor, clock.now(), because.strip()
    row.save(update_fields=["state", "decided_by", "decided_at", "because"])
    record(actor, "figure.decide", row, changes={"state": ["waiting", state]}, reason=because)
    return row
