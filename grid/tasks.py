from celery import shared_task

from grid.reservations import end_lapsed as run


@shared_task(name="grid.tasks.end_lapsed", ignore_result=True)
def end_lapsed() -> int:
    """What has lapsed holds nothing since then: losing this task loses only the note of it."""
    return run()
