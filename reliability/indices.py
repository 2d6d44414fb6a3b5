"""Formulas: facts.md 4.1 (DL/T 836 and IEEE 1366, as methods). Exact fractions are carried to the
end, so that SAIDI = SAIFI × CAIDI holds exactly; rounding is for display only. A figure that
cannot be computed is None ("no data"), never zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Interruption:
    """One restored outage."""

    hours: Fraction
    customers: int


@dataclass(frozen=True)
class Served:
    """The period is the part that the record covers."""

    customers: int
    period_hours: Fraction


@dataclass(frozen=True)
class Indices:
    """Hours per customer, times per customer, hours per interruption, a share of the period."""

    saidi: Fraction | None
    saifi: Fraction | None
    caidi: Fraction | None
    asai: Fraction | None


NO_DATA = Indices(saidi=None, saifi=None, caidi=None, asai=None)


def indices(interruptions: Iterable[Interruption], served: Served | None) -> Indices:
    """No data where nobody is served or the period is empty; CAIDI is None where nobody was
    interrupted, while hours and times are zero then."""
    if served is None or served.customers <= 0 or served.period_hours <= 0:
        return NO_DATA
    events = list(interruptions)
    interrupted = sum(event.customers for event in events)
    customer_hours = sum((event.hours * event.customers for event in events), Fraction(0))
    saidi = customer_hours / served.customers
    return Indices(
        saidi=saidi,
        saifi=Fraction(interrupted, served.customers),
        caidi=customer_hours / interrupted if interrupted else None,
        asai=1 - saidi / served.period_hours,
    )


def hours_from_year_start(year: int, last: date) -> Fraction:
    """From 1 January of `year` to the end of `last`, both days whole; 0 if before it."""
    days = (min(last, date(year, 12, 31)) - date(year, 1, 1)).days + 1
    return Fraction(max(days, 0) * 24)


def fall(current: Fraction | None, before: Fraction | None) -> Fraction | None:
    """As a share of the year before; None where it cannot be said."""
    if current is None or not before:
        return None
    return (before - current) / before


def within(
    saidi: Fraction | None, *, limit: Decimal | None, drop: Fraction | None, target: Decimal | None
) -> bool | None:
    """Whether the hours, or the fall `drop` against the year before, meet the plan (二(四): either
    is enough). `limit` is in hours, `target` a share: 0.08 for 8 %. None: no figure or no limit."""
    if saidi is None or limit is None:
        return None
    if saidi <= Fraction(limit):
        return True
    return drop is not None and target is not None and drop >= Fraction(target)


def rounded(value: Fraction | None, places: int) -> Decimal | None:
    """For display, half up; None stays None."""
    if value is None:
        return None
    exponent = Decimal(1).scaleb(-places)
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    return scaled.quantize(exponent, rounding=ROUND_HALF_UP)
