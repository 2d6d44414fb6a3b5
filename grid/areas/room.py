"""How much room is left, in four classes, each with a word: what the map is coloured by."""

from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rules.limits import limits

PERCENT = Decimal(100)


class Room(TextChoices):
    AMPLE = "ample", _("Ample room")
    LIMITED = "limited", _("Limited room")
    NONE = "none", _("No room")
    UNKNOWN = "unknown", _("Unknown")


def room_of(open_kva: Decimal | None, rated_kva: Decimal | None) -> Room:
    """The class by the share of the rating that is open.

    Args:
        open_kva: None: unknown.
        rated_kva: of what `open_kva` is a part; None or 0: unknown.
    """
    if open_kva is None or not rated_kva:
        return Room.UNKNOWN
    if open_kva <= 0:
        return Room.NONE
    ample = open_kva * PERCENT >= rated_kva * limits().map.ample_percent
    return Room.AMPLE if ample else Room.LIMITED
