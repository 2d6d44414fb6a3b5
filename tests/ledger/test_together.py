"""Two processes write to one case and to the city's chain: one after the other, nothing lost."""

import time
from collections.abc import Callable
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction

from core import demonstration as city
from ledger.actions import open_city
from ledger.models import Entry
from ledger.record import CITY_REF, append
from ledger.verify import verify
from tests.concurrency.processes import at_once, refusals
from tests.ledger.entries import insert, step

WRITERS, EACH = 4, 40


def writer(*refs: UUID) -> Callable[[], list[int]]:
    def write() -> list[int]:
        numbers = []
        for _ in range(EACH):
            with transaction.atomic():
                done = append(*(step(ref) for ref in refs))
            numbers += [one.case_seq for one in done]
        return numbers

    return write


def test_one_case_and_the_city_from_four_processes(committed_db: str) -> None:
    city._known.clear()
    open_city(demonstration=True)
    ref = uuid4()
    # In either order: the locks are taken in one.
    outcomes = at_once(*(writer(*(pair if n % 2 else pair[::-1]))
                         for n, pair in enumerate([(ref, CITY_REF)] * WRITERS)))  # fmt: skip
    assert refusals(outcomes) == []
    for case_ref, opening in ((ref, 0), (CITY_REF, 1)):
        rows = list(Entry.objects.filter(case_ref=case_ref).order_by("id"))
        assert [row.case_seq for row in rows] == list(range(1, WRITERS * EACH + opening + 1))
        instants = [row.at for row in rows]
        assert instants == sorted(instants)
    assert verify() is None


def test_a_writer_without_our_lock_is_put_in_order_too(committed_db: str) -> None:
    """By direct SQL: the trigger takes the lock of the case itself."""
    city._known.clear()
    open_city(demonstration=True)
    ref = uuid4()

    def by_hand() -> None:
        for _ in range(EACH):
            try:
                with transaction.atomic():
                    insert(case_ref=ref)
                    time.sleep(0.002)
            except DatabaseError as error:
                # Without the lock beforehand the clock may be read before the other's entry.
                if "clock before last event" not in str(error):
                    raise

    assert refusals(at_once(by_hand, by_hand)) == []
    numbers = list(Entry.objects.filter(case_ref=ref).order_by("case_seq").values_list("case_seq"))
    assert numbers == [(number,) for number in range(1, len(numbers) + 1)]
