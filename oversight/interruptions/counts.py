"""How many complained of interruptions, and what came of it: in public, by year and district, from
as many complaints on as figures are told of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from core.clock import CITY
from core.few import grouped
from oversight.interruptions.models import InterruptionComplaint
from oversight.interruptions.workflow import InterruptionState
from rules.city import city

#: Ordered ones are upheld ones.
UPHELD: Final = (InterruptionState.UPHELD, InterruptionState.ORDERED)


@dataclass(frozen=True, slots=True)
class Numbers:
    complained: int
    upheld: int
    ordered: int

    def __add__(self, other: "Numbers") -> "Numbers":
        return Numbers(
            self.complained + other.complained,
            self.upheld + other.upheld,
            self.ordered + other.ordered,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """Of the complaints made in a year.

    Args:
        districts: codes; empty: the whole city. Districts of few complaints are counted together,
            so that no subtraction tells what came of one.
        numbers: None where they are too few for figures.
    """

    year: int
    districts: tuple[str, ...]
    numbers: Numbers | None


def least() -> int:
    """From how many complaints on figures are told."""
    return city().real_times.least


def public_counts() -> list[Row]:
    """The newest year first; each of the whole city first and then by district, in the city's
    order."""
    found: dict[int, dict[str, Numbers]] = {}
    by_year = InterruptionComplaint.objects.annotate(year=ExtractYear("made_at", tzinfo=CITY))
    for row in (
        by_year.order_by()
        .values("year", "district")
        .annotate(
            complained=Count("id"),
            upheld=Count("id", filter=Q(state__in=UPHELD)),
            ordered=Count("id", filter=Q(state=InterruptionState.ORDERED)),
        )
    ):
        numbers = Numbers(row["complained"], row["upheld"], row["ordered"])
        found.setdefault(row["year"], {})[row["district"]] = numbers
    return [each for year in sorted(found, reverse=True) for each in _of_year(year, found[year])]


def _of_year(year: int, found: Mapping[str, Numbers]) -> Iterable[Row]:
    order = [code for district in city().districts if (code := district.code) in found]
    for codes in grouped(order, lambda code: found[code].complained, least=least()):
        yield _told(year, codes, [found[code] for code in codes or order])


def _told(year: int, districts: tuple[str, ...], found: Iterable[Numbers]) -> Row:
    numbers = sum(found, Numbers(0, 0, 0))
    return Row(year, districts, numbers if numbers.complained >= least() else None)
