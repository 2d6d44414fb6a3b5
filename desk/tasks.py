from celery import shared_task

from desk import digest


@shared_task(name="desk.tasks.send_digests", ignore_result=True)
def send_digests() -> int:
    """Leaves the digests of the morning; losing or doubling the task costs promptness only."""
    return digest.send_due()
