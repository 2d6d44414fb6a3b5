"""Every address that the URLconf knows, and the table that says who gets what there."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.security.city import WHO, City

TABLE = Path(__file__).with_name("routes.toml")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ARGUMENT = re.compile(r"<\w+:(\w+)>")
#: A value of each kind of argument under which there is nothing.
NOWHERE: Mapping[str, str] = {
    "number": "ZG20000101000000", "pk": "987654321", "token_id": "987654321",
    "user_id": "987654321", "grant_id": "987654321",
    "ref": "00000000-0000-4000-8000-000000000000", "order": "ZGP0", "refund": "ZGR0",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """One method of a route.

    Args:
        method: of HTTP.
        body: name of a body in tests.security.city.BODIES, or empty.
        expected: the outcome for each of WHO: a status; `in` is a redirect to sign-in, `go`
            one to anywhere else.
    """

    method: str
    body: str
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the table."""

    pattern: str
    at: Mapping[str, str]
    asks: tuple[Ask, ...]

    def address(self, city: City, *, nowhere: bool = False) -> str:
        """The address of a real thing, or of one that there is not."""

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if nowhere and name in NOWHERE:
                return NOWHERE[name]
            wanted = self.at[name]
            return str(city.things.get(wanted, wanted))

        return ARGUMENT.sub(value, self.pattern)

    @property
    def api(self) -> bool:
        return self.pattern.startswith("/api/")

    def names_a_thing(self) -> bool:
        """Whether the address names something that can be missing."""
        return any(name in NOWHERE for name in ARGUMENT.findall(self.pattern))


def patterns() -> list[str]:
    """Every route of the portal."""
    return list(_walk(get_resolver().url_patterns, "/"))


def _walk(found: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in found:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, here)
        else:
            yield here


def table() -> list[Route]:
    """The rows of the table."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return [_row(pattern, row) for pattern, row in rows.items()]


def _row(pattern: str, row: dict[str, Any]) -> Route:
    asks = [
        Ask(method, row[method].get("body", ""), tuple(row[method]["who"].split()))
        for method in METHODS
        if method in row
    ]
    assert all(len(ask.expected) == len(WHO) for ask in asks), pattern
    return Route(pattern, row.get("at", {}), tuple(asks))
