"""The figures of a group in a period, and what the plan says of them.

A group is a district, a class of area and a customer level; the first two may be all of them.
Figures of different levels are never added up: their customers are not the same thing.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Final

from reliability.indices import formulas as ix
from reliability.indices.customers import Cell, Days
from reliability.indices.formulas import Indices, Sums
from reliability.rules import Target

NO_SUMS: Final = Sums()


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of a group.

    Args:
        interruptions: how many; `excluded` of them are left out by the plan.
        still_off: how many have not ended: they are in no sum yet.
        corrected: of how many the times were corrected.
        unplaced: how many name no element.
        everything: sums of all; `counted`: without what the plan leaves out. The same without
            major-event days: `ordinary`, `counted_ordinary`.
    """

    interruptions: int = 0
    excluded: int = 0
    still_off: int = 0
    corrected: int = 0
    unplaced: int = 0
    everything: Sums = NO_SUMS
    counted: Sums = NO_SUMS
    ordinary: Sums = NO_SUMS
    counted_ordinary: Sums = NO_SUMS

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            *(getattr(self, name) + getattr(other, name) for name in Tally.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class Often:
    """Shares of customers who were interrupted at least so many times (CEMI-n)."""

    times: int
    everything: Fraction
    counted: Fraction


class Outcome(StrEnum):
    """Where a group stands against the plan's target for the year."""

    MET = "met"
    ON_COURSE = "on_course"
    AT_RISK = "at_risk"
    MISSED = "missed"


@dataclass(frozen=True)
class Forecast:
    """Of the year's hours per customer, by the plan: what has been, and for the rest of the year
    what the same days of the year before had (`by_last_year`), or as much a day as so far."""

    saidi: Fraction
    by_last_year: bool


@dataclass(frozen=True)
class Figure:
    """The indices of one group; an empty district or class is all of them.

    Args:
        days: the period that was asked for; `covered` the part that the figures cover, None where
            there is no data.
        customers: served, on an average day; None: no data.
        missing: districts without data, for the figure of the city.
        often: None where nobody knows whom the interruptions met.
    """

    group: Cell
    days: Days
    covered: Days | None = None
    customers: Fraction | None = None
    tally: Tally = field(default_factory=Tally)
    everything: Indices = ix.NO_DATA
    counted: Indices = ix.NO_DATA
    ordinary: Indices = ix.NO_DATA
    counted_ordinary: Indices = ix.NO_DATA
    often: Often | None = None
    missing: int = 0
    fall: Fraction | None = None
    target: Target = field(default_factory=Target)
    outcome: Outcome | None = None
    forecast: Forecast | None = None

    @property
    def year(self) -> int:
        return self.days.first.year

    @property
    def until(self) -> date | None:
        return self.covered.last if self.covered else None

    @property
    def is_whole(self) -> bool:
        return self.covered == self.days

    @property
    def met(self) -> bool | None:
        """None: the year is not over, or there is no limit. What is missed is missed early."""
        if self.outcome in (Outcome.MET, Outcome.MISSED):
            return self.outcome is Outcome.MET
        return None

    def fall_from(self, before: "Figure") -> Fraction | None:
        """As a share; only whole years are compared."""
        if not (self.is_whole and before.is_over):
            return None
        return ix.fall(self.counted.saidi, before.counted.saidi)

    @property
    def is_over(self) -> bool:
        """Whether nothing can change any more but by a correction."""
        return self.is_whole and self.tally.still_off == 0


def forecast(now: Figure, before: Figure, rest: Fraction | None) -> Forecast | None:
    """None where nothing has been counted yet.

    Args:
        rest: hours per customer of the year before, after the day until which `now` is covered;
            None where that year has no whole figure.
    """
    if now.counted.saidi is None or now.covered is None:
        return None
    if rest is not None and before.is_whole:
        return Forecast(now.counted.saidi + rest, by_last_year=True)
    a_day = now.counted.saidi / now.covered.number
    left = (now.days.last - now.covered.last) // timedelta(days=1)
    return Forecast(now.counted.saidi + a_day * left, by_last_year=False)


def outcome(
    now: Figure, before: Figure, foreseen: Forecast | None, target: Target
) -> Outcome | None:
    """By either the hours or the fall against the year before, which is enough. None: no figure, or
    no limit in force."""
    share = target.percent / 100 if target.percent is not None else None

    def meets(saidi: Fraction | None) -> bool | None:
        drop = ix.fall(saidi, before.counted.saidi) if before.is_over else None
        return ix.within(saidi, limit=target.hours, drop=drop, target=share)

    so_far = meets(now.counted.saidi)
    if so_far is None:
        return None
    if now.is_over:
        return Outcome.MET if so_far else Outcome.MISSED
    # More hours than the year may have are not taken back by its end.
    if not so_far:
        return Outcome.MISSED
    return Outcome.ON_COURSE if foreseen and meets(foreseen.saidi) else Outcome.AT_RISK
