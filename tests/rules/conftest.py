"""The rules and the calendar straight from their files, and ways to change a file's text."""

from collections.abc import Callable, Iterator

import pytest

from rules.book import Book
from rules.calendar import Calendar
from rules.city import City

Change = Callable[..., Book]


@pytest.fixture(scope="session")
def book() -> Book:
    return Book.from_files("zigong")


@pytest.fixture(scope="session")
def city(book: Book) -> City:
    return book.city


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar.from_files("zigong")


@pytest.fixture
def changed(book: Book) -> Change:
    """Builds a book from the city's files with one text replaced, or with a file added."""

    def build(file: str, old: str = "", new: str = "", *, text: str = "") -> Book:
        before = book.document.get(file, "")
        assert old in before, f"{file} has no such text"
        return Book.of({**book.document, file: text or before.replace(old, new, 1)})

    return build


@pytest.fixture
def fresh_registry() -> Iterator[None]:
    from rules import registry

    registry.forget()
    yield
    registry.forget()
