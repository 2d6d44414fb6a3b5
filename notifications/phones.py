"""What is told to a phone that is nobody's account."""

from typing import Final, Protocol

from accounts.visits import LINK_LASTS
from notifications.addresses import Address
from notifications.outbox import send_code
from notifications.providers import is_open
from rules.delivery import Channel

#: The variant of a message for whoever has no page of their own.
PHONE: Final = "phone"


class Asked(Protocol):
    """What somebody without an account has asked for; `phone` is empty for whoever has one."""

    phone: str
    number: str
    language: str


def tell_phone(kind: str, asked: Asked) -> None:
    """Tell whoever has no account that there is something, and never what; nothing is left where
    nobody carries SMS."""
    if asked.phone and is_open(Channel.SMS):
        send_code(
            Address(Channel.SMS, asked.phone),
            kind=kind,
            secret={},
            context={"number": asked.number, "variant": PHONE},
            lasts=LINK_LASTS,
            language=asked.language,
        )
