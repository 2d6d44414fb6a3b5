from typing import Final

from django.db.models import QuerySet

from notifications.models import Delivery
from notifications.webhooks.actions import digest_of
from notifications.webhooks.models import Endpoint
from rules.delivery import Channel

ORDER: Final = ("-id",)
#: As answers name them.
STATES: Final = Delivery.State.choices


def log_of(one: Endpoint) -> QuerySet[Delivery]:
    """What a system was told, or is to be."""
    told = Delivery.objects.filter(channel=Channel.SUBSCRIBER, digest=digest_of(one))
    return told.select_related("outbox")
