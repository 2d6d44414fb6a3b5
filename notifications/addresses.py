"""Where a party can be reached outside this site."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from accounts.parties import Contact
from notifications.bindings.models import Binding
from notifications.providers import is_open
from rules.delivery import Channel


@dataclass(frozen=True, slots=True)
class Address:
    """`language`: of a party without an account; an account has one for all its addresses."""

    channel: Channel
    address: str
    language: str = ""


def reached_at(parties: Collection[int]) -> dict[int, list[Address]]:
    """By party, its confirmed addresses of the channels that are open, declined or not."""
    found: dict[int, list[Address]] = {party: [] for party in parties}
    for party, address in _confirmed(parties):
        if is_open(address.channel):
            found[party].append(address)
    return found


def _confirmed(parties: Collection[int]) -> Iterator[tuple[int, Address]]:
    for contact in Contact.objects.filter(party__in=parties).reachable():
        way = Address(Channel(contact.channel), contact.address, contact.language)
        yield contact.party_id, way
    for binding in Binding.objects.filter(party__in=parties).open():
        yield binding.party_id, Address(Channel(binding.channel), binding.address)
