"""Another value of one key, in force at every time and in every place."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from rules import registry
from rules.book import Book
from rules.policy import Policy
from rules.values import Value, Valued


def changed(policy: Policy, name: str, value: Value) -> Policy:
    row: Valued = policy.values.get(name) or policy.value("permit.set.days")
    values = {**policy.values, name: replace(row, key=name, value=value)}
    return replace(policy, values=values)


@dataclass(frozen=True)
class Changed:
    """A book of which one key is another."""

    book: Book
    name: str
    value: Value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.book, name)

    def in_force(self, **where: Any) -> Policy:
        return changed(self.book.in_force(**where), self.name, self.value)


@dataclass(frozen=True)
class ChangedBooks:
    books: Any
    name: str
    value: Value

    def newest(self) -> Changed:
        return Changed(self.books.newest(), self.name, self.value)

    def version(self, label: str) -> Changed:
        return Changed(self.books.version(label), self.name, self.value)


def let(monkeypatch: pytest.MonkeyPatch, name: str, value: Value) -> None:
    """Let a key have another value in the rules of the city, from now to the test's end."""
    monkeypatch.setattr(registry, "_books", ChangedBooks(registry._books, name, value))
