from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Protocol


class Outcome(Enum):
    #: Taken, and on its way.
    TAKEN = auto()
    ARRIVED = auto()
    #: Not taken, or not delivered, and never will be.
    REFUSED = auto()
    #: Surely not taken; another try makes sense.
    NOT_NOW = auto()
    #: Nobody knows: it may have been taken.
    UNKNOWN = auto()
    #: Asked about: the provider has no such message.
    ABSENT = auto()
    #: Not tried: it waits for its hour.
    HELD = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said.

    Attributes:
        reason: a `Delivery.Reason`, where it is no good news.
        said: the provider's own code, short, without an address.
        billed: parts that it bills.
        until: when what is held is tried next.
    """

    outcome: Outcome
    provider_id: str = ""
    reason: str = ""
    said: str = ""
    billed: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent.

    Attributes:
        key: what we know it by; the same at every try.
        text: as the person reads it, with the signature.
        template: which text of the catalogue it is, for vendors that send approved texts only.
        values: what fills it in, in the order of the text.
        stop: where the person stops such messages; empty where nobody can.
    """

    key: str
    address: str
    title: str
    text: str
    language: str
    template: str
    values: Mapping[str, str]
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that the provider is asked about; `provider_id` is empty where it told none."""

    key: str
    address: str
    provider_id: str
    began_at: datetime


class Provider(Protocol):
    """An adapter. It raises nothing that it can put into an `Answer`; whatever it does raise while
    it sends is taken as UNKNOWN.

    Attributes:
        deduplicates: what is sent twice under one key reaches the person once.
        can_be_asked: `find` tells of messages.
    """

    name: str
    deduplicates: bool
    can_be_asked: bool

    def send(self, letter: Letter) -> Answer: ...

    def find(self, sent: Sent) -> Answer: ...
