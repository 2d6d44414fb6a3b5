"""Celery pokes; the database knows."""

from celery import shared_task

from deadlines.sweep import sweep as run_sweep


@shared_task(name="deadlines.tasks.sweep", ignore_result=True)
def sweep() -> int:
    """Run one sweep; losing or doubling this task changes nothing but promptness."""
    return run_sweep()
