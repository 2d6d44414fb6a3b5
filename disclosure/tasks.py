from celery import shared_task

from disclosure.opendata import changes


@shared_task(ignore_result=True)
def note_changes() -> int:
    """Losing or doubling the task costs promptness only."""
    return changes.note()
