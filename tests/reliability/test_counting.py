"""Stored figures: the same as the direct computation, whatever changed and in whatever order."""

import random
from datetime import date, datetime, timedelta
from fractions import Fraction

import pytest

from accounts.models import User
from core.clock import CITY, city_now
from reliability.indices import counting, reading
from reliability.indices.customers import Cell, Days, month_of, year_of
from reliability.indices.models import Count, CountedInterruption, DailyFigure, StalePlace
from reliability.indices.queries import Asked, Reader, counted, major_days
from reliability.outages.models import Outage
from tests.publishing import builders
from tests.reliability.recording import correct, recorded
from tests.reliability.slow import Direct, Group, Slow

URBAN: Group = ("510302", "urban", "medium")
RURAL: Group = ("510321", "rural", "medium")
GROUPS = [URBAN, RURAL]
CUSTOMERS = (
    "year,district,area_class,level,from_date,customers,complete_until\n"
    "2024,510302,urban,medium,,1000,2024-12-31\n"
    "2024,510321,rural,medium,,700,2024-12-31\n"
    "2025,510302,urban,medium,,1000,2025-12-31\n"
    "2025,510302,urban,medium,2025-03-16,1300,2025-12-31\n"
    "2025,510321,rural,medium,,800,2025-12-31\n"
)


def reader(year: int) -> Reader:
    at = counted().at
    assert at is not None
    return Reader(year, at)


def stored(group: Cell, days: Days, *, plan: bool, ordinary: bool = False) -> Direct:
    figure = reader(days.first.year).figure(group, days)
    name = ("counted" if plan else "everything") if not ordinary else (
        "counted_ordinary" if plan else "ordinary"
    )  # fmt: skip
    found = getattr(figure, name)
    return Direct(found.saidi, found.saifi, found.maifi)


def history(number: int, seed: random.Random) -> str:
    """Published outages of two years: adjacent, overlapping, over midnight and month ends."""
    head, *_rest = builders.outage().splitlines()
    lines, places = [head], [("510302", "urban"), ("510321", "rural")]
    for each in range(number):
        district, area_class = seed.choice(places)
        off = datetime(2024, 1, 1, tzinfo=CITY) + timedelta(minutes=seed.randrange(2 * 525_600))
        on = off + timedelta(minutes=seed.choice([1, 2, 3, 4, 60, 150, 1_500]))
        # Every third one goes on where this one ends, or two minutes later.
        for name, begun, ended in [("", off, on)] + (
            [("b", on + timedelta(minutes=seed.choice([0, 2])), on + timedelta(hours=2))]
            if each % 3 == 0
            else []
        ):
            excluded = seed.random() < 0.2
            kind = "safety" if excluded else "fault"
            lines.append(
                f"P-{each}{name},{district},Street {each % 7},{area_class},{kind},Storm,,,"
                f"{begun:%Y-%m-%d %H:%M},{ended:%Y-%m-%d %H:%M},{seed.choice([10, 40])},medium,"
                f"{'yes' if excluded else 'no'},{'Fire code 5' if excluded else ''},"
            )
    return "\n".join(lines) + "\n"


def test_any_month_equals_the_direct_computation_and_still_does_after_corrections(
    lead: User,
) -> None:
    seed = random.Random(15)
    builders.published("customers", CUSTOMERS, lead)
    builders.published("outages", history(60, seed), lead)
    outages = _recorded()
    counting.run()
    _compare()
    correct(outages[0], "2024-12-31 23:50", "2025-01-02 01:00")
    correct(outages[3], "2025-03-01 21:00", "2025-03-02 00:29")
    row = history(60, random.Random(15)).splitlines()
    moved = row[1].replace("2024", "2025") if "2024" in row[1] else row[1].replace("2025", "2024")
    builders.published("outages", f"{row[0]}\n{moved}\n", lead, note="Wrong year")
    counting.run()
    _compare()


def _recorded() -> list[Outage]:
    return [
        recorded(
            f"O-{month}-{each}",
            f"2025-{month:02}-{1 + 9 * each:02} 22:00",
            f"2025-{month:02}-{2 + 9 * each:02} 00:30",
            {"T1": 40, f"T{month}": 25, "": 5},
            kind="safety" if each == 2 else "fault",
            excluded=each == 2,
        )
        for month in (2, 3, 12)
        for each in range(3)
    ] + [recorded("O-storm", "2025-08-08 06:00", "2025-08-10 18:00", {"T1": 1000, "T2": 300})]


def _compare() -> None:
    """Every month and year, of each group and all together."""
    whole, slow = Cell("", "", "medium"), Slow()
    for year in (2024, 2025):
        for days in [year_of(year), *(month_of(year, month) for month in range(1, 13))]:
            for cell, groups in [(Cell(*URBAN), [URBAN]), (Cell(*RURAL), [RURAL]), (whole, GROUPS)]:
                for plan in (False, True):
                    expected = slow.figure(groups, *days, plan=plan)
                    assert stored(cell, days, plan=plan) == expected, (cell, days, plan)
    marked = slow.major(GROUPS, 2025)
    [found] = major_days(2025, ["medium"])
    assert (frozenset(found.days), bool(marked)) == (marked, True)
    expected = slow.figure(GROUPS, *year_of(2025), plan=True, without=marked)
    assert stored(whole, year_of(2025), plan=True, ordinary=True) == expected


