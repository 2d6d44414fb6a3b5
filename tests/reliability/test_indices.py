"""The indices: the test vector of facts.md 4.3, the identities, and no data apart from zero."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reliability.indices import (
    NO_DATA,
    Indices,
    Interruption,
    Served,
    fall,
    hours_from_year_start,
    indices,
    rounded,
    within,
)

VECTOR = [(120, 400), (45, 1200), (180, 300), (15, 2500), (90, 600)]
PLAIN_YEAR, LEAP_YEAR = Fraction(8760), Fraction(8784)


def interruptions(pairs: list[tuple[int, int]]) -> list[Interruption]:
    return [Interruption(Fraction(minutes, 60), customers) for minutes, customers in pairs]


def test_the_published_vector_gives_its_figures() -> None:
    found = indices(interruptions(VECTOR), Served(10_000, PLAIN_YEAR))
    assert found == Indices(
        saidi=Fraction(33, 80),
        saifi=Fraction(1, 2),
        caidi=Fraction(33, 40),
        asai=1 - Fraction(33, 80) / 8760,
    )
    assert rounded(found.saidi, 4) == Decimal("0.4125")
    assert rounded(found.caidi, 3) == Decimal("0.825")
    assert rounded(found.asai, 12) == Decimal("0.999952910959")


def test_a_leap_year_has_a_day_more() -> None:
    found = indices(interruptions(VECTOR), Served(10_000, LEAP_YEAR))
    assert rounded(found.asai, 12) == Decimal("0.999953039617")


def test_no_outage_is_zero_and_no_customers_is_no_data() -> None:
    assert indices([], Served(10, PLAIN_YEAR)) == Indices(
        Fraction(0), Fraction(0), None, Fraction(1)
    )
    for nobody in (None, Served(0, PLAIN_YEAR), Served(10, Fraction(0))):
        assert indices(interruptions(VECTOR), nobody) == NO_DATA


def test_hours_run_from_new_year_to_the_end_of_the_last_day() -> None:
    assert hours_from_year_start(2022, date(2022, 1, 1)) == 24
    assert hours_from_year_start(2022, date(2022, 12, 31)) == 8760
    assert hours_from_year_start(2024, date(2024, 12, 31)) == 8784
    assert hours_from_year_start(2022, date(2023, 6, 1)) == 8760
    assert hours_from_year_start(2022, date(2021, 6, 1)) == 0


def test_the_fall_needs_a_year_before_that_is_not_zero() -> None:
    assert fall(Fraction(23, 5), Fraction(5)) == Fraction(2, 25)
    assert fall(Fraction(6), Fraction(5)) == Fraction(-1, 5)
    assert [fall(Fraction(1), None), fall(None, Fraction(1)), fall(Fraction(1), Fraction(0))] == [
        None,
        None,
        None,
    ]


def test_either_the_hours_or_the_fall_is_enough() -> None:
    limit, target = Decimal(5), Decimal("0.08")

    def met(hours: str, drop: str | None) -> bool | None:
        share = Fraction(drop) if drop is not None else None
        return within(Fraction(hours), limit=limit, drop=share, target=target)

    assert met("5", None) is True
    assert met("5.0001", None) is False
    assert met("6", "0.08") is True
    assert met("6", "0.0799") is False
    assert within(None, limit=limit, drop=None, target=target) is None
    assert within(Fraction(1), limit=None, drop=None, target=target) is None


def test_figures_are_rounded_half_up_for_display() -> None:
    assert rounded(Fraction(1, 8), 2) == Decimal("0.13")
    assert rounded(Fraction(0), 2) == Decimal("0.00")
    assert rounded(None, 2) is None


events = st.lists(
    st.builds(
        Interruption,
        hours=st.fractions(min_value=0, max_value=500, max_denominator=3600),
        customers=st.integers(min_value=0, max_value=10**6),
    ),
    max_size=30,
)
served = st.builds(
    Served,
    customers=st.integers(min_value=1, max_value=10**7),
    period_hours=st.integers(min_value=1, max_value=8784).map(Fraction),
)


@given(events, served)
def test_saidi_is_saifi_times_caidi_and_asai_follows_from_saidi(
    some: list[Interruption], base: Served
) -> None:
    found = indices(some, base)
    assert found.saidi is not None
    assert found.saifi is not None
    if found.caidi is None:
        assert (found.saifi, found.saidi) == (Fraction(0), Fraction(0))
    else:
        assert found.saidi == found.saifi * found.caidi
    assert found.asai == 1 - found.saidi / base.period_hours


@given(st.lists(st.tuples(events, served), min_size=1, max_size=5))
def test_the_weighted_sum_over_groups_is_the_total(
    groups: list[tuple[list[Interruption], Served]],
) -> None:
    everybody = sum(base.customers for _some, base in groups)
    period = groups[0][1].period_hours
    total = indices([event for some, _base in groups for event in some], Served(everybody, period))
    weighted = sum(
        (indices(some, base).saidi or Fraction(0)) * base.customers for some, base in groups
    )
    assert total.saidi == Fraction(weighted) / everybody


@given(events, events, served)
def test_leaving_outages_out_never_makes_the_hours_longer(
    kept: list[Interruption], left_out: list[Interruption], base: Served
) -> None:
    counted, everything = indices(kept, base), indices(kept + left_out, base)
    assert counted.saidi is not None
    assert everything.saidi is not None
    assert counted.saidi <= everything.saidi
