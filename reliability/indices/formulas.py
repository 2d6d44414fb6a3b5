"""Formulas: facts.md 4.1 (DL/T 836 and IEEE 1366, as methods). Exact fractions are carried to the
end, so that SAIDI = SAIFI × CAIDI holds exactly; rounding is for display only. A figure that
cannot be computed is None ("no data"), never zero."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import reduce
from typing import Final

MICROSECOND: Final = timedelta(microseconds=1)
#: In microseconds.
HOUR: Final = timedelta(hours=1) // MICROSECOND


@dataclass(frozen=True, slots=True)
class Sums:
    """What interruptions add up to.

    Args:
        customers: interrupted, each as often as it was; momentary ones apart in `momentary`.
        lost: customer-microseconds without power, of the same.
        recorded: the same by the times as the record had them before they were corrected.
    """

    customers: int = 0
    lost: int = 0
    recorded: int = 0
    momentary: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.customers + other.customers,
            self.lost + other.lost,
            self.recorded + other.recorded,
            self.momentary + other.momentary,
        )


def total(some: Iterable[Sums]) -> Sums:
    return reduce(Sums.__add__, some, Sums())


@dataclass(frozen=True, slots=True)
class Served:
    """Customers served, on average over the period, and its hours."""

    customers: Fraction
    hours: Fraction


def minutes(hours: Fraction | None) -> Fraction | None:
    """IEEE 1366 says in minutes what DL/T 836 says in hours."""
    return None if hours is None else hours * 60


@dataclass(frozen=True, slots=True)
class Indices:
    """Hours per customer, times per customer, hours per interruption, a share of the period, short
    interruptions per customer. `recorded`: the first by the times before they were corrected."""

    saidi: Fraction | None = None
    saifi: Fraction | None = None
    caidi: Fraction | None = None
    asai: Fraction | None = None
    maifi: Fraction | None = None
    recorded: Fraction | None = None

    @property
    def saidi_in_minutes(self) -> Fraction | None:
        """As IEEE 1366 has it."""
        return minutes(self.saidi)

    @property
    def caidi_in_minutes(self) -> Fraction | None:
        return minutes(self.caidi)


NO_DATA: Final = Indices()


def indices(sums: Sums, served: Served | None) -> Indices:
    """No data where nobody is served or the period is empty; CAIDI is None where nobody was
    interrupted, while hours and times are zero then."""
    if served is None or served.customers <= 0 or served.hours <= 0:
        return NO_DATA
    hours = Fraction(sums.lost, HOUR)
    saidi = hours / served.customers
    return Indices(
        saidi=saidi,
        saifi=sums.customers / served.customers,
        caidi=hours / sums.customers if sums.customers else None,
        asai=1 - saidi / served.hours,
        maifi=sums.momentary / served.customers,
        recorded=Fraction(sums.recorded, HOUR) / served.customers,
    )


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
