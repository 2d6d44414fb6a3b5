"""How messages leave the portal: leases, tries, pauses, the signature of an SMS.

Like the limits (rules/limits.py) no decision of the city: read from its own file once a process.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from rules.carriers import Carrier, Quiet, carrier_of, quiet_of
from rules.city import DELIVERY_FILE, ROOT, city_code
from rules.files import RuleError, Table, Words, parse_toml


class Channel(TextChoices):
    """How a message reaches a person, or the system of somebody else."""

    SITE = "site", _("Message on this site")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("E-mail")
    WECHAT = "wechat", _("WeChat")
    APP = "app", _("The company's app")
    WEBHOOK = "webhook", _("Webhook")
    SUBSCRIBER = "subscriber", _("Webhook to a system that follows")


#: Those that reach other people's systems, and those that reach people.
OF_SYSTEMS: Final = (Channel.WEBHOOK, Channel.SUBSCRIBER)
PERSONAL: Final = [(each.value, each.label) for each in Channel if each not in OF_SYSTEMS]
#: Those that reach them outside this site, and so are carried by somebody else.
CARRIED: Final = (Channel.SMS, Channel.EMAIL, Channel.WECHAT, Channel.APP)

#: Those whose messages can bear a stop link; the app and the site have a page for it.
LINKED: Final = (Channel.SMS, Channel.EMAIL, Channel.WECHAT)


@dataclass(frozen=True, slots=True)
class Way:
    """How one channel is handled; `lease`, `wait`, `pauses` and `asks` are seconds.

    Attributes:
        wait: how long the provider's answer is waited for; less than the lease.
        asks: after each of which the provider is asked about a message once more.
    """

    lease: int
    batch: int
    tries: int
    wait: int
    pauses: tuple[int, ...]
    asks: tuple[int, ...]

    def pause(self, tries: int) -> int:
        """Before another try, after so many."""
        return self.pauses[min(tries, len(self.pauses)) - 1]

    def ask_in(self, asked: int) -> int | None:
        """Until the provider is asked once more, after so many times; None: no more."""
        return self.asks[asked] if asked < len(self.asks) else None


@dataclass(frozen=True, slots=True)
class Bulk:
    """How what goes to many is sent.

    Attributes:
        batch: people who get their deliveries in one transaction.
        claim: deliveries that a process takes at once at most, `at_once` of them at a time; else
            what goes out in `claim_seconds`.
        overlap_hours: for which the secret of a system holds beside the one that takes its place.
    """

    batch: int
    claim: int
    claim_seconds: int
    at_once: int
    overlap_hours: int


@dataclass(frozen=True, slots=True)
class DeliveryRules:
    signature: Words
    run_seconds: int
    address_days: int
    bulk: Bulk
    stop_links: frozenset[str]
    ways: dict[Channel, Way]
    quiet: Quiet | None
    carriers: dict[tuple[Channel, str], Carrier]


@lru_cache(maxsize=4)
def delivery_rules(code: str = "") -> DeliveryRules:
    """Read from its file once per process."""
    path = ROOT / (code or city_code()) / DELIVERY_FILE
    return parse_delivery(path.read_text(encoding="utf-8"))


def parse_delivery(text: str) -> DeliveryRules:
    """Raises RuleError at anything missing, unknown, double, or that does not go together."""
    top = Table(DELIVERY_FILE, "(file)", parse_toml(DELIVERY_FILE, text))
    ways: dict[Channel, Way] = {}
    for table in top.tables("channel"):
        name = Channel(table.one_of("name", Channel.values))
        if name in ways:
            raise table.refuse(f"{name} stands twice")
        ways[name] = _way(table)
        table.end()
    for missing in [each for each in Channel if each not in ways]:
        raise RuleError(DELIVERY_FILE, missing, "is missing")
    carriers: dict[tuple[Channel, str], Carrier] = {}
    for table in top.tables("provider"):
        key = Channel(table.one_of("channel", CARRIED)), table.take("name", str)
        if key in carriers:
            raise table.refuse(f"{key[1]} of {key[0]} stands twice")
        carriers[key] = carrier_of(table)
    read = DeliveryRules(
        signature=top.words("signature"),
        run_seconds=top.positive("run_seconds"),
        address_days=top.positive("address_days"),
        bulk=_bulk(Table(DELIVERY_FILE, "bulk", top.raw("bulk"))),
        stop_links=_stop_links(top),
        ways=ways,
        quiet=quiet_of(top, frozenset(CARRIED)),
        carriers=carriers,
    )
    top.end()
    return read


def _bulk(table: Table) -> Bulk:
    read = Bulk(
        batch=table.positive("batch"),
        claim=table.positive("claim"),
        claim_seconds=table.positive("claim_seconds"),
        at_once=table.positive("at_once"),
        overlap_hours=table.positive("overlap_hours"),
    )
    table.end()
    return read


def _stop_links(top: Table) -> frozenset[str]:
    names = top.take("stop_links", list)
    if unknown := [each for each in names if each not in LINKED]:
        raise top.refuse(f"stop_links names {unknown[0]}, which bears none")
    return frozenset(names)


def _way(table: Table) -> Way:
    way = Way(
        lease=table.positive("lease"),
        batch=table.positive("batch"),
        tries=table.positive("tries"),
        wait=table.positive("wait"),
        pauses=_seconds(table, "pauses"),
        asks=_seconds(table, "asks"),
    )
    if not way.pauses:
        raise table.refuse("pauses are missing")
    if way.wait >= way.lease:
        raise table.refuse("wait is not less than lease")
    if way.asks and way.asks[0] <= way.wait:
        raise table.refuse("the first of asks is not more than wait")
    return way


def _seconds(table: Table, field: str) -> tuple[int, ...]:
    found = tuple(table.take(field, list))
    if any(type(each) is not int or each < 1 for each in found):
        raise table.refuse(f"{field} must be whole seconds, at least 1")
    if sorted(found) != list(found):
        raise table.refuse(f"{field} must grow")
    return found
