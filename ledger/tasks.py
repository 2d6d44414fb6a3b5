from celery import shared_task

from ledger import sequencer, witnesses
from ledger.trouble import RecordTrouble


@shared_task
def integrate() -> int | None:
    """None where the log cannot be signed: the run has logged it, /healthz shows it."""
    try:
        return sequencer.run()
    except RecordTrouble:
        return None


@shared_task
def cosign() -> int:
    return witnesses.ask_all()
