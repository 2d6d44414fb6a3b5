"""The catalogue of events: one row for each type of entry, declared by the app that owns it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from core.problems import Text

#: The channels of a message that says nothing of them (rules/delivery.py has them all).
ON_SITE: Final = ("site",)
#: The few things that reach people wherever they are.
EVERYWHERE: Final = ("site", "sms", "email", "wechat", "app")
#: The variant told to whoever did it: a confirmation, and not on this site, where they did it.
OWN: Final = "own"


class Topic(StrEnum):
    """What a message is about, as people choose what they are told of."""

    #: The account itself, who acts for it, codes: what nobody can decline.
    ACCOUNT = "account"
    CASES = "cases"
    DEADLINES = "deadlines"
    OUTAGES = "outages"


@dataclass(frozen=True, slots=True)
class Message:
    """What those are told whom an event concerns; `%(name)s` stands for a value of its context.

    Args:
        outcomes: title and body by a `state` of the context, where the same event ends in several.
        variants: the same by a `variant` of the context, where it means something else for some.
        to: who is told, as the machine's workflow calls them; whoever did it only where there is
            a variant `own`.
        channels: over which; each reaches those who have a confirmed address for it.
        on_site: those of `to` who are told on this site alone: nobody mails a desk.
        topic: what can be declined together.
        urgent: danger, of which people are told at night too.
    """

    title: Text
    body: Text
    outcomes: Mapping[str, tuple[Text, Text]] = field(default_factory=dict)
    to: Sequence[str] = ()
    where: Callable[[Any], bool] | None = None
    variants: Mapping[str, tuple[Text, Text]] = field(default_factory=dict)
    channels: Sequence[str] = ON_SITE
    on_site: Sequence[str] = ()
    topic: Topic = Topic.CASES
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A type of entry, stored as `<thing>.<past participle>`.

    Args:
        outcomes: other words by the state that it led to.
        receipt: for what a person filed or decided, what was received, what the system decided.
    """

    type: str
    words: Text
    outcomes: Mapping[str, Text] = field(default_factory=dict)
    receipt: bool = True
    message: Message | None = None


_catalogue: dict[str, Event] = {}


def declare(events: Iterable[Event]) -> None:
    _catalogue.update({event.type: event for event in events})


def event_of(type_: str) -> Event | None:
    """None where no app of this release knows the type."""
    return _catalogue.get(type_)


def topic_of(type_: str) -> Topic:
    event = event_of(type_)
    return event.message.topic if event and event.message else Topic.CASES


def words_of(type_: str, to_state: str = "") -> str:
    """What a step was, in the reader's language; an unknown one by its plain name."""
    event = event_of(type_)
    if event is None:
        return type_.rpartition(".")[2].replace("_", " ")
    return str(event.outcomes.get(to_state, event.words))


def catalogue() -> Iterable[Event]:
    return _catalogue.values()


def has_receipt(type_: str) -> bool:
    event = event_of(type_)
    return event is not None and event.receipt
