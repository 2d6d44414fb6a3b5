"""What Celery does for the site itself."""

from celery import shared_task
from django.core.management import call_command

from core.idempotency import forget_old_answers
from portal import health


@shared_task
def heartbeat() -> None:
    """Show that a worker takes tasks."""
    health.beat("worker")


@shared_task
def tidy() -> None:
    """Forget what nobody asks for any more: answers to repeated requests, ended sessions."""
    forget_old_answers()
    call_command("clearsessions")
