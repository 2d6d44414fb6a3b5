"""What the company spent, of a case and of all energised ones."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet, Sum

from applications.models import Application
from core.few import grouped
from money.investments.models import Investment, InvestmentTotal
from money.yuan import CENT
from rules.city import city
from rules.names import Kind


def lines_of(case: Application) -> QuerySet[Investment]:
    """Every line of a case, the newest first."""
    return Investment.objects.filter(application=case).select_related("reverses").order_by("-id")


def total_of(case: Application) -> Decimal:
    found: Decimal | None = case.investments.aggregate(total=Sum("amount_yuan"))["total"]
    return found or Decimal(0)


@dataclass(frozen=True, slots=True)
class Borne:
    """What the company bore for energised cases of a kind.

    Args:
        districts: codes; empty: the whole city. Districts of few cases are counted together, so
            that no subtraction tells what was spent on one case.
        cases: None where they are too few for figures.
    """

    kind: str
    districts: tuple[str, ...]
    cases: int | None
    yuan: Decimal | None

    @property
    def mean(self) -> Decimal | None:
        """Yuan a case, to the fen."""
        if not self.cases or self.yuan is None:
            return None
        return (self.yuan / self.cases).quantize(CENT, ROUND_HALF_UP)


def least() -> int:
    """From how many cases on figures are told."""
    return city().real_times.least


def borne() -> list[Borne]:
    """By kind, each of the whole city first and then by district, in the city's order."""
    found: dict[str, dict[str, InvestmentTotal]] = defaultdict(dict)
    for total in InvestmentTotal.objects.filter(cases__gt=0):
        found[total.kind][total.district] = total
    order = [district.code for district in city().districts]
    return [
        row
        for kind in Kind
        for row in of_kind(kind, [found[kind][code] for code in order if code in found[kind]])
    ]


def of_kind(kind: str, totals: list[InvestmentTotal]) -> Iterable[Borne]:
    """The whole city, then its districts; of too few cases in all the city alone."""
    for parts in grouped(totals, lambda total: total.cases, least=least()):
        yield _told(kind, tuple(total.district for total in parts), list(parts) or totals)


def _told(kind: str, districts: tuple[str, ...], totals: list[InvestmentTotal]) -> Borne:
    cases = sum(total.cases for total in totals)
    if 0 < cases < least():
        return Borne(kind, districts, None, None)
    return Borne(kind, districts, cases, sum((total.yuan for total in totals), Decimal(0)))
