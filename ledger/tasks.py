"""Doors for Celery."""

from celery import shared_task

from ledger import sequencer, witnesses


@shared_task
def integrate() -> int:
    """Give new entries their place in the log and sign what it has become."""
    return sequencer.run()


@shared_task
def cosign() -> int:
    """Show the newest checkpoint to the witnesses, if there are any."""
    return witnesses.ask_all()
