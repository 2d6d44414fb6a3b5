"""Elements of the grid as a file has them, published by the real action, and promises of them."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from accounts.models import User
from core.clock import city_now
from grid import reservations
from grid.models import Reservation
from grid.reservations import Wanted, reserve, with_room
from publishing import actions
from publishing.models import Publication

DAY: Final = "2026-01-01"
COLUMNS: Final = (
    "code", "kind", "name", "district", "fed_from", "voltage_kv", "rating_kva", "max_load_kva",
    "committed_kva", "generation_limit_kva", "generation_kva", "limited", "reason", "measure",
    "expected_end", "datum", "geometry", "data_date",
)  # fmt: skip
KINDS: Final = {
    "S": "substation", "T": "transformer", "B": "bus", "L": "line", "P": "public_transformer",
}  # fmt: skip

Row = dict[str, Any]


def element(code: str, fed_from: str = "", room: int | None = None, **more: Any) -> Row:
    """One element; the first letter of its code says what it is. `room`: in kVA, None: unknown."""
    figures: Row = (
        {} if room is None else {"rating_kva": room, "max_load_kva": 0, "committed_kva": 0}
    )
    plain: Row = {
        "code": code, "kind": KINDS[code[0]], "name": f"Made-up {code}", "district": "510302",
        "fed_from": fed_from, "voltage_kv": 10, "limited": "no", "data_date": DAY,
    }  # fmt: skip
    return plain | figures | more


def text_of(rows: Sequence[Row]) -> str:
    """The rows as a CSV text."""
    lines = [",".join(f'"{row.get(name, "")}"' for name in COLUMNS) for row in rows]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"


def tree(**rooms: int | None) -> list[Row]:
    """A substation with one transformer, two lines, and a public transformer on each: what feeds
    what stands in the order of the list."""
    usual = {"T": 1000, "L1": 800, "L2": 600, "P1": 400, "P2": 400}
    room: dict[str, int | None] = {**usual, **rooms}
    return [
        element("S", room=room.get("S")),
        element("T", "S", room["T"]),
        element("B", "T"),
        *(element(f"L{n}", "B", room[f"L{n}"]) for n in (1, 2)),
        *(element(f"P{n}", f"L{n}", room[f"P{n}"]) for n in (1, 2)),
    ]


def published(lead: User, *rows: Row, note: str = "New figures") -> Publication:
    """The publication of elements, by a lead who has looked at what is asked."""
    draft = actions.begin(kind="capacity", by=lead, text=text_of(rows), source="Made up", note=note)
    return actions.publish(draft=draft, by=lead, sure=True)


def promise(
    code: str,
    kva: float,
    *more: str,
    case: UUID | None = None,
    at: datetime | None = None,
    until: datetime | None = None,
    lapses_at: datetime | None = None,
) -> UUID:
    """Reserve so much of an element, and of `more` for further sources; the case's reference."""
    ref, size = case or uuid4(), Decimal(str(kva))
    reserve(
        case_ref=ref,
        number=str(ref)[:18],
        wanted=[Wanted(each, size, until) for each in (code, *more)],
        at=at or city_now(),
        lapses_at=lapses_at,
    )
    return ref


def end(case: UUID) -> None:
    reservations.end(case, city_now(), Reservation.Ending.ENDED)


def opens() -> dict[str, int | None]:
    """What each published element can still take, in whole kVA; None: unknown."""
    found = with_room().values_list("code", "open_kva").order_by("code")
    return {code: None if kva is None else int(kva) for code, kva in found}
