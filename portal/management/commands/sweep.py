"""One run of the deadline sweep and the outbox, without Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from deadlines.sweep import sweep
from notifications.outbox import deliver_all


class Command(BaseCommand):
    help = "Records what is late and delivers what waits in the outbox, once."

    def handle(self, *args: Any, **options: Any) -> None:
        late, sent = sweep(), deliver_all()
        self.stdout.write(f"{late} clocks recorded, {sent} messages delivered")
