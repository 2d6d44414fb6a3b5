"""Doors for Celery."""

from celery import shared_task

from ledger import sequencer


@shared_task
def integrate() -> int:
    """Give new entries their place in the log and sign what it has become."""
    return sequencer.run()
