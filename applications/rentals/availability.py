"""Which days of which units are free, and what they cost: one arithmetic for pages, programs and
the act that takes them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from applications.rentals.models import Rental
from applications.rentals.workflow import RentalState
from core.clock import city_now, local_date
from grid.rental.days import Days, free_within
from grid.rental.models import RentalUnit
from grid.rental.prices import prices_on
from rules.limits import Quota, limits


def ahead(today: date) -> Days:
    """The days that are listed, and can be asked for."""
    return Days(today, today + timedelta(days=limits().quotas[Quota.RENTAL_DAYS]))


def told(units: Iterable[RentalUnit], today: date | None = None) -> list[RentalUnit]:
    """The units with their price of today, their free days, and since when they are overdue; in
    two statements, however many they are."""
    listed, day = list(units), today or local_date(city_now())
    prices = prices_on([unit.fee_code for unit in listed], day)
    held: dict[str, list[Days]] = defaultdict(list)
    late: dict[str, date] = {}
    for rental in Rental.objects.holding().filter(code__in=[unit.code for unit in listed]):
        until = rental.until_day
        if rental.state == RentalState.HANDED_OVER and until < day:
            # It is not back, so it is not free today; from when it is, nobody knows.
            late[rental.code], until = until, day + timedelta(days=1)
        held[rental.code].append(Days(rental.from_day, until))
    for unit in listed:
        unit.price = prices.get(unit.fee_code)
        unit.free = free_within(ahead(day), held[unit.code])
        unit.late_since = late.get(unit.code)
    return listed


def fits(wanted: Days, free: Iterable[Days]) -> bool:
    """Whether all days of a range are free."""
    return any(
        each.from_day <= wanted.from_day and wanted.until_day <= each.until_day for each in free
    )
