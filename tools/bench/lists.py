"""Every list with 10,000 and with 1,000,000 cases, opened as each role.

Two databases of one server, opened in turn from one process, so that both meet the same machine.
BENCH_CASES and BENCH_OPEN are the large size.
"""

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from tools.bench.record import machine, save
from tools.bench.unit import say
from tools.city import open_city
from tools.launcher.servers import Servers

if TYPE_CHECKING:
    from tools.lists import Listing

#: Cases, and how many of them are open.
SMALL: Final = (10_000, 2_000)
LARGE: Final = (
    int(os.environ.get("BENCH_CASES", "1000000")),
    int(os.environ.get("BENCH_OPEN", "20000")),
)
#: The most that a page may take, in ms, and how many times what it takes at the small size.
MOST, AIM = 100, 1.5
TIMES: Final = 9


def main() -> None:
    where = machine()
    with open_city("lists") as servers:
        cities = [City(servers, *size) for size in (SMALL, LARGE)]
        found = {
            "machine": where,
            "sizes": [city.told() for city in cities],
            "lists": measured(cities),
        }
    save("lists", found, table(found))


class City:
    """A database with so many cases, and what reads it while it is the one in use."""

    def __init__(self, servers: Servers, cases: int, still_open: int) -> None:
        from django.db import connections

        from tools.bulk import lay
        from tools.lists import hire

        assert servers.postgres is not None
        self.cases, self.open = cases, still_open
        name = f"lists_{cases}"
        connections.close_all()
        template = connections["default"].settings_dict["NAME"]
        servers.postgres.create_database(name, template)
        self.wrappers = {alias: connections.create_connection(alias) for alias in connections}
        for wrapper in self.wrappers.values():
            wrapper.settings_dict = wrapper.settings_dict | {"NAME": name}
        say(f"laying {cases:,} cases, {still_open:,} of them open ...")
        with self.in_use():
            begun = time.perf_counter()
            lay(cases, still_open)
            hire()
            self.laid_s = round(time.perf_counter() - begun, 1)
            self.database_gb = size()

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "wrappers"}

    @contextmanager
    def in_use(self) -> Iterator[None]:
        from django.db import connections

        before = {alias: connections[alias] for alias in connections}
        for alias, wrapper in self.wrappers.items():
            connections[alias] = wrapper
        try:
            yield
        finally:
            for alias, wrapper in before.items():
                connections[alias] = wrapper


def size() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return round(int(cursor.fetchone()[0]) / 1e9, 1)


def measured(cities: list[City]) -> dict[str, Any]:
    from tools.lists import LISTS

    say(f"opening {len(LISTS)} lists ...")
    return {str(listing): opened(cities, listing) for listing in LISTS}


def opened(cities: list[City], listing: "Listing") -> dict[str, Any]:
    """The first page, the one after it where both have one, and how many statements a page sends;
    times are medians in ms, by city."""
    from tools.lists import ask, next_page, opened_by, rows_shown
    from tools.statements import noted

    clients, following, rows = [], [], []
    for city in cities:
        with city.in_use():
            clients.append(opened_by(listing))
            with noted() as asked:
                answer = ask(clients[-1], listing)
            if answer.status_code != 200:
                raise AssertionError(f"{listing} answers {answer.status_code}")
            following.append(next_page(answer))
            rows.append(rows_shown(answer))
    pages: list[list[Any]] = [
        [listing.path] * len(cities),
        *([following] if all(following) else []),
    ]
    return {
        "ms": [in_turn(cities, clients, listing, paths) for paths in pages],
        "rows": rows,
        "statements": len(asked),
    }


def in_turn(
    cities: list[City], clients: list[Any], listing: "Listing", paths: list[Any]
) -> list[float]:
    """By city; the first opening, which fills caches, is not counted."""
    from tools.lists import ask

    taken: list[list[float]] = [[] for _ in cities]
    for _ in range(TIMES + 1):
        for city, client, path, found in zip(cities, clients, paths, taken, strict=True):
            with city.in_use():
                begun = time.perf_counter()
                ask(client, listing, path)
                found.append((time.perf_counter() - begun) * 1000)
    return [round(statistics.median(found[1:]), 1) for found in taken]


def compared(small: float, large: float, *, alike: bool) -> str:
    """Three cells of the table.

    Args:
        alike: both show as many rows, so that one can be held against the other.
    """
    slower = alike and large / small > AIM
    over = " **over**" if slower or max(small, large) > MOST else ""
    return f"{small} | {large} | {large / small:.2f}{over}"


def table(found: dict[str, Any]) -> str:
    small, large = found["sizes"]
    where = found["machine"]
    rows = []
    for name, one in found["lists"].items():
        few, many = one["rows"]
        cells = [compared(*each, alike=few == many) for each in one["ms"]]
        cells += [" | | "] * (2 - len(cells))
        shown = str(many) if few == many else f"{few}, {many}"
        rows.append(f"| {name} | {cells[0]} | {cells[1]} | {shown} | {one['statements']} |")
    lines = "\n".join(rows)
    sizes = f"{small['cases']:,} | {large['cases']:,} | ratio"
    return f"""# Lists

Every list as it is opened by whoever has it, and the page after its first, in ms: medians of \
{TIMES} openings with {small["cases"]:,} cases ({small["open"]:,} open) and with \
{large["cases"]:,} ({large["open"]:,} open), in turn, in one process. Aim: under {MOST} ms in \
both, and at most {AIM} times as long with the more where both show as many rows. \
{where["day"]}, {where["processors"]} processors, load {where["load_before"]} when it began. \
The large city was laid in {large["laid_s"]} s and takes {large["database_gb"]} GB.

| list (who) | {sizes} | next page: {sizes} | rows | statements |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{lines}
"""


if __name__ == "__main__":
    main()
