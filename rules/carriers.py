"""When a message is held back before it is sent: quiet hours, and what is asked of each provider.

Read from `delivery.toml` with the rest of how messages leave (rules/delivery.py).
"""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from rules.files import Table


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours of the city in which nothing rings but danger and codes; the end is outside.

    Attributes:
        channels: those that ring.
    """

    begin: time
    until: time
    channels: frozenset[str]


class Window(StrEnum):
    """What a limit counts in: so many seconds back from now, or a unit of the city's clock."""

    ROLLING = "rolling"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class SendLimit:
    """How many messages a provider sends one address in a window.

    Attributes:
        seconds: of a rolling window; 0 of all others.
        template: counted for each text by itself; else for all of them together.
        codes: of codes alone (True), of all else alone (False), of everything (None).
    """

    window: Window
    seconds: int
    most: int
    template: bool
    codes: bool | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """How a provider is spared and held to.

    Attributes:
        failures: so many in a row, and its circuit opens.
        pause: seconds of an open circuit before one message is let through.
    """

    failures: int
    pause: int
    limits: tuple[SendLimit, ...]


def quiet_of(top: Table, ringing: frozenset[str]) -> Quiet | None:
    """Take the quiet hours of a file; None where it has none.

    Raises:
        RuleError: the two ends are the same, or a channel cannot be held back.
    """
    if not top.has("quiet"):
        return None
    table = Table(top.file, "quiet", top.take("quiet", dict))
    begin, until = table.take("begin", time), table.take("until", time)
    channels = frozenset(map(str, table.take("channels", list)))
    if begin == until:
        raise table.refuse("begin and until are the same")
    if unknown := channels - ringing:
        raise table.refuse(f"channels {', '.join(sorted(unknown))} do not ring")
    table.end()
    return Quiet(begin, until, channels)


def carrier_of(table: Table) -> Carrier:
    """Take what a provider's own table says; its channel and name are taken before.

    Raises:
        RuleError: something is missing or does not go together.
    """
    limits = tuple(_limit(each) for each in table.tables("limit"))
    carrier = Carrier(table.positive("failures"), table.positive("pause"), limits)
    table.end()
    return carrier


def _limit(table: Table) -> SendLimit:
    window = Window(table.one_of("window", list(Window)))
    codes = table.take("of", str, "")
    if codes not in ("", "codes", "notices"):
        raise table.refuse(f"of {codes} is none of: codes, notices")
    limit = SendLimit(
        window=window,
        seconds=table.positive("seconds") if window is Window.ROLLING else 0,
        most=table.positive("most"),
        template=table.take("template", bool, False),
        codes=None if not codes else codes == "codes",
    )
    table.end()
    return limit
