"""Published tables of a demonstration: made up, marked so, and published as anybody would.

Their files are as a person would upload them, but for the days: `{-1}` is yesterday of the city's
clock, `{year-1}` last year. So there is always a fault that is on and a plan that is ahead.
"""

import csv
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Final

from django.db import transaction

from accounts.models import User
from core.clock import city_now, local_date
from core.demonstration import dated, is_demonstration
from core.problems import Forbidden
from publishing import actions, permissions, queries
from publishing.models import Publication
from publishing.sheets import written
from publishing.tables import Table, tables

FILES: Final = Path(__file__).parent
SOURCE: Final = (FILES / "source.txt").read_text("utf-8").strip()


def publish(*, by: Iterable[User]) -> list[Publication]:
    """Publish every table of which nothing was ever published.

    Args:
        by: people among whom are those who keep the tables; one that none keeps stays empty, and so
            does one that two must keep.

    Raises:
        Forbidden: this is not a demonstration database.
    """
    if not is_demonstration():
        raise Forbidden("The tables of the demonstration are for demonstration databases only.")
    people, made, today = list(by), [], local_date(city_now())
    with transaction.atomic():
        for table in tables():
            if queries.newest(table.kind):
                continue
            text = dated((FILES / f"{table.kind.value}.csv").read_text("utf-8"), today)
            for keepers in _alike(table, people):
                own = _own(table, text, keepers[0])
                if own and len(keepers) > table.checked:
                    made.append(_published(table, own, keepers))
    return made


def _alike(table: Table, people: Iterable[User]) -> Iterable[list[User]]:
    """Those who keep a table, together with those who keep the same rows of it; where districts
    divide it, all of them, whoever keeps every district first."""
    found: dict[Collection[str], list[User]] = {}
    for user in people:
        if permissions.keeps(user, table):
            parts = table.keeper.part and permissions.own_parts(user, table)
            found.setdefault(frozenset(parts or ()), []).append(user)
    return [
        sorted(each, key=lambda user: permissions.own_parts(user, table) is not None)
        for each in found.values()
    ]


def _own(table: Table, text: str, keeper: User) -> str:
    """The rows of a file that somebody keeps, below its header; empty: none."""
    if not table.keeper.part:
        return text
    header, *lines = csv.reader(text.splitlines())
    column, parts = header.index(table.part), permissions.own_parts(keeper, table) or ()
    rows = [line for line in lines if line[column] in parts]
    return written([header, *rows]) if rows else ""


def _published(table: Table, text: str, keepers: Sequence[User]) -> Publication:
    draft = actions.begin(kind=table.kind, by=keepers[0], text=text, source=SOURCE)
    if table.checked:
        actions.offer(draft=draft, by=keepers[0], sure=True)
    # Outages of past years are far from today, which the table asks about.
    return actions.publish(draft=draft, by=keepers[table.checked], sure=True)
