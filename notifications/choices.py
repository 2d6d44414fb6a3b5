"""Over which channels a person wants to be told of what, and in which hours, as the account page
and the API show it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.parties import Contact
from core.bodies import Body, YesNoField
from core.events import Topic
from core.problems import Text
from core.templatetags.city import masked_phone
from notifications.bindings.models import BOUND, Binding
from notifications.models import Preference
from notifications.providers import is_open
from rules.delivery import CARRIED, PERSONAL, Channel

#: Those that can be declined: the site always tells.
CHOSEN: Final = CARRIED
TOPICS: Final[Mapping[Topic, Text]] = {
    Topic.ACCOUNT: _("Your account and who acts for you"),
    Topic.CASES: _("Your applications, permits and payments"),
    Topic.DEADLINES: _("Last days that are near or over"),
    Topic.OUTAGES: _("Outages"),
}
#: As answers name them.
CODES: Final = [(each.value, each.value) for each in Topic]


@dataclass(frozen=True, slots=True)
class Said:
    """What parties have said, by party, channel and topic (empty: of the whole channel)."""

    rows: Mapping[tuple[int, str, str], bool]

    def wants(self, party: int, channel: str, topic: Topic) -> bool:
        usual = Preference.WANTED[Channel(channel)]
        if is_fixed(channel, topic):
            return usual
        whole = self.rows.get((party, channel, ""), usual)
        return self.rows.get((party, channel, topic), whole)


def is_fixed(channel: str, topic: Topic) -> bool:
    """What nobody can decline: of the account, wherever one is told without asking for it."""
    return topic is Topic.ACCOUNT and Preference.WANTED[Channel(channel)]


def said_by(parties: Collection[int]) -> Said:
    rows = Preference.objects.filter(party__in=parties)
    return Said({(row.party_id, row.channel, row.topic): row.wanted for row in rows})


class TopicChoice(Body):
    """Which channels tell of one topic."""

    sms = YesNoField(required=False)
    email = YesNoField(required=False)
    wechat = YesNoField(required=False)
    app = YesNoField(required=False)


class TopicChoices(Body):
    account = TopicChoice(required=False)
    cases = TopicChoice(required=False)
    deadlines = TopicChoice(required=False)
    outages = TopicChoice(required=False)


class ChannelChoice(TopicChoice):
    """What is said of a channel holds for all topics; what is said of a topic, for it alone."""

    topics = TopicChoices(required=False)


class TopicAnswer(serializers.Serializer[Any]):
    topic = serializers.ChoiceField(choices=CODES)
    wanted = serializers.BooleanField()
    fixed = serializers.BooleanField()


class ChannelAnswer(serializers.Serializer[Any]):
    channel = serializers.ChoiceField(choices=PERSONAL)
    wanted = serializers.BooleanField()
    available = serializers.BooleanField()
    addresses = serializers.ListField(child=serializers.CharField())
    topics = TopicAnswer(many=True)


@dataclass(frozen=True, slots=True)
class OfTopic:
    """`fixed`: it cannot be declined."""

    topic: Topic
    wanted: bool
    fixed: bool

    @property
    def words(self) -> str:
        return str(TOPICS[self.topic])


@dataclass(frozen=True, slots=True)
class Choice:
    """`available`: there is a confirmed address, masked here, and somebody who carries messages.
    `wanted`: of some topic that can be declined."""

    channel: Channel
    wanted: bool
    addresses: list[str]
    available: bool
    topics: list[OfTopic]

    @property
    def is_open(self) -> bool:
        return is_open(self.channel)

    @property
    def bound(self) -> bool:
        """Whether its address is shown by a code from there, and not typed."""
        return self.channel in BOUND


def choices_of(party: int) -> list[Choice]:
    said = said_by([party])
    known: dict[str, list[str]] = {channel: [] for channel in CHOSEN}
    for contact in Contact.objects.filter(party=party).reachable():
        known[contact.channel].append(masked(contact.channel, contact.address))
    for binding in Binding.objects.filter(party=party).open():
        known[binding.channel].append(masked(binding.channel, binding.address))
    always = [OfTopic(topic, wanted=True, fixed=True) for topic in Topic]
    site = Choice(Channel.SITE, wanted=True, addresses=[], available=True, topics=always)
    return [site, *(_choice(party, channel, said, known[channel]) for channel in CHOSEN)]


def _choice(party: int, channel: Channel, said: Said, addresses: list[str]) -> Choice:
    topics = [
        OfTopic(topic, said.wants(party, channel, topic), is_fixed(channel, topic))
        for topic in Topic
    ]
    wanted = any(each.wanted for each in topics if not each.fixed)
    return Choice(channel, wanted, addresses, bool(addresses) and is_open(channel), topics)


def choose(party: int, wanted: Mapping[str, Any]) -> None:
    """What is not named stays as it was.

    Args:
        wanted: by channel, of all topics; and under `topics`, by topic and channel.
    """
    with transaction.atomic():
        for channel in CHOSEN:
            if channel in wanted:
                Preference.objects.filter(party=party, channel=channel).exclude(topic="").delete()
                _say(party, channel, "", wanted=wanted[channel])
        for topic, by_channel in wanted.get("topics", {}).items():
            for channel, said in by_channel.items():
                if not is_fixed(channel, Topic(topic)):
                    _say(party, channel, topic, wanted=said)


def _say(party: int, channel: str, topic: str, *, wanted: bool) -> None:
    Preference.objects.update_or_create(
        party_id=party, channel=channel, topic=topic, defaults={"wanted": wanted}
    )


def decline(party: int, channel: str, topic: Topic) -> None:
    """Stop what is told of a topic over a channel; twice is once."""
    choose(party, {"topics": {topic: {channel: False}}})


def masked(channel: str, address: str) -> str:
    """Enough to know one's own address by."""
    if channel == Channel.SMS:
        return masked_phone(address)
    if channel == Channel.EMAIL:
        name, _at, domain = address.rpartition("@")
        return f"{name[:1]}***@{domain}"
    return f"***{address[-4:]}"
