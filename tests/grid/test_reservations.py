"""What is promised of the grid: the peak along the way up, never more than there is, for a time."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils.translation import override

from accounts.models import User
from core.clock import city_now, local_date
from core.problems import Invalid
from grid import reservations
from grid.figures import with_figures
from grid.models import Element, ElementRow, Hold, Reservation
from grid.proposals import independence
from ledger.actions import move_clock
from tests.grid.elements import element, end, opens, promise, published, tree

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTHING_PROMISED = {
    "B": 1000, "L1": 800, "L2": 600, "P1": 400, "P2": 400, "S": 1000, "T": 1000,
}  # fmt: skip


@pytest.fixture
def grid(lead: User) -> User:
    """A small tree is published by the lead."""
    published(lead, *tree(S=1000))
    return lead


def refused(code: str, kva: float, **more: object) -> tuple[str, str]:
    """Where and why a promise is refused."""
    with pytest.raises(Invalid) as refusal, transaction.atomic(), override("en"):
        promise(code, kva, **more)  # type: ignore[arg-type]
    [error] = refusal.value.errors
    return error.pointer, str(error.reason)


def held(case: UUID) -> list[tuple[str, int, str]]:
    """What was ever promised to a case: of what, how much, and how it ended."""
    rows = Reservation.objects.filter(case_ref=case).order_by("pk")
    return [
        (code, int(kva), ending)
        for code, kva, ending in rows.values_list("element__code", "kva", "ending")
    ]


# --- the way up -------------------------------------------------------------------------------


def test_a_promise_counts_on_all_that_feeds_it_and_a_full_transformer_closes_its_lines(
    grid: User,
) -> None:
    assert opens() == NOTHING_PROMISED
    promise("P1", 300)
    below = {"L1": 500, "P1": 100, "L2": 600, "P2": 400}
    assert opens() == below | {"S": 700, "T": 700, "B": 700}
    promise("L2", 600)
    assert opens() == {"S": 100, "T": 100, "B": 100, "L1": 100, "L2": 0, "P1": 100, "P2": 0}
    assert refused("L1", 101) == (
        "/supply/0/element", "Can still take 100 kVA; 101 kVA are needed."
    )  # fmt: skip
    promise("L1", 100)
    assert set(opens().values()) == {0}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (element("L1", "B"), "What it can still take is not known."),
        (
            element("L1", "B", 800, limited="yes", reason="Overloaded"),
            "Is limited: Overloaded",
        ),
        (element("L1", "B", 800, max_load_kva=900), "Can still take 0 kVA; 50 kVA are needed."),
    ],
)
def test_what_is_unknown_limited_or_overloaded_is_not_offered(
    grid: User, row: dict[str, object], why: str
) -> None:
    published(grid, row)
    assert refused("L1", 50) == ("/supply/0/element", why)


def test_what_is_unknown_above_reaches_what_hangs_below(grid: User) -> None:
    published(grid, element("T", "S"))
    assert opens() == dict.fromkeys(NOTHING_PROMISED) | {"S": 1000}
    assert refused("P2", 1)[1] == "What it can still take is not known."


def test_figures_of_nobody_are_no_element(grid: User) -> None:
    assert refused("L9", 1)[1] == "There is no element of the grid with this code."


# --- time -------------------------------------------------------------------------------------


def test_the_peak_counts_and_not_the_sum_of_what_follows_one_another(grid: User) -> None:
    """Two supplies of a site, one after the other, beside one for good."""
    now = city_now()
    promise("P1", 150)
    promise("P1", 250, at=now, until=now + HOUR)
    promise("P1", 250, at=now + HOUR, until=now + 2 * HOUR)
    assert opens()["P1"] == 0
    assert refused("P1", 1, at=now + HOUR - timedelta(seconds=1), until=now + HOUR)
    assert refused("P1", 1, at=now + HOUR, until=now + 2 * HOUR)
    promise("P1", 250, at=now + 2 * HOUR)


def test_what_ends_at_an_instant_makes_room_for_what_begins_at_it(grid: User) -> None:
    now = city_now()
    promise("P1", 400, at=now, until=now + HOUR)
    promise("P1", 400, at=now + HOUR)
    assert opens()["P1"] == 0


def test_a_promise_lapses_at_its_instant_and_the_note_of_it_comes_later(grid: User) -> None:
    lapses_at = city_now() + HOUR
    case = promise("P1", 400, lapses_at=lapses_at)
    assert opens()["P1"] == 0
    move_clock(offset=HOUR * 2)
    assert (opens(), held(case)) == (NOTHING_PROMISED, [("P1", 400, "")])
    assert list(reservations.of_case(case)) == []
    assert (reservations.end_lapsed(), reservations.end_lapsed()) == (1, 0)
    assert Reservation.objects.get().ended_at == lapses_at
    assert (held(case), Hold.objects.count()) == ([("P1", 400, "lapsed")], 0)


def test_what_has_lapsed_does_not_come_back_by_prolonging_it(grid: User) -> None:
    """Its room may be somebody else's by now."""
    case = promise("P1", 400, lapses_at=city_now() + HOUR)
    move_clock(offset=HOUR * 2)
    promise("P1", 400)
    reservations.lapse_at(case, None)
    assert (opens()["P1"], list(reservations.of_case(case))) == (0, [])
    with pytest.raises(DatabaseError, match="has lapsed"), transaction.atomic():
        Reservation.objects.filter(case_ref=case).update(lapses_at=None)


def test_what_is_prolonged_in_time_holds_on(grid: User) -> None:
    case = promise("P1", 400, lapses_at=city_now() + HOUR)
    reservations.lapse_at(case, city_now() + 3 * HOUR)
    move_clock(offset=HOUR * 2)
    assert opens()["P1"] == 0


