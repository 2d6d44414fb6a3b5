"""What a provider sends one address at most, in windows of the provider's own (`delivery.toml`)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Now

from core.clock import CITY
from core.locks import lock_names
from notifications.models import Delivery, Sending
from rules.carriers import SendLimit, Window
from rules.delivery import Channel, delivery_rules

UNITS: Final = {
    Window.MINUTE: timedelta(minutes=1),
    Window.HOUR: timedelta(hours=1),
    Window.DAY: timedelta(days=1),
}
#: Of what a window of the clock begins with, each smaller unit.
BEGINS: Final[Mapping[Window, Mapping[str, Any]]] = {
    Window.MINUTE: {"second": 0, "microsecond": 0},
    Window.HOUR: {"minute": 0, "second": 0, "microsecond": 0},
    Window.DAY: {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a limit looks at of a message that was or is to be sent."""

    at: datetime
    signature: str
    template: str
    code: bool


def begin_of_window(limit: SendLimit, at: datetime) -> datetime:
    """From when on messages count; of a unit of the clock, from its first instant in the city."""
    if limit.window is Window.ROLLING:
        return at - timedelta(seconds=limit.seconds)
    return at.astimezone(CITY).replace(**BEGINS[limit.window])


def opens_at(limit: SendLimit, before: Sequence[Counted], new: Counted) -> datetime | None:
    """When a limit lets one more message go; None where it does now.

    Args:
        before: what was sent to the address by the provider, the oldest first.
    """
    if limit.codes not in (None, new.code):
        return None
    begin = begin_of_window(limit, new.at)
    counted = [each for each in before if _counts(limit, each, new, begin)]
    if len(counted) < limit.most:
        return None
    if limit.window is Window.ROLLING:
        return counted[-limit.most].at + timedelta(seconds=limit.seconds)
    return begin + UNITS[limit.window]


def _counts(limit: SendLimit, each: Counted, new: Counted, begin: datetime) -> bool:
    # What was sent exactly the window's length ago has left it.
    inside = each.at > begin if limit.window is Window.ROLLING else each.at >= begin
    alike = not limit.template or each.template == new.template
    return inside and alike and each.signature == new.signature and limit.codes in (None, each.code)


def take(
    rows: Sequence[Delivery], news: Sequence[Counted]
) -> "Sequence[datetime | Sending | None]":
    """Count messages that are to be sent now by one provider: of each what was counted, until when
    it has to wait, or None where the provider has no limits. Two at once to one address go one
    after the other.

    Args:
        news: what a limit looks at of each, all of one instant.
    """
    if not rows:
        return []
    key = Channel(rows[0].channel), rows[0].provider
    carrier = delivery_rules().carriers.get(key)
    if carrier is None or not carrier.limits:
        return [None] * len(rows)
    digests = [bytes(row.digest) for row in rows]
    with transaction.atomic():
        lock_names(f"sending {key[0]} {key[1]} {digest.hex()}" for digest in digests)
        since = min(begin_of_window(limit, news[0].at) for limit in carrier.limits)
        before = _sent(key, digests, since)
        found = [
            _taken(key, digest, before[digest], new, carrier.limits)
            for digest, new in zip(digests, news, strict=True)
        ]
        Sending.objects.bulk_create(each for each in found if isinstance(each, Sending))
    return found


def _sent(
    key: tuple[Channel, str], digests: Collection[bytes], since: datetime
) -> dict[bytes, list[Counted]]:
    """By address, the oldest first."""
    found: dict[bytes, list[Counted]] = {digest: [] for digest in digests}
    sent = Sending.objects.filter(
        digest__in=list(found), channel=key[0], provider=key[1], at__gte=since
    )
    for each in sent.order_by("at", "id"):
        counted = Counted(each.at, each.signature, each.template, each.code)
        found[bytes(each.digest)].append(counted)
    return found


def _taken(
    key: tuple[Channel, str],
    digest: bytes,
    before: list[Counted],
    new: Counted,
    limits: Iterable[SendLimit],
) -> "datetime | Sending":
    """Until when a message has to wait; else the row that counts it, which those after it meet."""
    found = [opens_at(limit, before, new) for limit in limits]
    if until := max((each for each in found if each), default=None):
        return until
    before.append(new)
    return Sending(
        channel=key[0],
        provider=key[1],
        digest=digest,
        signature=new.signature,
        template=new.template,
        code=new.code,
        at=new.at,
    )


def longest() -> timedelta:
    """Of all windows."""
    limits = [each for carrier in delivery_rules().carriers.values() for each in carrier.limits]
    lengths = [UNITS.get(each.window, timedelta(seconds=each.seconds)) for each in limits]
    return max(lengths, default=timedelta())


def forget() -> int:
    """What no window looks at any more; returns how many."""
    deleted, _by_model = Sending.objects.filter(at__lt=Now() - Value(longest())).delete()
    return deleted
