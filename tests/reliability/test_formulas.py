"""The indices: the test vector of facts.md 4.3, the identities, and no data apart from zero."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from reliability.indices.formulas import (
    HOUR,
    NO_DATA,
    Indices,
    Served,
    Sums,
    fall,
    indices,
    rounded,
    total,
    within,
)

VECTOR = [(120, 400), (45, 1200), (180, 300), (15, 2500), (90, 600)]
PLAIN_YEAR, LEAP_YEAR = Fraction(8760), Fraction(8784)


def summed(pairs: list[tuple[int, int]]) -> Sums:
    """Of interruptions of so many minutes and customers."""
    return total(
        Sums(customers, lost, lost)
        for minutes, customers in pairs
        for lost in [minutes * customers * HOUR // 60]
    )


def test_the_published_vector_gives_its_figures() -> None:
    found = indices(summed(VECTOR), Served(Fraction(10_000), PLAIN_YEAR))
    assert found == Indices(
        saidi=Fraction(33, 80),
        saifi=Fraction(1, 2),
        caidi=Fraction(33, 40),
        asai=1 - Fraction(33, 80) / 8760,
        maifi=Fraction(0),
        recorded=Fraction(33, 80),
    )
    assert (found.saidi_in_minutes, found.caidi_in_minutes) == (Fraction(99, 4), Fraction(99, 2))
    assert rounded(found.saidi, 4) == Decimal("0.4125")
    assert rounded(found.caidi, 3) == Decimal("0.825")
    assert rounded(found.asai, 12) == Decimal("0.999952910959")


def test_a_leap_year_has_a_day_more() -> None:
    found = indices(summed(VECTOR), Served(Fraction(10_000), LEAP_YEAR))
    assert rounded(found.asai, 12) == Decimal("0.999953039617")


def test_the_sample_of_ieee_1366_holds_together() -> None:
    # facts.md 4.3: its inputs were not at hand; that its results agree is what can be checked.
    assert rounded(Fraction("86.11") / Fraction("98.03"), 3) == Decimal("0.878")
    assert rounded(1 - Fraction("86.11") / 525_600, 6) == Decimal("0.999836")


def test_no_outage_is_zero_and_no_customers_is_no_data() -> None:
    nothing, zero = Sums(), Fraction(0)
    assert indices(nothing, Served(Fraction(10), PLAIN_YEAR)) == Indices(
        zero, zero, None, Fraction(1), zero, zero
    )
    for nobody in (None, Served(zero, PLAIN_YEAR), Served(Fraction(10), zero)):
        assert indices(summed(VECTOR), nobody) == NO_DATA


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


sums = st.builds(
    lambda customers, minutes, momentary: Sums(customers, customers * minutes, 0, momentary),
    customers=st.integers(min_value=0, max_value=10**6),
    minutes=st.integers(min_value=0, max_value=500 * HOUR),
    momentary=st.integers(min_value=0, max_value=10**6),
)
served = st.builds(
    Served,
    customers=st.fractions(min_value=1, max_value=10**7),
    hours=st.integers(min_value=1, max_value=8784).map(Fraction),
)


@given(st.lists(sums), served)
def test_saidi_is_saifi_times_caidi_and_asai_follows_from_saidi(
    some: list[Sums], base: Served
) -> None:
    found = indices(total(some), base)
    assert found.saidi is not None
    assert found.saifi is not None
    if found.caidi is None:
        assert (found.saifi, found.saidi) == (Fraction(0), Fraction(0))
    else:
        assert found.saidi == found.saifi * found.caidi
    assert found.asai == 1 - found.saidi / base.hours


@given(st.lists(st.tuples(sums, served), min_size=1, max_size=5))
def test_the_weighted_sum_over_groups_is_the_total(groups: list[tuple[Sums, Served]]) -> None:
    everybody = sum((base.customers for _some, base in groups), Fraction(0))
    whole = indices(total(some for some, _base in groups), Served(everybody, Fraction(8760)))
    weighted = sum(
        ((indices(some, base).saidi or 0) * base.customers for some, base in groups), Fraction(0)
    )
    assert whole.saidi == weighted / everybody
