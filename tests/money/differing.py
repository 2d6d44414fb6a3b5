"""Bills and differences as the worker writes them down."""

from datetime import date, timedelta

from core.clock import city_now
from money.reconciliation.models import Bill, BillState, Difference

DAY = date(2026, 1, 5)


def differing(count: int = 1, district: str = "510302", day: date = DAY) -> list[Difference]:
    """Payments of one day that only the provider has."""
    bill, _made = Bill.objects.get_or_create(
        provider="wechat",
        day=day,
        defaults={"state": BillState.FETCHED, "digest": "0" * 64, "imported_at": city_now()},
    )
    already = bill.differences.count()
    return Difference.objects.bulk_create(
        Difference(
            bill=bill,
            kind=Difference.Kind.THEIRS,
            district=district,
            order=f"ZGP20260105{already + each:08}",
            transaction=f"42{already + each:026}",
            theirs_fen=20800000,
            found_at=city_now(),
        )
        for each in range(count)
    )


def awaited(count: int = 1) -> None:
    """So many days whose bill is not there yet."""
    first = Bill.objects.filter(day__gt=DAY).count() + 1
    days = [DAY + timedelta(days=first + each) for each in range(count)]
    Bill.objects.bulk_create(Bill(provider="wechat", day=day, due_at=city_now()) for day in days)
