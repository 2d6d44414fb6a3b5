"""The two tables of reliability: outages and customers served."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from grid import columns as c
from grid.columns import Cell
from grid.models import Kind
from grid.tables import Complaint, Row, Table, district_column, register, source_column
from reliability.models import AreaClass, CustomersServed, Level, Outage, OutageKind

LARGEST_COUNT = 100_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2100


def outages() -> Table:
    """Outages, planned and not; what the plan leaves out of the hours cites its regulation."""
    return Table(
        kind=Kind.OUTAGES,
        model=Outage,
        columns=(
            c.text("number", _("Outage number"), longest=40),
            district_column(),
            c.text(
                "area", _("Area"), longest=300, hint=_("Streets and villages, never customers.")
            ),
            c.choice("area_class", _("Class of area"), AreaClass.choices),
            c.choice("kind", _("Kind of outage"), OutageKind.choices),
            c.text("cause", _("Cause"), longest=300),
            c.minute("planned_from", _("Planned from"), required=False),
            c.minute("planned_until", _("Planned until"), required=False),
            c.minute("started_at", _("Power off at"), required=False),
            c.minute("restored_at", _("Restored at"), required=False),
            c.number(
                "customers",
                _("Customers affected"),
                unit=_("customers"),
                places=0,
                largest=LARGEST_COUNT,
            ),
            c.choice("level", _("Customer level"), Level.choices),
            c.flag(
                "excluded_by_policy",
                _("Left out of the plan's hours"),
                hint=_("Only active outages for safety that a regulation prescribes."),
            ),
            c.text("regulation", _("Regulation that prescribes it"), longest=300, required=False),
            source_column(),
        ),
        key=("number",),
        order=("-begins_at", "-id"),
        check=_outage_checks,
        listed=(
            "number",
            "district",
            "area",
            "kind",
            "planned_from",
            "started_at",
            "restored_at",
            "customers",
        ),
        announced="announced_at",
    )


def _outage_checks(row: Row) -> Iterable[Complaint]:
    yield from _regulation_checks(row)
    yield from _time_checks(row)


def _regulation_checks(row: Row) -> Iterable[Complaint]:
    safety = row["kind"] == OutageKind.SAFETY
    if row["excluded_by_policy"] and not safety:
        yield (
            "excluded_by_policy",
            _("Only active outages for safety may be left out (plan, part 2, item 4)."),
        )
    if safety and not row["regulation"]:
        yield "regulation", _("Name the regulation that prescribes this outage.")


def _time_checks(row: Row) -> Iterable[Complaint]:
    planned_from, planned_until = row["planned_from"], row["planned_until"]
    started, restored = row["started_at"], row["restored_at"]
    if row["kind"] == OutageKind.PLANNED and not (planned_from and planned_until):
        yield "planned_from", _("A planned outage says from when until when.")
    elif not started and not planned_from:
        yield "started_at", _("Say when the power went off, or from when it is planned.")
    if planned_until and not planned_from:
        yield "planned_from", _("Say from when it is planned.")
    if _not_after(planned_until, planned_from):
        yield "planned_until", _("Must be after the planned beginning.")
    if restored and not started:
        yield "started_at", _("Say when the power went off.")
    if _before(restored, started):
        yield "restored_at", _("Must not be before the power went off.")


def _not_after(end: Cell, start: Cell) -> bool:
    return isinstance(end, datetime) and isinstance(start, datetime) and end <= start


def _before(end: Cell, start: Cell) -> bool:
    return isinstance(end, datetime) and isinstance(start, datetime) and end < start


def customers() -> Table:
    """Customers served per district, class and level in a year: what the indices divide by."""
    return Table(
        kind=Kind.CUSTOMERS,
        model=CustomersServed,
        columns=(
            c.number("year", _("Year"), unit="", places=0, largest=LAST_YEAR),
            district_column(),
            c.choice("area_class", _("Class of area"), AreaClass.choices),
            c.choice("level", _("Customer level"), Level.choices),
            c.number(
                "customers",
                _("Customers served"),
                unit=_("customers"),
                places=0,
                largest=LARGEST_COUNT,
            ),
            c.day(
                "complete_until",
                _("Outage record complete until"),
                hint=_(
                    "The last day of the year up to which all outages of this group are published."
                ),
            ),
            source_column(),
        ),
        key=("year", "district", "area_class", "level"),
        order=("-year", "district", "area_class", "level", "id"),
        check=_customer_checks,
    )


def _customer_checks(row: Row) -> Iterable[Complaint]:
    year, until = row["year"], row["complete_until"]
    if isinstance(year, int) and year < FIRST_YEAR:
        yield "year", _("Is not a year.")
    if isinstance(until, date) and until.year != year:
        yield "complete_until", _("Must be a day of the same year.")
    if row["customers"] == 0:
        yield "customers", _("Must be at least 1; without customers leave the row out.")


register(Kind.OUTAGES, outages)
register(Kind.CUSTOMERS, customers)
