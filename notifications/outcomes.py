"""What is written in a delivery's row for what came of its sending, or of asking about it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, Func, TextField, Value
from django.db.models.functions import Now

from core.clock import CityNow
from notifications import providers
from notifications.models import Delivery
from notifications.providers.interface import Answer, Outcome
from rules.delivery import Channel, Way, delivery_rules

State, Reason = Delivery.State, Delivery.Reason


def way_of(channel: str) -> Way:
    return delivery_rules().ways[Channel(channel)]


def after(seconds: int) -> Any:
    """By the server's real clock."""
    return Now() + Value(timedelta(seconds=seconds))


def by_row(said: Mapping[int, str]) -> Func:
    """In an update of several rows, what is written in each, by its key."""
    keys = Value(list(said), output_field=ArrayField(BigIntegerField()))
    words = Value(list(said.values()), output_field=ArrayField(TextField()))
    place = Func(keys, F("pk"), function="array_position")
    return Func(words, place, template="(%(expressions)s]", arg_joiner=")[")


def came_to(row: Delivery, answer: Answer) -> dict[str, Any]:
    way = way_of(row.channel)
    if answer.outcome is Outcome.ARRIVED:
        return arrived(answer)
    if answer.outcome is Outcome.TAKEN:
        return {
            "state": State.SENT,
            "sent_at": CityNow(),
            "provider_id": answer.provider_id,
            "asked": 0,
            "due_at": next_ask(row, 0),
        }
    if answer.outcome is Outcome.UNKNOWN:
        return {"state": State.UNKNOWN, "asked": 0, "due_at": next_ask(row, 0)}
    if answer.outcome is Outcome.HELD:
        return {"state": State.PENDING, "due_at": answer.until, "tries": F("tries") - 1}
    if answer.outcome is Outcome.NOT_NOW and row.tries < way.tries:
        return {"state": State.PENDING, "due_at": after(way.pause(row.tries))}
    # The reason says what went wrong last, also where it was tried too often.
    return {"state": State.PARKED, "due_at": None, "reason": answer.reason or Reason.TRIES}


def arrived(answer: Answer) -> dict[str, Any]:
    known = {"provider_id": answer.provider_id} if answer.provider_id else {}
    return known | {
        "state": State.CONFIRMED,
        "sent_at": CityNow(),
        "confirmed_at": CityNow(),
        "reason": "",
        "due_at": None,
    }


def next_ask(row: Delivery, asked: int) -> Any:
    """When the provider is asked about a message; None where it cannot be, or was often enough."""
    carrier = providers.of(row.channel, row.provider)
    seconds = way_of(row.channel).ask_in(asked)
    if seconds is None or not (carrier.can_be_asked or carrier.deduplicates):
        return None
    return after(seconds)
