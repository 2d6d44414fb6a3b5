"""What is one interruption, and how long customers were without power in it."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import CITY
from reliability.indices.joining import Joined, Joining, Piece, Place, joined

RULE = Joining(timedelta(minutes=3), timedelta(minutes=3))
TRANSFORMER = Place("510302", "urban", "low", "T1")
STREET = Place("510302", "urban", "low", words="Wuxing Street / 100")
BEGIN = datetime(2026, 6, 30, tzinfo=CITY)
MINUTE = timedelta(minutes=1)


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CITY)


def piece(
    off: datetime | str,
    on: datetime | str | None,
    customers: int = 100,
    *,
    excluded: bool = False,
    recorded: tuple[datetime, datetime] | None = None,
) -> Piece:
    begun = at(off) if isinstance(off, str) else off
    ended = at(on) if isinstance(on, str) else on
    return Piece(
        f"P-{begun:%d%H%M}",
        "fault",
        "",
        customers,
        excluded,
        begun,
        ended,
        recorded or (begun, ended),
    )


def minutes(found: list[Joined], *, counted: bool = False) -> list[float]:
    """Customer-minutes of each."""
    return [each.lost(counted=counted) / 60_000_000 for each in found]


def test_an_evening_over_midnight_is_its_minutes() -> None:
    [night] = joined(STREET, [piece("2026-06-30 22:00", "2026-07-01 00:30", 1)], RULE)
    assert night.length == 150 * MINUTE
    [until_midnight] = joined(STREET, [piece("2026-06-30 17:50", "2026-07-01 00:00", 1)], RULE)
    assert (until_midnight.length, until_midnight.off.day) == (370 * MINUTE, 30)


@pytest.mark.parametrize("place", [TRANSFORMER, STREET])
@pytest.mark.parametrize(("gap", "number"), [(0, 1), (1, 1), (3, 1), (4, 2)])
def test_adjacent_rows_and_a_technical_gap_are_one_over_midnight_too(
    place: Place, gap: int, number: int
) -> None:
    midnight = at("2026-07-01 00:00")
    found = joined(
        place,
        [piece("2026-06-30 22:00", midnight), piece(midnight + gap * MINUTE, "2026-07-01 02:00")],
        RULE,
    )
    assert len(found) == number
    assert sum(minutes(found)) == (240 - gap) * 100
    assert [each.customers(counted=False) for each in found] == [100] * number


def test_nobody_at_an_element_is_without_power_twice_at_once() -> None:
    found = joined(
        TRANSFORMER,
        [
            piece("2026-06-30 08:00", "2026-06-30 10:00"),
            piece("2026-06-30 09:00", "2026-06-30 11:00", 40),
        ],
        RULE,
    )
    assert minutes(found) == [120 * 100 + 60 * 40]
    assert found[0].customers(counted=False) == 100


def test_in_the_same_streets_what_overlaps_may_be_of_others() -> None:
    found = joined(
        STREET,
        [
            piece("2026-06-30 08:00", "2026-06-30 10:00"),
            piece("2026-06-30 08:00", "2026-06-30 10:00"),
        ],
        RULE,
    )
    assert minutes(found) == [12_000, 12_000]


def test_what_the_plan_leaves_out_of_one_interruption_is_left_out_of_it_alone() -> None:
    [whole] = joined(
        TRANSFORMER,
        [
            piece("2026-06-30 08:00", "2026-06-30 09:00"),
            piece("2026-06-30 09:00", "2026-06-30 11:00", excluded=True),
        ],
        RULE,
    )
    assert minutes([whole]) == [18_000]
    assert minutes([whole], counted=True) == [6_000]
    assert (whole.customers(counted=False), whole.customers(counted=True)) == (100, 100)


def test_power_that_is_still_off_waits_for_its_end() -> None:
    ended, off = joined(
        TRANSFORMER,
        [piece("2026-06-30 08:00", "2026-06-30 09:00"), piece("2026-06-30 09:01", None)],
        RULE,
    )
    assert (ended.on, off.on) == (at("2026-06-30 09:00"), None)


def test_corrected_times_stand_beside_those_of_the_record() -> None:
    early = at("2026-06-30 07:30")
    [found] = joined(
        TRANSFORMER,
        [
            piece(
                early, "2026-06-30 09:00", recorded=(at("2026-06-30 08:00"), at("2026-06-30 09:00"))
            )
        ],
        RULE,
    )
    assert (found.pieces[0].corrected, minutes([found])) == (True, [9_000])
    assert found.recorded(counted=False) / 60_000_000 == 6_000


@pytest.mark.parametrize(
    ("rule", "seconds", "momentary"),
    [
        (RULE, 180, True),
        (RULE, 181, False),
        (Joining(momentary=3 * MINUTE, limit_is_momentary=False), 180, False),
        (Joining(momentary=3 * MINUTE, limit_is_momentary=False), 179, True),
        (Joining(), 0, False),
    ],
)
def test_the_limit_itself_counts_as_the_rules_say(
    rule: Joining, seconds: int, momentary: bool
) -> None:
    assert rule.is_momentary(timedelta(seconds=seconds)) is momentary


spans = st.lists(
    st.tuples(
        st.integers(min_value=0, max_value=3_000),
        st.integers(min_value=1, max_value=600),
        st.integers(min_value=1, max_value=50),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


def pieces_of(some: list[tuple[int, int, int, bool]]) -> list[Piece]:
    return [
        piece(BEGIN + begun * MINUTE, BEGIN + (begun + long) * MINUTE, customers, excluded=excluded)
        for begun, long, customers, excluded in some
    ]


@given(spans, st.data())
def test_splitting_at_any_instant_changes_nothing(
    some: list[tuple[int, int, int, bool]], data: st.DataObject
) -> None:
    pieces = pieces_of(some)
    before = joined(TRANSFORMER, pieces, RULE)
    which = data.draw(st.integers(min_value=0, max_value=len(pieces) - 1))
    split = pieces[which]
    assert split.on is not None
    micro = timedelta(microseconds=1)
    instant = split.off + data.draw(st.integers(0, (split.on - split.off) // micro)) * micro
    parts = [
        piece(split.off, instant, split.customers, excluded=split.excluded),
        piece(instant, split.on, split.customers, excluded=split.excluded),
    ]
    after = joined(TRANSFORMER, [*pieces[:which], *parts, *pieces[which + 1 :]], RULE)
    for counted in (False, True):
        assert sum(each.lost(counted=counted) for each in before) == sum(
            each.lost(counted=counted) for each in after
        )
        assert sum(each.customers(counted=counted) for each in before) == sum(
            each.customers(counted=counted) for each in after
        )


@given(spans)
def test_each_minute_is_counted_once_with_the_most_customers_of_it(
    some: list[tuple[int, int, int, bool]],
) -> None:
    """Against the minutes themselves, one by one."""
    for counted in (False, True):
        mine = [each for each in some if not (counted and each[3])]
        by_minute = sum(
            max((n for begun, long, n, _out in mine if begun <= t < begun + long), default=0)
            for t in range(3_600)
        )
        found = joined(TRANSFORMER, pieces_of(some), RULE)
        assert sum(minutes(found, counted=counted)) == by_minute


@given(spans)
def test_interruptions_of_an_element_lie_further_apart_than_the_gap(
    some: list[tuple[int, int, int, bool]],
) -> None:
    found = joined(TRANSFORMER, pieces_of(some), RULE)
    for first, second in pairwise(found):
        assert first.on is not None
        assert second.off - first.on > RULE.gap
