from django.db.models import Count, QuerySet

from notifications.models import Delivery

State = Delivery.State
#: What the operator looks at: all else is done, and not counted.
WATCHED = (State.PENDING, State.LEASED, State.UNKNOWN, State.PARKED)


def counts() -> dict[str, int]:
    """How many deliveries wait, are being sent, are unknown and were given up."""
    rows = Delivery.objects.filter(state__in=WATCHED).values_list("state").annotate(Count("id"))
    found = dict(rows)
    return {state.value: found.get(state.value, 0) for state in WATCHED}


def watched() -> dict[str, QuerySet[Delivery]]:
    """As `counts` has them, for a page: those given up stay, and their number grows."""
    return {state.value: Delivery.objects.filter(state=state) for state in WATCHED}


def in_trouble() -> QuerySet[Delivery]:
    """Those that go nowhere by themselves, or of which nobody knows."""
    troubled = Delivery.objects.filter(state__in=[State.UNKNOWN, State.PARKED])
    return troubled.select_related("outbox")