def test_months_add_up_to_the_year_and_classes_to_the_whole(lead: User) -> None:
    builders.published("customers", CUSTOMERS, lead)
    builders.published("outages", history(40, random.Random(3)), lead)
    read = reader(2025)
    whole = read.figure(Cell("", "", "medium"), year_of(2025))
    assert whole.customers is not None
    assert whole.counted.saidi is not None
    months = list(read.months(whole))
    assert sum((each.tally.counted.lost for each in months), 0) == whole.tally.counted.lost
    classes = [read.figure(Cell("", each, "medium"), year_of(2025)) for each in ("urban", "rural")]
    weighted = sum((each.counted.saidi or 0) * (each.customers or 0) for each in classes)
    assert whole.counted.saidi * whole.customers == weighted
    assert whole.counted.saifi is not None
    assert whole.counted.caidi is not None
    assert whole.counted.saidi == whole.counted.saifi * whole.counted.caidi


def test_customers_that_change_are_counted_for_their_days(lead: User) -> None:
    builders.published("customers", CUSTOMERS, lead)
    read = reader(2025)
    found = {
        days: read.figure(Cell(*URBAN), days).customers
        for days in (month_of(2025, 2), month_of(2025, 3), month_of(2025, 4), year_of(2025))
    }
    assert found == {
        month_of(2025, 2): 1000,
        month_of(2025, 3): Fraction(15 * 1000 + 16 * 1300, 31),
        month_of(2025, 4): 1300,
        year_of(2025): Fraction(74 * 1000 + 291 * 1300, 365),
    }


def test_power_that_is_off_counts_when_it_is_back_and_not_in_one_index_alone(lead: User) -> None:
    builders.published("customers", CUSTOMERS, lead)
    off = recorded("O-1", "2025-05-01 08:00", None, {"T1": 100})
    counting.run()
    waiting = reader(2025).figure(Cell(*URBAN), month_of(2025, 5))
    assert (waiting.everything.saidi, waiting.everything.saifi, waiting.tally.still_off) == (
        Fraction(0),
        Fraction(0),
        1,
    )
    correct(off, "2025-05-01 08:00", "2025-05-01 12:00")
    counting.run()
    back = reader(2025).figure(Cell(*URBAN), month_of(2025, 5))
    assert (back.everything.saidi, back.everything.saifi, back.tally.still_off) == (
        Fraction(400, 1300), Fraction(100, 1300), 0,
    )  # fmt: skip


def test_corrected_hours_stand_beside_the_recorded_ones(lead: User) -> None:
    builders.published("customers", CUSTOMERS, lead)
    outage = recorded("O-1", "2025-05-01 08:00", "2025-05-01 10:00", {"T1": 130})
    correct(outage, "2025-05-01 07:00", "2025-05-01 10:00")
    counting.run()
    found = reader(2025).figure(Cell(*URBAN), month_of(2025, 5))
    assert (found.everything.saidi, found.everything.recorded, found.tally.corrected) == (
        Fraction(3 * 130, 1300), Fraction(2 * 130, 1300), 1,
    )  # fmt: skip


def test_customers_interrupted_often_are_known_where_every_element_is(lead: User) -> None:
    builders.published("customers", CUSTOMERS, lead)
    for day in (1, 2, 3):
        recorded(f"O-{day}", f"2025-05-0{day} 08:00", f"2025-05-0{day} 09:00",
                 {"T1": 100 - day, "T2": 50} if day < 3 else {"T1": 97})  # fmt: skip
    counting.run()
    may = month_of(2025, 5)
    found = reader(2025).figure(Cell(*URBAN), may).often
    assert found is not None
    assert (found.times, found.everything) == (3, Fraction(97, 1300))
    recorded("O-9", "2025-05-09 08:00", "2025-05-09 09:00", {"": 10})
    counting.run()
    assert reader(2025).figure(Cell(*URBAN), may).often is None


def test_what_is_counted_twice_at_once_or_again_is_the_same(lead: User) -> None:
    builders.published("customers", CUSTOMERS, lead)
    builders.published("outages", history(10, random.Random(1)), lead)
    before = list(DailyFigure.objects.order_by("day", "district").values_list("day", "lost"))
    Count.objects.update(joining="another rule")
    assert counting.run() > 0
    assert (
        list(DailyFigure.objects.order_by("day", "district").values_list("day", "lost")) == before
    )
    assert (counting.run(), StalePlace.objects.count()) == (0, 0)


def test_more_than_is_counted_at_once_is_counted_by_and_by(
    lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "AT_ONCE", 2)
    monkeypatch.setattr("reliability.tables.WITH_PUBLICATION", 2)
    builders.published("outages", history(6, random.Random(2)), lead)
    assert counted().at is None
    assert reading.waiting() > 0
    counting.run()
    assert (reading.waiting(), counted().at is None) == (0, False)
    assert CountedInterruption.objects.count() == 6 + 1
    assert sum(each.interruptions for each in DailyFigure.objects.all()) <= 7


def test_a_day_of_today_is_covered_until_now(lead: User) -> None:
    now = city_now()
    today = now.astimezone(CITY).date()
    builders.published("customers", builders.customers(today.year), lead)
    found = reader(today.year).figures(Asked(today.year, level="medium"))
    covered = {figure.covered for figure in found if figure.customers}
    assert covered == {Days(date(today.year, 1, 1), today)}
