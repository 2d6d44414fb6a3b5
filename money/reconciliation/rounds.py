"""The worker's round: which days' bills are asked for, what is taken of each, and what differs.

Whenever it runs, and however often, the same comes of it. What was not there is asked for again.
What was taken is asked for once a day too, for a file may be changed, and compared anew, for we may
learn of a payment later than its bill.
"""

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from core.clock import CITY, CityNow, city_now, local_date
from money import providers
from money.providers.interface import Bill as ProvidersBill
from money.providers.interface import BillWrong
from money.reconciliation import recorded
from money.reconciliation.compare import Found, Kind, Theirs, differences
from money.reconciliation.models import Bill, BillEntry, BillState, Difference
from rules.limits import limits

log = logging.getLogger("tongdian.reconciliation")
#: One round has a bill to itself for so long, and asks for no more bills.
LEASE: Final = timedelta(minutes=10)
AT_ONCE: Final = 20
AGAIN: Final = timedelta(hours=1)
DAILY: Final = timedelta(days=1)
#: What an import finds by itself, and not by comparing rows.
OF_FILES: Final = {Kind.BILL, Kind.CHANGED}


def run(now: datetime | None = None) -> int:
    """How many bills were asked for.

    Args:
        now: by the server's real clock, which is the provider's too; a demonstration's is moved.
    """
    if not providers.is_open():
        return 0
    now = now or timezone.now()
    _plan(providers.serving(), now)
    asked = 0
    while asked < AT_ONCE and (bill := _claim(now)):
        _ask(bill, now)
        asked += 1
    _compare_again()
    return asked


def _plan(provider: str, now: datetime) -> None:
    """Every day since the last one that was planned, up to yesterday once its bill may be there."""
    ready = now.astimezone(CITY).hour >= limits().payments.bill_hour
    last = local_date(now) - timedelta(days=1 if ready else 2)
    newest = Bill.objects.filter(provider=provider).order_by("-day").first()
    first = newest.day + timedelta(days=1) if newest else last
    days = [first + timedelta(days=each) for each in range((last - first).days + 1)]
    Bill.objects.bulk_create(
        [Bill(provider=provider, day=day, due_at=now) for day in days], ignore_conflicts=True
    )


def _claim(now: datetime) -> Bill | None:
    """The bill that is due for the longest time, which no other round asks for meanwhile."""
    with transaction.atomic():
        due = Bill.objects.select_for_update(skip_locked=True).filter(due_at__lte=now)
        bill = due.order_by("due_at").first()
        if bill is not None:
            Bill.objects.filter(pk=bill.pk).update(due_at=now + LEASE, tries=F("tries") + 1)
    return bill


def _ask(bill: Bill, now: datetime) -> None:
    """No transaction is open while somebody else answers."""
    try:
        found = providers.of(bill.provider).bill(bill.day)
    except BillWrong as wrong:
        _refuse(bill, wrong, now)
        return
    except (OSError, ImproperlyConfigured) as error:
        log.warning("no bill of %s of %s: %s", bill.provider, bill.day, type(error).__name__)
        found = None
    _take(bill, found, now)


def _over(bill: Bill, now: datetime) -> bool:
    """Whether it was asked for on as many days as it is."""
    return local_date(now) - bill.day > timedelta(days=limits().payments.bill_days)


def _refuse(bill: Bill, wrong: BillWrong, now: datetime) -> None:
    """What was taken before stays as it was: a wrong file says nothing."""
    with transaction.atomic():
        held = Bill.objects.select_for_update().get(pk=bill.pk)
        held.due_at = None if _over(held, now) else now + AGAIN
        if held.state != BillState.FETCHED:
            held.state = BillState.WRONG
        held.save(update_fields=["state", "due_at"])
        _keep(held, {Kind.BILL}, [Found(Kind.BILL, said={"why": wrong.why, **wrong.values})])


def _take(bill: Bill, found: ProvidersBill | None, now: datetime) -> None:
    with transaction.atomic():
        held = Bill.objects.select_for_update().get(pk=bill.pk)
        over = _over(held, now)
        if found is not None:
            held.due_at = None if over else now + DAILY
            _import(held, found)
        elif held.state == BillState.FETCHED:
            held.due_at = None if over else now + DAILY
        else:
            held.due_at = None if over else now + AGAIN
            held.state = BillState.NONE if over else BillState.WAITING
        held.save(update_fields=["state", "digest", "due_at", "imported_at"])
        _keep(held, {Kind.BILL}, [])
        _compare(held)


def _import(held: Bill, found: ProvidersBill) -> None:
    """The same file changes nothing; another one of the same day is a difference by itself."""
    if held.digest == found.digest:
        return
    if held.digest:
        said = {"why": "changed", "old": held.digest[:16], "new": found.digest[:16]}
        _open(held, [Found(Kind.CHANGED, transaction=found.digest, said=said)])
        held.entries.all().delete()
    BillEntry.objects.bulk_create(
        [
            BillEntry(
                bill=held,
                order=row.order,
                refund=row.refund,
                transaction=row.transaction,
                amount_fen=row.amount_fen,
                at=row.at,
            )
            for row in found.rows
        ]
    )
    held.state, held.digest, held.imported_at = BillState.FETCHED, found.digest, city_now()


def _compare_again() -> None:
    """Days with open differences: what is only with the provider may have come to us since."""
    rows = Difference.objects.filter(state=Difference.State.OPEN).exclude(kind__in=OF_FILES)
    for bill_id in rows.order_by("bill_id").values_list("bill_id", flat=True).distinct():
        with transaction.atomic():
            _compare(Bill.objects.select_for_update().get(pk=bill_id))


def _compare(bill: Bill) -> None:
    theirs = [
        Theirs(row.order, row.refund, row.transaction, row.amount_fen)
        for row in bill.entries.order_by("pk")
    ]
    orders = {row.order for row in theirs if not row.refund}
    refunds = {row.refund for row in theirs if row.refund}
    ours = recorded.numbered(bill.provider, orders, refunds)
    left = []
    if bill.state in {BillState.FETCHED, BillState.NONE}:
        day = recorded.taken_on(bill.provider, bill.day)
        rows = BillEntry.objects.filter(
            order__in=[each.order for each in day], bill__provider=bill.provider
        )
        billed = set(rows.values_list("order", "refund", "transaction"))
        left = [each for each in day if (*each.key, each.transaction) not in billed]
    _keep(bill, set(Kind) - OF_FILES, list(differences(theirs, ours, left)))


def _keep(bill: Bill, kinds: Iterable[Kind], found: list[Found]) -> None:
    """Of some kinds: what is found stands, open or explained, and what is not found agrees."""
    wanted = {_told(each): each for each in found}
    standing = bill.differences.exclude(state=Difference.State.AGREED).filter(kind__in=kinds)
    for one in standing:
        if wanted.pop(_told(one), None) is None and one.state == Difference.State.OPEN:
            Difference.objects.filter(pk=one.pk).update(
                state=Difference.State.AGREED, ended_at=CityNow()
            )
    _open(bill, wanted.values())


def _open(bill: Bill, found: Iterable[Found]) -> None:
    at = city_now()
    Difference.objects.bulk_create(
        Difference(bill=bill, found_at=at, **asdict(each)) for each in found
    )


def _told(one: Found | Difference) -> tuple[object, ...]:
    """What makes it the same difference as another one."""
    return (
        one.kind, one.order, one.refund, one.transaction, one.theirs_fen, one.ours_fen,
        one.ours_state, *sorted(one.said.items()),
    )  # fmt: skip
