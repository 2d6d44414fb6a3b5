"""The indices computed directly from the rows, as slowly as they are defined: written apart from
`reliability.indices`, of which nothing is used here."""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from reliability.models import CustomersServed, OutageRow
from reliability.outages.models import Interruption

CITY = ZoneInfo("Asia/Shanghai")
GAP = SHORT = timedelta(minutes=3)
Group = tuple[str, str, str]


@dataclass
class Bit:
    group: Group
    element: str
    customers: int
    excluded: bool
    off: datetime
    on: datetime
    words: str = ""


@dataclass
class Whole:
    bits: list[Bit]

    @cached_property
    def day(self) -> date:
        return min(bit.off for bit in self.bits).astimezone(CITY).date()

    def seconds(self, *, plan: bool, each: bool = True) -> Fraction:
        """Customer seconds, by the pieces into which all beginnings and ends cut the time."""
        bits = [bit for bit in self.bits if not (plan and bit.excluded)]
        cuts = sorted({bit.off for bit in bits} | {bit.on for bit in bits})
        found = Fraction(0)
        for begin, end in pairwise(cuts):
            most = [bit.customers for bit in bits if bit.off < end and begin < bit.on]
            length = end - begin
            seconds = length.days * 86_400 + length.seconds + Fraction(length.microseconds, 10**6)
            found += seconds * ((max(most) if each else 1) if most else 0)
        return found

    def customers(self, *, plan: bool) -> int:
        return max((b.customers for b in self.bits if not (plan and b.excluded)), default=0)

    @cached_property
    def short(self) -> bool:
        return self.seconds(plan=False, each=False) <= SHORT.total_seconds()


def bits() -> Iterator[Bit]:
    for row in (
        Interruption.objects.exclude(off_at=None).exclude(on_at=None).select_related("outage")
    ):
        assert row.off_at
        assert row.on_at
        words = "" if row.element else f"{row.outage.area}|{row.customers}"
        yield Bit(
            (row.district, row.area_class, row.level), row.element, row.customers, row.excluded,
            row.off_at, row.on_at, words,
        )  # fmt: skip
    for old in OutageRow.objects.filter(replaced_in=None).exclude(restored_at=None):
        assert old.started_at
        assert old.restored_at
        yield Bit(
            (old.district, old.area_class, old.level), "", old.customers, old.excluded_by_policy,
            old.started_at, old.restored_at, f"{old.area}|{old.customers}",
        )  # fmt: skip


def wholes() -> list[Whole]:
    places = defaultdict(list)
    for bit in bits():
        places[bit.group, bit.element, bit.words].append(bit)
    return [whole for some in places.values() for whole in _one_place(some)]


def _one_place(some: list[Bit]) -> list[Whole]:
    found: list[list[Bit]] = []
    for bit in sorted(some, key=lambda bit: (bit.off, bit.on)):
        for chain in reversed(found):
            last = max(each.on for each in chain)
            near = bit.off - last <= GAP
            if near and (bit.element or bit.off >= last):
                chain.append(bit)
                break
        else:
            found.append([bit])
    return [Whole(chain) for chain in found]


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


@dataclass
class Direct:
    saidi: Fraction
    saifi: Fraction
    maifi: Fraction


class Slow:
    """All rows as they are now, and the figures computed from them."""

    def __init__(self) -> None:
        self.bases = list(CustomersServed.objects.filter(replaced_in=None))
        self.wholes = wholes()
        self._served: dict[tuple[Group, date], int] = {}

    def served_on(self, group: Group, day: date) -> int:
        """0: none are published for the day."""
        if (group, day) not in self._served:
            self._served[group, day] = self._found(group, day)
        return self._served[group, day]

    def _found(self, group: Group, day: date) -> int:
        mine = [
            row
            for row in self.bases
            if (row.district, row.area_class, row.level) == group and row.year == day.year
        ]
        past = [row for row in mine if (row.from_date or date(day.year, 1, 1)) <= day]
        if not past or all(row.complete_until < day for row in mine):
            return 0
        return max(past, key=lambda row: row.from_date or date(day.year, 1, 1)).customers

    def figure(
        self,
        groups: list[Group],
        first: date,
        last: date,
        *,
        plan: bool,
        without: frozenset[date] = frozenset(),
    ) -> Direct:
        """Of groups that have customers on each of the days, on which what began is booked;
        `without` some days."""
        length = (last - first).days + 1
        served = sum(self.served_on(group, day) for group in groups for day in days(first, last))
        customers = Fraction(served, length)
        mine = [
            whole
            for whole in self.wholes
            if whole.bits[0].group in groups
            and first <= whole.day <= last
            and whole.day not in without
        ]
        long = [whole for whole in mine if not whole.short]
        return Direct(
            sum((whole.seconds(plan=plan) for whole in long), Fraction(0)) / 3600 / customers,
            sum(whole.customers(plan=plan) for whole in long) / customers,
            sum(whole.customers(plan=plan) for whole in mine if whole.short) / customers,
        )

    def major(self, groups: list[Group], year: int) -> frozenset[date]:
        """The major-event days of a year, by the five before it."""
        daily = {
            day: self._minutes(groups, day)
            for each in range(year - 5, year + 1)
            for day in days(date(each, 1, 1), date(each, 12, 31))
        }
        logs = [math.log(value) for day, value in daily.items() if day.year < year and value > 0]
        if len(logs) < 2:
            return frozenset()
        alpha = math.fsum(logs) / len(logs)
        beta = math.sqrt(math.fsum((each - alpha) ** 2 for each in logs) / (len(logs) - 1))
        limit = math.exp(alpha + 2.5 * beta)
        return frozenset(day for day, value in daily.items() if day.year == year and value > limit)

    def _minutes(self, groups: list[Group], day: date) -> float:
        on_it = [group for group in groups if self.served_on(group, day)]
        lost = Fraction(0)
        for whole in self.wholes:
            if whole.day == day and whole.bits[0].group in on_it and not whole.short:
                lost += whole.seconds(plan=False)
        everybody = sum(self.served_on(group, day) for group in on_it)
        return float(lost / 60 / everybody) if everybody else 0.0
