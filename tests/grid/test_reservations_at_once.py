"""Many who want the same room at the same instant: never more than there is, nothing lost.

The naive version beside it, which reads what is open and then writes, promises it twice.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from decimal import Decimal
from threading import Barrier, Event
from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accounts.models import User
from core import demonstration
from core.clock import city_now
from core.problems import Invalid
from grid.models import Element, Hold, PromiseTotal, Reservation
from grid.reservations import Wanted, known, lock_ways, reserve, way_of
from portal.held import HELD
from tests.concurrency.processes import at_once, refusals
from tests.grid.elements import element, end, opens, promise, published, tree
from tests.people import again, open_demonstration

#: Of the large campaign: attempts in all, from so many processes, in so many rounds.
ATTEMPTS, PROCESSES, ROUNDS = 10_000, 8, 25
LINES, POSTS = 10, 40
ROOMS: Final = {
    "T": 20_000, **{f"L{n}": 3_000 for n in range(LINES)}, **{f"P{n}": 500 for n in range(POSTS)}
}  # fmt: skip
#: As long as whoever waits for a lock is given to come to it, in seconds.
PATIENCE: Final = 20
Attempt = Callable[[str, int], object]


@pytest.fixture
def lead(with_people: None, committed_db: str) -> User:
    """The lead in a database of this test's own, where transactions really commit."""
    demonstration._known.clear()
    return open_demonstration()["supply-lead"]


def careful(code: str, kva: int) -> object:
    """As the acts do it: the instant is that of the entry, under the locks."""
    with transaction.atomic():
        wanted = [Wanted(code, Decimal(kva))]
        lock_ways(wanted)
        case = uuid4()
        reserve(case_ref=case, number="n", wanted=wanted, at=city_now())
    return case


def naive(code: str, kva: int) -> object:
    """Read what is open, then write."""
    with transaction.atomic():
        found = known(code)
        assert found
        if found.open_kva < kva:  # type: ignore[attr-defined]
            raise Invalid([])
        case = uuid4()
        row = Reservation.objects.create(
            case_ref=case, number="n", element=found, kva=kva, from_at=city_now()
        )
        keys = way_of(found)
        Hold.objects.bulk_create(Hold(reservation=row, element_id=key) for key in keys)
    return case


@contextmanager
def without_referee() -> Iterator[None]:
    switch = "ALTER TABLE grid_hold {} TRIGGER grid_hold_fits"
    with connections["owner"].cursor() as cursor:
        cursor.execute(switch.format("DISABLE"))
    yield
    with connections["owner"].cursor() as cursor:
        cursor.execute(switch.format("ENABLE"))


# --- every interleaving of two ----------------------------------------------------------------


