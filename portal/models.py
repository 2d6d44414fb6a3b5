"""Signs of life, by the real clock: a moved one must not make a dead worker look alive."""

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """When something last ran: `worker` (any task), `sweep` or `record` (signing)."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
