from celery import shared_task

from notifications import outbox


@shared_task(name="notifications.tasks.deliver", ignore_result=True)
def deliver() -> int:
    """Delivers what waits; losing or doubling this task changes nothing but promptness."""
    return outbox.deliver_all()
