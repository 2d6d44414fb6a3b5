"""What apps above this one keep of people beside their cases. The pages and the copy of one's own
data, and the end of an account, ask all of them; an app registers its own at the start."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from rest_framework.serializers import Serializer

from accounts.models import User
from documents.models import Document
from rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Kept:
    """One sort of things that a person has.

    Args:
        name: in the copy.
        title: of the list on the page.
        answer: how the copy tells one.
        found: those of a person, newest first; each has a `number`.
        rows: what the page says of some: address, number, what about, since when.
        documents: the files of one.
        waits: why the account stays until one of them has ended; empty: it need not.
        erase: empties all that have ended, in the caller's transaction.
        told: what it is kept for, and until when by some rules: a row of the table of the page.
    """

    name: str
    title: Callable[[], str]
    answer: type[Serializer[Any]]
    found: Callable[[User], QuerySet[Any]]
    rows: Callable[[Iterable[Any]], list[dict[str, Any]]]
    documents: Callable[[Any], QuerySet[Document]]
    waits: Callable[[User], str]
    erase: Callable[[User], None]
    told: Callable[[Policy], list[str]]


KEPT: Final[list[Kept]] = []


def documents_of(user: User) -> Iterator[tuple[str, QuerySet[Document]]]:
    """By the number of what they belong to."""
    for kept in KEPT:
        for one in kept.found(user):
            yield one.number, kept.documents(one)


def kept_words(rules: Policy, key: str, words: str, unset: str) -> str:
    """Until when, by the rule that says how many days after; `unset` where no rule does."""
    kept = rules.get(key)
    if kept is None:
        return unset
    return words % {"days": kept.number, "clause": kept.clause}
