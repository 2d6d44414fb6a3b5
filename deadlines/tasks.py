"""Celery pokes; the database knows."""

from celery import shared_task

from deadlines.sweep import sweep as run_sweep
from deadlines.warnings import warn as run_warnings


@shared_task(name="deadlines.tasks.sweep", ignore_result=True)
def sweep() -> int:
    """Run one sweep; losing or doubling this task changes nothing but promptness."""
    return run_sweep()


@shared_task(name="deadlines.tasks.warn", ignore_result=True)
def warn() -> int:
    """Tell of the marks that are reached; the same holds."""
    return run_warnings()
