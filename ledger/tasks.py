"""Doors for Celery."""

from celery import shared_task

from ledger import sequencer, witnesses
from ledger.trouble import RecordTrouble


@shared_task
def integrate() -> int:
    """Give new entries their place in the log and sign what it has become.

    What keeps it from signing is logged by the run and shows on /healthz; it is no failed task.
    """
    try:
        return sequencer.run()
    except RecordTrouble:
        return 0


@shared_task
def cosign() -> int:
    """Show the newest checkpoint to the witnesses, if there are any."""
    return witnesses.ask_all()
