"""The two tables of grid: the fee catalogue and open capacity."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from grid import columns as c
from grid.models import CapacityRow, FeeItem, Kind, Nature
from grid.tables import (
    Complaint,
    Row,
    RowComplaint,
    Table,
    district_column,
    register,
    source_column,
)

LARGEST_RATE = 9_999_999_999
LARGEST_KVA = 9_999_999_999
LARGEST_KV = 1_000


def fees() -> Table:
    """The fee catalogue: only what is in it may be charged (优化营商环境条例 25)."""
    return Table(
        kind=Kind.FEES,
        model=FeeItem,
        columns=(
            c.text("code", _("Item number"), longest=32),
            c.text("item", _("Charge item"), longest=120),
            c.text("payer", _("Who pays, for what"), longest=300),
            c.text("unit", _("Unit of charge"), longest=40, hint=_("For example CNY per kVA.")),
            c.number("rate", _("Rate"), unit=_("CNY per unit"), places=4, largest=LARGEST_RATE),
            c.choice("nature", _("Nature of the price"), Nature.choices),
            c.text(
                "legal_basis", _("Legal basis"), longest=300, hint=_("Title and document number.")
            ),
            c.day("from_date", _("In force from")),
            c.day(
                "until_date",
                _("Last day in force"),
                required=False,
                hint=_("Empty: until further notice."),
            ),
            c.text("note", _("Note"), longest=500, required=False),
            source_column(),
        ),
        key=("code", "from_date"),
        order=("code", "from_date", "id"),
        check=_fee_checks,
        together=_fee_overlaps,
    )


def _fee_checks(row: Row) -> Iterable[Complaint]:
    if _last_day(row) < _first_day(row):
        yield "until_date", _("Must not be before the first day in force.")


def _first_day(row: Row) -> date:
    first = row["from_date"]
    return first if isinstance(first, date) else date.min


def _last_day(row: Row) -> date:
    last = row["until_date"]
    return last if isinstance(last, date) else date.max


def _fee_overlaps(rows: Sequence[Row]) -> Iterable[RowComplaint]:
    order = sorted(range(len(rows)), key=lambda i: (str(rows[i]["code"]), _first_day(rows[i])))
    for earlier, later in pairwise(order):
        first, second = rows[earlier], rows[later]
        if first["code"] == second["code"] and _first_day(second) <= _last_day(first):
            reason = format_lazy(
                _("Overlaps the same item in force from {from_date}: give that row a last day."),
                from_date=_first_day(first).isoformat(),
            )
            yield later, "from_date", reason


def capacity() -> Table:
    """Open capacity on the load side, per line; what is limited says why (plan 三(五)1)."""
    return Table(
        kind=Kind.CAPACITY,
        model=CapacityRow,
        columns=(
            district_column(),
            c.text("substation", _("Substation"), longest=80),
            c.number("voltage_kv", _("Voltage"), unit="kV", places=2, largest=LARGEST_KV),
            c.text("transformer", _("Transformer"), longest=60),
            c.text("line", _("Line"), longest=80),
            c.number("capacity_kva", _("Line capacity"), unit="kVA", places=2, largest=LARGEST_KVA),
            c.number("open_kva", _("Open capacity"), unit="kVA", places=2, largest=LARGEST_KVA),
            c.flag("limited", _("Limited")),
            c.text(
                "reason",
                _("Why it is limited"),
                longest=300,
                required=False,
                hint=_("Needed where the capacity is limited."),
            ),
            c.text("measure", _("What is done about it"), longest=300, required=False),
            c.day("expected_end", _("Limited until, expected"), required=False),
            c.day("data_date", _("Data as of")),
            source_column(),
        ),
        key=("district", "substation", "transformer", "line"),
        order=("district", "substation", "line", "id"),
        check=_capacity_checks,
    )


def _capacity_checks(row: Row) -> Iterable[Complaint]:
    if _decimal(row, "open_kva") > _decimal(row, "capacity_kva"):
        yield "open_kva", _("Must not be more than the capacity.")
    if row["limited"] and not row["reason"]:
        yield "reason", _("Say why the capacity is limited.")


def _decimal(row: Row, name: str) -> Decimal:
    value = row[name]
    return value if isinstance(value, Decimal) else Decimal(0)


register(Kind.FEES, fees)
register(Kind.CAPACITY, capacity)
