"""A circuit for each provider: who answers nothing so many times in a row is left alone for a
while, by all processes. Figures are in `delivery.toml`."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Now

from notifications.models import Circuit, Delivery
from notifications.providers.interface import Answer, Outcome
from rules.carriers import Carrier
from rules.delivery import Channel, delivery_rules

Reason = Delivery.Reason
#: No answer that a provider in health gives. One that takes no more (`busy`) has answered.
NO_ANSWERS: Final = frozenset({Reason.NO_ANSWER, Reason.STRANGE_ANSWER, Reason.UNREACHABLE})
WELL: Final = frozenset({Outcome.TAKEN, Outcome.ARRIVED, Outcome.REFUSED})
#: Refused by our own side, before the provider heard of it.
NOT_ASKED: Final = frozenset({Reason.TEMPLATE, Reason.GRANT})


def room(channel: str, provider: str, most: int) -> tuple[int, Circuit | None]:
    """How many messages may be claimed now, and the circuit where it is open: then none, or after
    its pause one. In the transaction of the claim, which holds it."""
    if _carrier(channel, provider) is None:
        return most, None
    opened = _held(channel, provider).filter(opened_at__isnull=False)
    found = opened.annotate(passed=Q(retry_at__lte=Now())).select_for_update().first()
    if found is None:
        return most, None
    return int(found.passed), found


def let_through(circuit: Circuit) -> None:
    """One message is on its way; the next one after another pause, whatever becomes of it."""
    carrier = _carrier(circuit.channel, circuit.provider)
    assert carrier is not None
    Circuit.objects.filter(pk=circuit.pk).update(retry_at=_after(carrier))


def note(channel: str, provider: str, answer: Answer) -> None:
    """Count what came of a try. Providers that `delivery.toml` does not name have no circuit."""
    carrier = _carrier(channel, provider)
    if carrier is None or answer.reason in NOT_ASKED:
        return
    held = _held(channel, provider)
    if answer.outcome in WELL:
        held.filter(failures__gt=0).update(failures=0, opened_at=None, retry_at=None)
    elif answer.reason in NO_ANSWERS:
        if not held.update(failures=F("failures") + 1):
            Circuit.objects.get_or_create(
                channel=channel, provider=provider, defaults={"failures": 1}
            )
        held.filter(failures__gte=carrier.failures).update(
            opened_at=Coalesce(F("opened_at"), Now()), retry_at=_after(carrier)
        )


def _held(channel: str, provider: str) -> QuerySet[Circuit]:
    return Circuit.objects.filter(channel=channel, provider=provider)


def _carrier(channel: str, provider: str) -> Carrier | None:
    return delivery_rules().carriers.get((Channel(channel), provider))


def _after(carrier: Carrier) -> Any:
    return Now() + Value(timedelta(seconds=carrier.pause))
