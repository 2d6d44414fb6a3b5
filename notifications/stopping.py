"""The link by which somebody stops what they are told: of one topic, over one channel.

Whoever has the link may stop that, and nothing else is learned or done by it. It never ends:
the message that bears it may be read in a year.
"""

import base64
from dataclasses import dataclass
from typing import Final

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.parties import Party
from core.events import Topic, topic_of
from core.links import link_to, public_address
from core.problems import Missing
from notifications.choices import TOPICS, decline, is_fixed, said_by
from notifications.models import Delivery
from rules.delivery import CARRIED, Channel, delivery_rules

SALT: Final = "notifications.stopping"
#: Of the digest: more than anybody tries out, and short enough for an SMS.
BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Stop:
    """What a link stops; `done`: it is stopped already."""

    party: int
    topic: Topic
    channel: Channel

    @property
    def done(self) -> bool:
        return not said_by([self.party]).wants(self.party, self.channel, self.topic)

    @property
    def words(self) -> str:
        return str(TOPICS[self.topic])

    def act(self) -> None:
        decline(self.party, self.channel, self.topic)


def link_for(row: Delivery) -> str:
    """Where such messages are stopped; empty where nobody can."""
    party, topic = row.outbox.recipient_id, topic_of(row.outbox.kind)
    if party is None or not is_stoppable(row.channel, topic):
        return ""
    said = f"{party}.{topic.value}.{row.channel}"
    return public_address(link_to("stop", f"{said}.{_digest_of(said)}"))


def is_stoppable(channel: str, topic: Topic) -> bool:
    """Whether messages of a topic bear a stop link over a channel."""
    return channel in delivery_rules().stop_links and not is_fixed(channel, topic)


def read(token: str) -> Stop:
    """Raises Missing: it is none of ours."""
    said, _dot, digest = token.rpartition(".")
    if not constant_time_compare(digest, _digest_of(said)):
        raise Missing
    party, topic, channel = said.split(".")
    if channel not in CARRIED or not Party.objects.filter(pk=int(party)).exists():
        raise Missing
    return Stop(int(party), Topic(topic), Channel(channel))


def _digest_of(said: str) -> str:
    digest = salted_hmac(SALT, said, algorithm="sha256").digest()[:BYTES]
    return base64.urlsafe_b64encode(digest).decode()
