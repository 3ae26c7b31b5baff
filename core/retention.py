"""Forgetting what has been kept long enough, by the table that the apps fill in ``registry.retention``."""

import logging
from datetime import timedelta

from django.db import transaction

from . import clock, registry
from .exceptions import DomainError
from .models import RetentionRun

logger = logging.getLogger(__name__)


def enforce():
    """Do each row of the table once, each in its own transaction, and keep the day's report; returns the RetentionRun.

    A second call on the same day does nothing. A row that fails is reported as failed, the others are done all the same.
    """
    today = clock.today()
    done = RetentionRun.objects.filter(day=today).first()
    if done:
        return done
    results = []
    for rule in registry.retention:
        line = {"name": str(rule.name), "days": rule.days, "reports": rule.reports}
        try:
            with transaction.atomic():
                line["count"] = rule.forget(clock.now() - timedelta(days=rule.days))
        except Exception as fault:  # noqa: BLE001 - one rule's fault must not keep the others' data
            logger.exception("retention: %s", rule.name)
            line["fault"] = fault.code if isinstance(fault, DomainError) else type(fault).__name__
        results.append(line)
    run, _created = RetentionRun.objects.get_or_create(day=today, defaults={"results": results, "at": clock.now()})
    return run
