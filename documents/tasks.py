from celery import shared_task

from documents import scanning


@shared_task(name="documents.tasks.scan", ignore_result=True)
def scan() -> int:
    """What is due stands in the database: losing or doubling this task costs promptness only."""
    return scanning.scan_waiting()