def test_power_counts_until_the_figures_are_of_a_later_day(grid: User) -> None:
    case = promise("P1", 300, lapses_at=city_now() + HOUR)
    reservations.connect(case, city_now())
    today = local_date(city_now())
    move_clock(offset=timedelta(days=3))
    counted = opens()
    assert counted["P1"] == 100
    published(grid, element("P1", "L1", 400, max_load_kva=50, data_date=today))
    assert opens() == counted | {"P1": 50}
    published(grid, element("P1", "L1", 400, max_load_kva=300, data_date=today + timedelta(days=1)))
    # The load of the transformer has it now; that of what feeds it is older still.
    assert opens() == counted


# --- moved and ended --------------------------------------------------------------------------


def test_a_case_is_moved_within_its_own_room_without_a_gap_or_a_double_hold(grid: User) -> None:
    case = promise("P1", 400)
    promise("P1", 350, case=case)
    promise("P2", 350, case=case)
    assert opens() == NOTHING_PROMISED | {
        "P2": 50, "L2": 250, "B": 650, "T": 650, "S": 650, "L1": 650,
    }  # fmt: skip
    assert held(case) == [("P1", 400, "moved"), ("P1", 350, "moved"), ("P2", 350, "")]


def test_a_move_that_is_refused_leaves_what_was_promised(grid: User) -> None:
    promise("P2", 400)
    case = promise("P1", 400)
    before = opens()
    assert refused("P2", 1, case=case)[1] == "Can still take 0 kVA; 1 kVA are needed."
    assert (opens(), held(case)) == (before, [("P1", 400, "")])


def test_ending_frees_at_once_and_a_second_time_nothing_more(grid: User) -> None:
    case = promise("P1", 400)
    end(case)
    ended = Reservation.objects.get().ended_at
    end(case)
    assert (opens(), Reservation.objects.get().ended_at) == (NOTHING_PROMISED, ended)


# --- the referee ------------------------------------------------------------------------------

HOLD = (
    "INSERT INTO grid_hold (reservation_id, element_id)"
    " SELECT %s, id FROM grid_element WHERE code = 'P2'"
)
BY_HAND = [
    (HOLD, "more is promised of an element than there is"),
    ("UPDATE grid_reservation SET kva = 1 WHERE id = %s", "permission denied"),
    ("UPDATE grid_reservation SET until_at = city_now() WHERE id = %s", "permission denied"),
    ("DELETE FROM grid_reservation WHERE id = %s", "permission denied"),
    ("DELETE FROM grid_hold WHERE reservation_id = %s", "permission denied"),
]


@pytest.mark.parametrize(("statement", "why"), BY_HAND)
def test_the_database_refuses_what_no_act_does(grid: User, statement: str, why: str) -> None:
    promise("P2", 200)
    case = promise("P1", 300)
    [key] = Reservation.objects.filter(case_ref=case).values_list("pk", flat=True)
    with (
        pytest.raises(DatabaseError, match=why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [key])


# --- publications -----------------------------------------------------------------------------


def public(code: str) -> tuple[object, ...]:
    rows = with_figures(ElementRow.objects.standing())
    row = rows.get(code=code)
    return row.offered_kva, row.connected_kva, row.open_kva


def test_figures_lowered_below_what_is_promised_are_a_shortage(grid: User) -> None:
    case = promise("L1", 700)
    published(grid, element("L1", "B", 500))
    assert opens() == NOTHING_PROMISED | {
        "L1": -200, "P1": -200, "B": 300, "T": 300, "S": 300, "L2": 300, "P2": 300,
    }  # fmt: skip
    assert (public("L1"), public("P1")) == ((700, 0, 0), (0, 0, 0))
    assert refused("P1", 1)[1] == "Can still take 0 kVA; 1 kVA are needed."
    assert held(case) == [("L1", 700, "")]


def test_what_is_fed_otherwise_takes_its_promises_along(grid: User) -> None:
    promise("P1", 300)
    published(grid, element("P1", "L2", 400))
    assert opens() == {
        "S": 700, "T": 700, "B": 700, "L1": 700, "L2": 300, "P1": 100, "P2": 300,
    }  # fmt: skip


# --- two sources ------------------------------------------------------------------------------


def test_two_sources_hold_each_their_own_and_what_both_pass_twice(grid: User) -> None:
    case = promise("L1", 400, "L2")
    assert opens()["T"] == 200
    promise("L1", 500, "L2", case=case)
    assert opens() == NOTHING_PROMISED | {
        "S": 0, "T": 0, "B": 0, "L1": 0, "L2": 0, "P1": 0, "P2": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("other", "said"),
    [("L2", None), ("L3", "another bus"), ("L4", "another substation"), ("L5", None)],
)
def test_what_makes_two_sources_independent_is_said(
    grid: User, other: str, said: str | None
) -> None:
    """L5 hangs from its transformer, and nothing is known of its bus."""
    published(
        grid,
        element("B3", "T"), element("L3", "B3", 500),
        element("S4", room=9000), element("L4", "S4", 500),
        element("L5", "T", 500),
    )  # fmt: skip
    one, two = (Element.objects.get(code=code) for code in ("L1", other))
    with override("en"):
        found = independence(one, two)
        assert (str(found) if found else None) == said


def test_the_public_page_that_is_kept_moves_with_a_promise_at_once(grid: User) -> None:
    reader, page = Client(), "/disclosure/capacity/"
    before = [reader.get(page).content for _ in range(2)]
    promise("P1", 400)
    assert before[0] == before[1] != reader.get(page).content
