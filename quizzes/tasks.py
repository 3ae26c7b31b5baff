"""What beat runs; the same as ``services`` by hand."""

from celery import shared_task

from . import analysis, marking, regrading, services
from .models import Attempt


@shared_task
def finish_overdue():
    """Every minute: take in overdue papers, mark what is submitted."""
    return services.finish_overdue()


@shared_task
def grade_papers(attempt_ids):
    """Mark the papers a big room handed in. Those marked already are left alone; beat takes up what this leaves."""
    for row in Attempt.objects.filter(pk__in=attempt_ids).only("pk"):
        marking.grade_quietly(row)


@shared_task
def analyse(analysis_id):
    """The figures of a quiz."""
    analysis.run(analysis_id)


@shared_task
def check_regrade(regrade_id):
    """The dry run of a regrade."""
    regrading.check(regrade_id)


@shared_task
def write_regrade(regrade_id):
    """Put the papers right."""
    regrading.write(regrade_id)
