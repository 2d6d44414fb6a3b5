"""Where a party can be reached outside this site."""

from collections.abc import Collection
from dataclasses import dataclass

from accounts.parties import Contact
from notifications.models import Preference
from notifications.providers import is_open
from rules.delivery import Channel


@dataclass(frozen=True, slots=True)
class Address:
    """`language`: of a party without an account; an account has one for all its addresses."""

    channel: Channel
    address: str
    language: str = ""


def reached_at(parties: Collection[int]) -> dict[int, list[Address]]:
    """By party, its confirmed contacts of the channels that are open and not declined."""
    said = {
        (row.party_id, row.channel): row.wanted
        for row in Preference.objects.filter(party__in=parties)
    }
    found: dict[int, list[Address]] = {party: [] for party in parties}
    for contact in Contact.objects.filter(party__in=parties).reachable():
        channel = Channel(contact.channel)
        wanted = said.get((contact.party_id, channel), Preference.WANTED[channel])
        if wanted and is_open(channel):
            found[contact.party_id].append(Address(channel, contact.address, contact.language))
    return found
