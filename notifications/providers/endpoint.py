"""A webhook to a system that follows outages (docs/following.md). It is signed already, and goes to
an address that the operator allows (`notifications.webhooks`)."""

from notifications.providers.interface import Answer, Letter, Provider, Sent
from notifications.providers.webhook import post
from rules.delivery import Channel, delivery_rules


class Endpoint:
    name = "endpoint"
    deduplicates = True
    can_be_asked = False

    def __init__(self, *, wait: int) -> None:
        self.wait = wait

    def send(self, letter: Letter) -> Answer:
        return post(letter.address, letter.text.encode(), letter.values, wait=self.wait)

    def find(self, sent: Sent) -> Answer:
        """Nobody is asked."""
        raise NotImplementedError(sent.key)


def provider(channel: str) -> Provider:
    return Endpoint(wait=delivery_rules().ways[Channel(channel)].wait)
