from celery import shared_task
from django.core.management import call_command

from applications.drafts import forget_old
from core.idempotency import forget_old_answers
from core.meters import forget_ended
from portal import health


@shared_task
def heartbeat() -> None:
    health.beat("worker")


@shared_task
def tidy() -> None:
    forget_old_answers()
    forget_ended()
    forget_old()
    call_command("clearsessions")