class Stop:
    """Stands before the statement of a number, until it may go on."""

    def __init__(self, number: int) -> None:
        self.left, self.reached, self.go = number, Event(), Event()

    def __call__(self, execute: Any, *rest: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            self.reached.set()
            assert self.go.wait(PATIENCE)
        return execute(*rest)


def alone(attempt: Attempt, stop: Stop | None = None) -> str:
    """One attempt at the last room of a line, from a thread: what came of it."""
    try:
        with connection.execute_wrapper(stop) if stop else nullcontext():
            attempt("L1", 500)
        return "reserved"
    except Invalid:
        return "refused"
    finally:
        if stop:
            stop.reached.set()
        connection.close()


def answered_or_waits(answer: "Future[str]") -> None:
    """Once a rival has its answer, or waits for a lock."""
    with connection.cursor() as cursor:
        while not answer.done():
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return


def interleaved(attempt: Attempt) -> list[tuple[str, str]]:
    """Two attempts at the last room, the first of them stopped before each of its statements while
    the second one goes as far as it can: what both came to, by statement."""
    found: list[tuple[str, str]] = []
    with ThreadPoolExecutor(2) as pool:
        number = 1
        while True:
            stop = Stop(number)
            first = pool.submit(alone, attempt, stop)
            assert stop.reached.wait(PATIENCE)
            if first.done() or stop.left > 0:
                first.result(PATIENCE)
                return found
            second = pool.submit(alone, attempt)
            answered_or_waits(second)
            stop.go.set()
            found.append((first.result(PATIENCE), second.result(PATIENCE)))
            end_all()
            number += 1


def end_all() -> None:
    for case in Reservation.objects.filter(ended_at=None).values_list("case_ref", flat=True):
        end(case)


def test_of_two_for_the_last_room_one_has_it_however_they_meet(lead: User) -> None:
    published(lead, *tree(L1=500))
    found = interleaved(careful)
    assert len(found) > 5
    # Up to its lock the second one may be faster; from then on it waits, and reads why.
    assert set(found) == {("refused", "reserved"), ("reserved", "refused")}
    with without_referee():
        assert ("reserved", "reserved") in interleaved(naive)


def test_with_the_referee_the_naive_version_fails_and_promises_nothing_twice(lead: User) -> None:
    published(lead, *tree(L1=500))
    stop = Stop(4)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(alone, naive, stop)
        assert stop.reached.wait(PATIENCE)
        careful("L1", 500)
        stop.go.set()
        with pytest.raises(DatabaseError, match="more is promised of an element than there is"):
            first.result(PATIENCE)
    assert opens()["L1"] == 0


# --- locks ------------------------------------------------------------------------------------


def test_sources_in_either_order_and_publications_in_between_never_wait_for_each_other(
    lead: User,
) -> None:
    published(lead, *tree(T=1_000_000, L1=1_000_000, L2=1_000_000))
    pairs = [("L1", "L2"), ("L2", "L1")] * 2
    ready = Barrier(len(pairs) + 1)

    def reserves(pair: tuple[str, str]) -> None:
        ready.wait(PATIENCE)
        try:
            for _ in range(15):
                with transaction.atomic():
                    promise(pair[0], 1, pair[1])
        finally:
            connection.close()

    def publishes() -> None:
        by = again(lead)
        ready.wait(PATIENCE)
        try:
            for turn in range(5):
                feeder = ("T", "B")[turn % 2]
                published(by, element("L1", feeder, 1_000_000, reason=f"turn {turn}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pairs) + 1) as pool:
        tasks = [pool.submit(publishes), *(pool.submit(reserves, pair) for pair in pairs)]
        for task in tasks:
            task.result(PATIENCE * 6)
    assert Reservation.objects.filter(ended_at=None).count() == 120
    # The first line hangs from the transformer itself in the end, and the bus has lost its share.
    shares = Counter(Hold.objects.values_list("element__code", flat=True))
    assert shares == {"S": 120, "T": 120, "B": 60, "L1": 60, "L2": 60}


def test_cases_that_move_against_each_other_and_end_leave_nothing_behind(lead: User) -> None:
    """What one gives up the other takes: each has the sums of both in hand."""
    published(lead, *tree(T=1_000_000, L1=1_000_000, L2=1_000_000, P1=1_000, P2=1_000))
    pairs = [("P1", "P2"), ("P2", "P1"), ("L1", "P2"), ("P2", "L1")]
    before, ready = opens(), Barrier(len(pairs))

    def moves(pair: tuple[str, str]) -> None:
        case = uuid4()
        ready.wait(PATIENCE)
        try:
            for turn in range(30):
                with transaction.atomic():
                    promise(pair[turn % 2], 100, pair[1 - turn % 2], case=case)
                if turn % 7 == 6:
                    with transaction.atomic():
                        end(case)
            with transaction.atomic():
                end(case)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pairs)) as pool:
        for task in [pool.submit(moves, pair) for pair in pairs]:
            task.result(PATIENCE * 6)
    assert (Hold.objects.count(), PromiseTotal.objects.count()) == (0, 0)
    assert opens() == before


# --- killed -----------------------------------------------------------------------------------


def killed_before(number: int) -> Callable[[], object]:
    """An attempt at the last room by a process that is killed before a statement of it; after the
    last one, before its commit."""

    def kill(execute: Any, *rest: Any) -> Any:
        nonlocal number
        number -= 1
        if number == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*rest)

    def attempt() -> object:
        with transaction.atomic():
            with connection.execute_wrapper(kill):
                careful("L1", 500)
            if number == 1:
                os.kill(os.getpid(), signal.SIGKILL)
        return None

    return attempt


