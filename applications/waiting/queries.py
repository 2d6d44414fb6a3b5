"""Which cases the supply company may close, because nothing came from the applicant."""

from typing import Final

from django.db.models import F, Q

from core.clock import CityToday

#: Waits for its applicant, who was reminded since of the day after which it may be closed.
REMINDED: Final = Q(holder="applicant", closable_on__isnull=False, reminded_at__gte=F("held_since"))
#: What has waited longest stands first.
LONGEST_FIRST: Final = ("held_since", "id")


def closable() -> Q:
    """Those whose day has passed (`workflow.MAY_BE_CLOSED`, `workflow.DAYS_PASSED`)."""
    return REMINDED & Q(closable_on__lte=CityToday())
