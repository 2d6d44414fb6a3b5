"""Over which channels a person wants to be told, as the account page and the API show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from rest_framework import serializers

from accounts.parties import Contact
from core.bodies import Body
from core.templatetags.city import masked_phone
from notifications.models import Preference
from notifications.providers import is_open
from rules.delivery import PERSONAL, Channel

#: Those that can be declined: the site always tells.
CHOSEN = (Channel.SMS, Channel.EMAIL)


class ChannelChoice(Body):
    sms = serializers.BooleanField(required=False)
    email = serializers.BooleanField(required=False)


class ChannelAnswer(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=PERSONAL)
    wanted = serializers.BooleanField()
    available = serializers.BooleanField()
    addresses = serializers.ListField(child=serializers.CharField())


@dataclass(frozen=True, slots=True)
class Choice:
    """`available`: there is a confirmed address, masked here, and somebody who carries messages."""

    channel: Channel
    wanted: bool
    addresses: list[str]
    available: bool


def choices_of(party: int) -> list[Choice]:
    said = dict(Preference.objects.filter(party=party).values_list("channel", "wanted"))
    known: dict[str, list[str]] = {channel: [] for channel in CHOSEN}
    for contact in Contact.objects.filter(party=party).reachable():
        known[contact.channel].append(masked(contact.channel, contact.address))
    site = Choice(Channel.SITE, wanted=True, addresses=[], available=True)
    return [
        site,
        *(
            Choice(
                channel,
                said.get(channel, Preference.WANTED[channel]),
                known[channel],
                bool(known[channel]) and is_open(channel),
            )
            for channel in CHOSEN
        ),
    ]


def choose(party: int, wanted: Mapping[str, bool]) -> None:
    """What is not named stays as it was."""
    with transaction.atomic():
        for channel in CHOSEN:
            if channel in wanted:
                Preference.objects.update_or_create(
                    party_id=party, channel=channel, defaults={"wanted": wanted[channel]}
                )


def masked(channel: str, address: str) -> str:
    """Enough to know one's own address by."""
    if channel == Channel.SMS:
        return masked_phone(address)
    name, _at, domain = address.rpartition("@")
    return f"{name[:1]}***@{domain}"
