"""A demonstration in a database of its own, to simulate in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import uuid4

from django.db import connections

from tests import servers
from tests.deadlines.clocks import set_clock
from tests.people import open_demonstration
from tools.launcher.postgres import Postgres

MONDAY = date(2026, 3, 2)


def nothing_said(_line: str) -> None:
    pass


@contextmanager
def own_city(postgres: Postgres) -> Iterator[None]:
    """A demonstration in a database of its own, its clock on the Sunday before the first day."""
    name, before = (
        f"tongdian_own_{uuid4().hex[:12]}",
        str(connections["default"].settings_dict["NAME"]),
    )
    servers.copy_template(postgres, name, "people")
    servers.use_database(name)
    try:
        open_demonstration()
        set_clock("2026-03-01 08:00")
        yield
    finally:
        servers.use_database(before)
        postgres.drop_database(name)
