"""Yearly figures per group: what counts, what is left out, and when there is a verdict."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from core.clock import CITY
from reliability.indices import NO_DATA
from reliability.statistics import Base, Event, Figure, Ground, Target, figures

DISTRICTS = ("510302", "510321")
TARGETS = {
    (place, "urban"): Target(Decimal(5), Decimal(8), "plan 2(4)") for place in ("", *DISTRICTS)
}


def base(
    year: int = 2022, district: str = "510302", customers: int = 100, until: date | None = None
) -> Base:
    return Base(year, district, "urban", "medium", customers, until or date(year, 12, 31))


def event(
    start: str, end: str | None, customers: int = 100, *, district: str = "510302",
    excluded: bool = False,
) -> Event:  # fmt: skip
    return Event(
        district,
        "urban",
        "medium",
        excluded,
        datetime.fromisoformat(start).replace(tzinfo=CITY),
        datetime.fromisoformat(end).replace(tzinfo=CITY) if end else None,
        customers,
    )


def computed(bases: list[Base], events: list[Event], year: int = 2022) -> dict[str, Figure]:
    found = figures(
        year,
        Ground(bases, events, DISTRICTS),
        classes=("urban",),
        targets=TARGETS,
    )
    return {figure.district: figure for figure in found}


def test_a_year_without_customers_has_no_figure_at_all() -> None:
    assert computed([], [event("2022-03-01 08:00", "2022-03-01 10:00")]) == {}


def test_a_district_without_customers_has_no_data_and_the_city_says_how_many_miss() -> None:
    found = computed([base()], [event("2022-03-01 08:00", "2022-03-01 10:00")])
    assert found["510321"].counted == NO_DATA
    assert found["510321"].customers is None
    assert found["510302"].counted.saidi == Fraction(2)
    assert (found[""].counted.saidi, found[""].missing) == (Fraction(2), 1)


def test_no_outage_is_zero_hours_and_meets_the_target() -> None:
    found = computed([base()], [])["510302"]
    assert (found.counted.saidi, found.met) == (Fraction(0), True)


def test_excluded_outages_stay_in_the_other_figure() -> None:
    found = computed(
        [base()],
        [
            event("2022-03-01 08:00", "2022-03-01 12:00"),
            event("2022-04-01 08:00", "2022-04-01 11:00", excluded=True),
        ],
    )["510302"]
    assert (found.counted.saidi, found.everything.saidi) == (Fraction(4), Fraction(7))
    assert (found.outages, found.excluded, found.met) == (2, 1, True)


def test_an_outage_belongs_to_the_local_day_on_which_it_began() -> None:
    over_new_year = event("2022-12-31 23:30", "2023-01-01 01:30")
    assert computed([base()], [over_new_year])["510302"].counted.saidi == Fraction(2)
    assert computed([base(2023)], [over_new_year], 2023)["510302"].counted.saidi == Fraction(0)


def test_outages_after_the_complete_part_of_the_year_do_not_count() -> None:
    found = computed(
        [base(until=date(2022, 6, 30))],
        [
            event("2022-06-30 23:00", "2022-07-01 01:00"),
            event("2022-07-01 00:00", "2022-07-01 05:00"),
        ],
    )["510302"]
    assert found.counted.saidi == Fraction(2)
    assert found.counted.asai == 1 - Fraction(2) / (181 * 24)
    assert (found.whole_year, found.met) == (False, None)


def test_power_that_is_still_off_is_counted_apart_and_withholds_the_verdict() -> None:
    found = computed([base()], [event("2022-12-30 08:00", None)])["510302"]
    assert (found.counted.saidi, found.still_off, found.met) == (Fraction(0), 1, None)


def test_the_city_adds_up_customers_and_covers_what_every_district_covers() -> None:
    found = computed(
        [base(customers=100), base(district="510321", customers=300, until=date(2022, 6, 30))],
        [
            event("2022-03-01 00:00", "2022-03-01 04:00", 100),
            event("2022-08-01 00:00", "2022-08-01 04:00", 100),
        ],
    )
    assert found["510302"].counted.saidi == Fraction(8)
    assert (found[""].counted.saidi, found[""].until) == (Fraction(1), date(2022, 6, 30))


def test_a_fall_of_eight_percent_meets_the_target_where_the_hours_do_not() -> None:
    bases = [base(2021), base(2022)]
    before = event("2021-03-01 00:00", "2021-03-01 10:00")
    enough = event("2022-03-01 00:00", "2022-03-01 09:12")
    short = event("2022-03-01 00:00", "2022-03-01 09:13")
    assert computed(bases, [before, enough])["510302"].met is True
    assert computed(bases, [before, enough])["510302"].fall == Fraction(2, 25)
    assert computed(bases, [before, short])["510302"].met is False


def test_an_incomplete_year_before_gives_no_fall() -> None:
    bases = [base(2021, until=date(2021, 6, 30)), base(2022)]
    found = computed(
        bases,
        [
            event("2021-03-01 00:00", "2021-03-01 10:00"),
            event("2022-03-01 00:00", "2022-03-01 06:00"),
        ],
    )["510302"]
    assert (found.fall, found.met) == (None, False)


def test_customer_levels_are_never_added_up() -> None:
    low = Base(2022, "510302", "urban", "low", 9_000, date(2022, 12, 31))
    found = figures(
        2022,
        Ground([base(), low], [event("2022-03-01 00:00", "2022-03-01 02:00")], DISTRICTS),
        classes=("urban",),
        targets=TARGETS,
    )
    assert [(f.level, f.district, f.customers, f.counted.saidi) for f in found] == [
        ("medium", "", 100, Fraction(2)),
        ("medium", "510302", 100, Fraction(2)),
        ("medium", "510321", None, None),
        ("low", "", 9_000, Fraction(0)),
        ("low", "510302", 9_000, Fraction(0)),
        ("low", "510321", None, None),
    ]
