"""A city that is updated: rows of open capacity become elements, and promises are added up."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from grid.models import Element, ElementRow, Hold, PromiseTotal
from portal.held import HELD
from tests import servers
from tests.grid.elements import opens
from tools.launcher.postgres import Postgres

pytestmark = pytest.mark.slow
BEFORE = datetime(2026, 11, 1, 2, tzinfo=UTC)
#: Names of which the first twenty characters are the same.
LONG = "Zigong Eastern Substation of the New Area"
ADDED_UP = "what is promised of an element is added up as it is held"


@pytest.fixture
def old(postgres: Postgres, committed_db: str) -> Iterator[None]:
    """An empty database that stands where rows of open capacity were the grid."""
    name = f"{committed_db}_old"
    postgres.create_database(name)
    servers.use_database(name)
    migrate("0003_open_capacity")
    yield
    connections.close_all()
    servers.use_database(committed_db)
    postgres.drop_database(name)


def migrate(*to: str) -> None:
    call_command("migrate", *(("grid", *to) if to else ()), verbosity=0)


def as_it_was(app: str, model: str, *, at: str) -> Any:
    """A model at the time of a migration of the grid, by its owner."""
    loader = MigrationExecutor(connections["owner"]).loader
    found = loader.project_state([("grid", at)]).apps.get_model(app, model)
    return found.objects.using("owner")


def publication(number: int, **counts: int) -> Any:
    return as_it_was("publishing", "Publication", at="0003_open_capacity").create(
        kind="capacity", number=number, published_at=BEFORE + timedelta(days=number), entry=number,
        role="supply_lead", source="Made up", note="Corrected" if number > 1 else "",
        digest="0" * 64, **{"added": 0, "changed": 0, "withdrawn": 0, **counts},
    )  # fmt: skip


def published(first: Any, second: Any) -> None:
    """Four lines, of which the second publication corrects one and withdraws one."""
    limit = {
        "limited": True, "reason": "Overloaded", "measure": "A second line",
        "expected_end": date(2027, 6, 30),
    }  # fmt: skip
    for substation, line, open_kva, more in (
        ("Wuxing", "Line 1", "3000.50", {"publication_id": first.pk, "replaced_in_id": second.pk}),
        ("Wuxing", "Line 1", "1000", {"publication_id": second.pk, **limit}),
        ("Wuxing", "Line 2", "0", {"publication_id": first.pk, "replaced_in_id": second.pk}),
        (LONG, "Line 1", "8000", {"publication_id": first.pk}),
        (LONG, "Line 2", "500", {"publication_id": first.pk}),
    ):
        as_it_was("grid", "CapacityRow", at="0003_open_capacity").create(
            source="Made up", district="510302", substation=substation, voltage_kv=10,
            transformer="No. 1", line=line, capacity_kva=8000, open_kva=Decimal(open_kva),
            data_date=date(2026, 11, 1), **more,
        )  # fmt: skip


def promised(code: str, kva: int, **more: Any) -> None:
    """A promise and its hold, as they were before promises were added up."""
    element = Element.objects.only("pk").get(code=code)
    row = as_it_was("grid", "Reservation", at="0007_points").create(
        case_ref=UUID(int=kva), number="old", element_id=element.pk, kva=kva,
        **{"from_at": BEFORE, **more},
    )  # fmt: skip
    as_it_was("grid", "Hold", at="0007_points").create(reservation_id=row.pk, element_id=element.pk)


def test_rows_of_open_capacity_keep_their_history_and_their_figures(old: None) -> None:
    first, second = publication(1, added=4), publication(2, changed=1, withdrawn=1)
    published(first, second)
    migrate()
    rows = ElementRow.objects.order_by("pk").select_related("publication", "replaced_in")
    codes = [row.code for row in rows]
    assert [codes.index(code) for code in codes] == [0, 0, 2, 3, 4]
    facts: list[tuple[object, ...]] = [
        (
            row.name, row.publication.number, row.replaced_in and row.replaced_in.number,
            row.rating_kva, left_of(row),
            (row.limited, row.reason, row.measure, row.expected_end),
        )
        for row in rows
    ]  # fmt: skip
    free = (False, "", "", None)
    limited = (True, "Overloaded", "A second line", date(2027, 6, 30))
    assert facts == [
        ("Wuxing No. 1 Line 1", 1, 2, 8000, Decimal("3000.50"), free),
        ("Wuxing No. 1 Line 1", 2, None, 8000, 1000, limited),
        ("Wuxing No. 1 Line 2", 1, 2, 8000, 0, free),
        (f"{LONG} No. 1 Line 1", 1, None, 8000, 8000, free),
        (f"{LONG} No. 1 Line 2", 1, None, 8000, 500, free),
    ]
    same: set[tuple[object, ...]] = {
        (row.kind, row.district, row.voltage_kv, row.data_date, row.source, row.fed_from)
        for row in rows
    }
    assert same == {("line", "510302", 10, date(2026, 11, 1), "Made up", "")}
    standing = dict(Element.objects.values_list("code", "row"))
    assert standing == {codes[0]: rows[1].pk, codes[2]: None, **{
        row.code: row.pk for row in rows[3:]
    }}  # fmt: skip
    assert opens() == {codes[0]: 1000, codes[3]: 8000, codes[4]: 500}
    limits = Element.objects.filter(limited_by__isnull=False).values_list(
        "code", "limited_by__code"
    )
    assert list(limits) == [(codes[0], codes[0])]
    with pytest.raises(DatabaseError, match="what is published stays"):
        ElementRow.objects.using("owner").filter(pk=rows[0].pk).update(max_load_kva=0)


def test_what_was_promised_before_is_added_up(old: None) -> None:
    published(publication(1, added=4), publication(2, changed=1, withdrawn=1))
    migrate("0007_points")
    codes = list(Element.objects.filter(row__isnull=False).values_list("code", flat=True))
    code = next(each for each in codes if opens_before(each) == 8000)
    later = BEFORE + timedelta(days=20_000)
    promised(code, 100)
    promised(code, 200)
    promised(code, 400, lapses_at=later, until_at=later)
    promised(code, 800, connected_at=BEFORE + timedelta(days=3))
    promised(code, 1600, lapses_at=BEFORE + timedelta(days=1))
    promised(code, 3200, ended_at=BEFORE + timedelta(days=1), ending="ended")
    migrate()
    assert sorted(PromiseTotal.objects.values_list("kva", flat=True)) == [300, 400, 800, 1600]
    assert Hold.objects.count() == 5
    assert opens()[code] == 8000 - 100 - 200 - 400 - 800
    with connection.cursor() as cursor:
        cursor.execute(HELD[ADDED_UP])
        assert cursor.fetchall() == []


def opens_before(code: str) -> int:
    """By the row's own figures alone."""
    return int(
        left_of(as_it_was("grid", "ElementRow", at="0007_points").get(code=code, replaced_in=None))
    )


def left_of(row: Any) -> Decimal:
    left: Decimal = row.rating_kva - row.max_load_kva - row.committed_kva
    return left
