from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.clock import CityNow
from core.fields import EncryptedTextField

URL_MAX = 300


class Endpoint(models.Model):
    """An address of somebody else's system. `previous`: the secret before the last change, by
    which messages are signed too until `previous_until`."""

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=URL_MAX)
    secret = EncryptedTextField()
    previous = EncryptedTextField(blank=True, default="")
    previous_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=CityNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "notifications"
        verbose_name = _("system that is told")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["url"], condition=Q(ended_at=None), name="endpoint_once"
            ),
            models.CheckConstraint(
                condition=Q(previous="", previous_until=None)
                | ~Q(previous="") & Q(previous_until__isnull=False),
                name="endpoint_previous_ends",
            ),
        ]

    def __str__(self) -> str:
        return self.name
