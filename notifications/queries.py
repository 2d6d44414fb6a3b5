from django.db.models import Count, QuerySet

from notifications import registry
from notifications.models import Circuit, Delivery
from rules.delivery import Channel

State = Delivery.State
#: What the operator looks at: all else is done, and not counted.
WATCHED = (State.PENDING, State.LEASED, State.UNKNOWN, State.PARKED)


def counts() -> dict[str, int]:
    """How many deliveries wait, are being sent, are unknown and were given up."""
    found = dict(_troubling().values_list("state").annotate(Count("id")))
    return {state.value: found.get(state.value, 0) for state in WATCHED}


def watched() -> dict[str, QuerySet[Delivery]]:
    """As `counts` has them, for a page: those given up stay, and their number grows."""
    return {state.value: _troubling().filter(state=state) for state in WATCHED}


def _troubling() -> QuerySet[Delivery]:
    """Without what ended by the person's own will."""
    rows = Delivery.objects.filter(state__in=WATCHED)
    return rows.exclude(state=State.PARKED, reason__in=Delivery.OWN_WILL)


def held() -> dict[str, QuerySet[Delivery]]:
    """What waits for its hour: the end of the quiet hours, or of a provider's window."""
    waiting = Delivery.objects.filter(state=State.PENDING)
    return {
        reason.value: waiting.filter(reason=reason)
        for reason in (Delivery.Reason.QUIET, Delivery.Reason.LIMIT)
    }


def circuits() -> list[Circuit]:
    """Of providers that do not answer: open, or on the way there."""
    return list(Circuit.objects.filter(failures__gt=0).order_by("channel", "provider"))


def missing() -> dict[Channel, list[str]]:
    """Of channels whose vendor sends approved texts alone, the texts without one."""
    found = {each: registry.missing(each) for each in (Channel.SMS, Channel.WECHAT)}
    return {channel: names for channel, names in found.items() if names}


def in_trouble() -> QuerySet[Delivery]:
    """Those that go nowhere by themselves, or of which nobody knows."""
    troubled = _troubling().filter(state__in=[State.UNKNOWN, State.PARKED])
    return troubled.select_related("outbox")
