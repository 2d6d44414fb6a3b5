from celery import shared_task

from notifications import delivery, outbox
from notifications.bulk import sending


@shared_task(name="notifications.tasks.deliver", ignore_result=True)
def deliver() -> int:
    """Shows what waits on this site; losing or doubling the task costs promptness only."""
    return outbox.show_all()


@shared_task(name="notifications.tasks.send", ignore_result=True)
def send() -> int:
    """Sends what waits for the outside; the same holds."""
    return delivery.send_outside()


@shared_task(name="notifications.tasks.send_webhooks", ignore_result=True)
def send_webhooks() -> int:
    """Sends what waits for other systems; the same holds."""
    return delivery.send_outside(delivery.SYSTEMS)


@shared_task(name="notifications.tasks.send_broadcasts", ignore_result=True)
def send_broadcasts() -> int:
    """Sends what goes to many; the same holds."""
    return sending.send_broadcasts()
