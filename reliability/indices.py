"""Reliability indices as pure functions of outages and customers served.

Formulas: facts.md 4.1 (DL/T 836 and IEEE 1366, as methods). Exact fractions are carried to the
end, so that SAIDI = SAIFI × CAIDI holds exactly; rounding is for display only. A figure that
cannot be computed is None ("no data"), never zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


@dataclass(frozen=True)
class Interruption:
    """One restored outage: its length in hours and the customers it cut off."""

    hours: Fraction
    customers: int


@dataclass(frozen=True)
class Served:
    """Customers served during a period of so many hours (the part the record covers)."""

    customers: int
    period_hours: Fraction


@dataclass(frozen=True)
class Indices:
    """The four indices; hours per customer, times per customer, hours per time, a share."""

    saidi: Fraction | None
    saifi: Fraction | None
    caidi: Fraction | None
    asai: Fraction | None


NO_DATA = Indices(saidi=None, saifi=None, caidi=None, asai=None)


def indices(interruptions: Iterable[Interruption], served: Served | None) -> Indices:
    """The indices of one group of customers over one period.

    Args:
        interruptions: the outages that count; may be empty (then hours and times are zero).
        served: None, or nobody served, or an empty period: no data.

    Returns:
        SAIDI in hours per customer, SAIFI in times per customer, CAIDI in hours per
        interruption (None when nobody was interrupted), ASAI as a share of the period.
    """
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
    """Hours from 1 January of `year` to the end of `last`, both days whole; 0 if before it."""
    days = (min(last, date(year, 12, 31)) - date(year, 1, 1)).days + 1
    return Fraction(max(days, 0) * 24)


def fall(current: Fraction | None, before: Fraction | None) -> Fraction | None:
    """The fall against the year before as a share of it; None where it cannot be said."""
    if current is None or not before:
        return None
    return (before - current) / before


def within(
    saidi: Fraction | None, *, limit: Decimal | None, drop: Fraction | None, target: Decimal | None
) -> bool | None:
    """Whether the plan's target is met: the hours, or the fall against the year before.

    Args:
        saidi: hours per customer, excluded outages left out.
        limit: hours per customer and year (plan 二(四)).
        drop: the fall from `fall`.
        target: the share it must reach, 0.08 for 8 % (plan 二(四), either is enough).

    Returns:
        None where there is no figure or no limit.
    """
    if saidi is None or limit is None:
        return None
    if saidi <= Fraction(limit):
        return True
    return drop is not None and target is not None and drop >= Fraction(target)


def rounded(value: Fraction | None, places: int) -> Decimal | None:
    """The figure for display, rounded half up to so many decimal places; None stays None."""
    if value is None:
        return None
    exponent = Decimal(1).scaleb(-places)
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    return scaled.quantize(exponent, rounding=ROUND_HALF_UP)