@pytest.mark.faults
def test_whoever_is_killed_holds_nothing_and_locks_nothing(lead: User) -> None:
    published(lead, *tree(L1=500))
    before, number = opens(), 1
    while True:
        [outcome] = at_once(killed_before(number))
        if not outcome.refused:
            break
        assert (outcome.refused, opens()) == ("process died", before)
        number += 1
    assert number > 8
    assert Reservation.objects.count() == 1


# --- ten thousand -----------------------------------------------------------------------------


def large(lead: User) -> None:
    published(
        lead,
        element("S"), element("T", "S", ROOMS["T"]), element("B", "T"),
        *(element(f"L{n}", "B", ROOMS[f"L{n}"]) for n in range(LINES)),
        *(element(f"P{n}", f"L{n % LINES}", ROOMS[f"P{n}"]) for n in range(POSTS)),
    )  # fmt: skip


def attempts(attempt: Attempt, seed: int) -> Callable[[], dict[str, int]]:
    """A share of all attempts, of chosen sizes at chosen places; one in three that is granted is
    ended again, so that the same room is wanted over and over."""

    def run() -> dict[str, int]:
        chance, count = random.Random(seed), Counter[str]()
        mine: list[tuple[str, Any]] = []
        for _ in range(ATTEMPTS // PROCESSES // ROUNDS):
            place = chance.choice([f"P{n}" for n in range(POSTS)] + [f"L{n}" for n in range(LINES)])
            try:
                mine.append((place, attempt(place, chance.randrange(50, 400))))
                count["reserved"] += 1
            except Invalid:
                count["refused"] += 1
            if mine and chance.random() < 0.33:
                place, case = mine.pop(chance.randrange(len(mine)))
                with transaction.atomic():
                    if attempt is careful:
                        # Under the locks, so that its instant is in the order of the others.
                        lock_ways([Wanted(place, Decimal(1))])
                    end(case)
        return dict(count)

    return run


def over() -> dict[str, int]:
    """By how much each element ever was promised beyond its room: counted anew from all that was
    ever promised and how it ended, without any function of the database."""
    parents = dict(Element.objects.values_list("code", "parent__code"))
    events: dict[str, list[tuple[Any, Decimal]]] = {}
    for code, kva, since, until in Reservation.objects.values_list(
        "element__code", "kva", "from_at", "ended_at"
    ):
        above: str | None = code
        while above:
            at = events.setdefault(above, [])
            at.append((since, kva))
            if until:
                at.append((until, -kva))
            above = parents[above]
    found = {}
    for code, room in ROOMS.items():
        total = peak = Decimal(0)
        for _at, kva in sorted(events.get(code, [])):
            total += kva
            peak = max(peak, total)
        if peak > room:
            found[code] = int(peak - room)
    return found


def campaign(attempt: Attempt, rounds: int) -> Counter[str]:
    """How many attempts were granted and refused; every round begins with all room free."""
    counts: Counter[str] = Counter()
    for number in range(rounds):
        end_all()
        calls = [attempts(attempt, number * PROCESSES + each) for each in range(PROCESSES)]
        outcomes = at_once(*calls)
        assert refusals(outcomes) == []
        for one in outcomes:
            counts.update(one.value)
    return counts


@pytest.mark.faults
def test_ten_thousand_attempts_from_eight_processes_are_never_over(lead: User) -> None:
    large(lead)
    counts = campaign(careful, ROUNDS)
    assert counts.total() == ATTEMPTS
    assert counts["reserved"] == Reservation.objects.count() > ATTEMPTS / 20
    assert over() == {}
    with connection.cursor() as cursor:
        cursor.execute(HELD["what is promised of an element is added up as it is held"])
        assert cursor.fetchall() == []
    with without_referee():
        campaign(naive, 4)
    assert over()
