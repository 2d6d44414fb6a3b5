"""Doors for Celery."""

from celery import shared_task

from ledger import sequencer, witnesses
from ledger.trouble import RecordTrouble


@shared_task
def integrate() -> int | None:
    """Give new entries their place in the log and sign what it has become.

    Returns:
        How many entries; None where something keeps it from signing, which the run has logged
        and /healthz shows. It is no failed task.
    """
    try:
        return sequencer.run()
    except RecordTrouble:
        return None


@shared_task
def cosign() -> int:
    """Show the newest checkpoint to the witnesses, if there are any."""
    return witnesses.ask_all()
