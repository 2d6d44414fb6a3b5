from dataclasses import dataclass

from django.db.models import Count, Q

from reliability.models import CustomersServed
from reliability.outages.kinds import OutageKind
from reliability.outages.models import Outage


@dataclass(frozen=True)
class Notice:
    """How many planned outages were announced, and how many with too short a notice."""

    planned: int
    short: int


def notice(*, district: str = "") -> Notice:
    rows = Outage.objects.filter(kind=OutageKind.PLANNED)
    found = rows.filter(district=district) if district else rows
    return Notice(
        **found.aggregate(planned=Count("id"), short=Count("id", filter=Q(short_notice=True)))
    )


def years() -> list[int]:
    """Those that can have figures, newest first: the years with customers served."""
    rows = CustomersServed.objects.standing().order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def served(until: int) -> dict[tuple[str, str, str], CustomersServed]:
    """The newest published numbers of customers up to a year, by district, class and level."""
    rows = CustomersServed.objects.standing().filter(year__lte=until).order_by("begins_on")
    return {(row.district, row.area_class, row.level): row for row in rows}
