"""Figures of a period: what they count, when they are frozen, and that they stay."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import User
from applications.case_facts import CaseFacts
from applications.facts import count_facts
from applications.timings.cells import FIGURES
from applications.timings.counting import counted
from applications.timings.models import Cell, Key, Release, Table
from applications.timings.periods import Period
from applications.timings.releases import newest, pending, release_due, revise
from core.problems import Forbidden, Missing, WrongState
from ledger.models import Entry
from rules.names import Kind
from rules.registry import calendar
from tests.applications.timings.figures import cell, energised, later, shown
from tests.builders import do, filed, post_works
from tests.deadlines.clocks import set_clock

pytestmark = pytest.mark.django_db
People = dict[str, User]
MARCH = Period(2026, 3)


def figures(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in FIGURES}


def six_homes(people: People) -> None:
    """In March 2026, after 0, 1, 2, 3, 4 and 5 working days; all in one district."""
    for days, on in enumerate(("02", "10", "11", "17", "20", "27")):
        energised(people, f"2026-03-{on}", days)


def test_a_month_is_frozen_some_days_after_its_end_and_once(people: People) -> None:
    six_homes(people)
    later("2026-04-04")
    assert release_due() == []
    later("2026-04-05")
    assert [str(made) for made in release_due()] == ["2026-03 (1)"]
    assert release_due() == []
    release = Release.objects.get()
    entry = Entry.objects.get(pk=release.entry)
    assert (entry.type, entry.at) == ("statistics.released", release.at)


def test_what_homes_took_and_how_many_were_in_time(people: People) -> None:
    six_homes(people)
    later("2026-04-06")
    [release] = release_due()
    expected = {
        "count": 6, "mean": Decimal("2.50"), "median": Decimal("2.5"), "percentile": None,
        "net": Decimal("2.50"), "limited": 6, "within": 4, "with_open": 2, "limit_least": 3,
        "limit_most": 3,
    }  # fmt: skip
    for row, place in (("", ""), ("residential", ""), ("residential", "510302")):
        found = cell(release, Table.ENERGISED, row, place)
        assert figures(found) == expected
        # Two were one and two days past their target of three.
        assert found.delay == {"supplier": 3}
    assert cell(release, Table.ENERGISED, "hv_dual", "510321").count == 0


def test_steps_add_up_to_the_whole(people: People) -> None:
    six_homes(people)
    later("2026-04-06")
    [release] = release_due()
    steps = list(release.cells.filter(table=Table.STEPS, district=""))
    assert [step.row.partition("/")[0] for step in steps] == ["residential"] * len(steps)
    assert sum([step.mean or 0 for step in steps]) == cell(release, Table.ENERGISED, "").mean
    assert {step.count for step in steps} == {6}


def test_a_small_count_and_what_would_tell_it_are_hidden(people: People) -> None:
    six_homes(people)
    energised(people, "2026-03-20", 1, kind=Kind.LV_SMALL)
    energised(people, "2026-03-24", 1, place="510321")
    later("2026-04-06")
    [release] = release_due()
    assert shown(release, Table.ENERGISED) == {
        ("", ""): 8,
        ("", "510302"): None,
        ("", "510321"): None,
        ("residential", ""): None,
        ("residential", "510302"): None,
        ("residential", "510321"): None,
        ("lv_small", ""): None,
        ("lv_small", "510302"): None,
    }
    hidden = Cell.objects.filter(release=release, count=None)
    assert not [each for each in hidden if any(figures(each).values()) or each.delay]
    assert "hidden,,,,,,,,,," in release.file


def test_open_cases_stand_beside_and_a_case_is_counted_once(people: People) -> None:
    set_clock("2026-03-20 09:00")
    for _n in range(5):
        filed(people, Kind.RESIDENTIAL)
    six_homes(people)
    later("2026-04-06")
    [march] = release_due()
    still_open = cell(march, Table.OPEN, "residential")
    # From the 20th to the 31st are seven working days.
    assert (still_open.count, still_open.median) == (5, Decimal(7))
    # Six of eleven had power within five days: by the open ones half is reached at the last.
    assert cell(march, Table.ENERGISED, "residential").with_open == 5
    later("2026-05-06")
    [april] = release_due()
    assert cell(april, Table.ENERGISED, "residential").count == 0
    assert cell(april, Table.OPEN, "residential").count == 5


def test_a_filing_again_is_one_case_from_the_first_filing_on(people: People) -> None:
    set_clock("2026-03-02 09:00")
    first = filed(people, Kind.RESIDENTIAL)
    set_clock("2026-03-04 09:00")
    do(people, first, "withdraw")
    set_clock("2026-03-06 09:00")
    address = {"district": first.district, "line": first.address_line}
    case = filed(people, Kind.RESIDENTIAL, address=address)
    for action in ("accept", "sign_contract"):
        case = do(people, case, action)
    case = post_works(people, case, {"none": True})
    case = do(people, case, "start_works")
    set_clock("2026-03-09 09:00")
    do(people, case, "energise")
    count_facts()
    found = counted(MARCH)
    assert found[Key(Table.ENERGISED)].days.counts == {5: 1}
    assert Key(Table.BROKEN_OFF) not in found
    assert Key(Table.OPEN) not in found


def test_nothing_is_frozen_while_an_ended_case_waits_to_be_counted(people: People) -> None:
    six_homes(people)
    set_clock("2026-04-10 09:00")
    assert CaseFacts.objects.filter(counted_at=None).count() == 6
    assert release_due() == []
    count_facts()
    assert len(release_due()) == 1


def test_a_year_follows_its_last_month_and_equals_its_months(people: People) -> None:
    for month in range(1, 13):
        for day in (6, 9):
            on = calendar().next_working(date(2026, month, day))
            energised(people, str(on), 1)
    later("2027-01-05")
    assert [made.period for made in release_due()] == [
        *(f"2026-{month:02}" for month in range(1, 13)), "2026",
    ]  # fmt: skip
    year = newest(Period(2026))
    assert year is not None
    # Each month has two: hidden. Their sum is 24, and any month can be another number.
    assert cell(year, Table.ENERGISED, "residential").count == 24
    months = Cell.objects.filter(table=Table.ENERGISED, row="residential", district="")
    assert {each.count for each in months.exclude(release=year)} == {None}
    whole = counted(Period(2026))[Key(Table.ENERGISED)]
    parts = [counted(month)[Key(Table.ENERGISED)] for month in Period(2026).months]
    assert whole.count == sum(part.count for part in parts)
    assert whole.days.total == sum(part.days.total for part in parts)


def test_what_was_published_stays_and_a_revision_says_why(people: People) -> None:
    six_homes(people)
    later("2026-04-06")
    [first] = release_due()
    assert pending(MARCH) == []
    with pytest.raises(WrongState):
        revise(period=MARCH, by=people["lead-agency"], reason="nothing")
    digest, file = first.digest, first.file
    # The clock of the city is set back: it comes to be known too late.
    energised(people, "2026-03-30", 9)
    later("2026-04-07")
    found: list[dict[str, Any]] = pending(MARCH)
    assert found[0]["figures"]["count"] == [6, 7]
    with pytest.raises(Forbidden):
        revise(period=MARCH, by=people["regulator"], reason="late")
    second = revise(period=MARCH, by=people["lead-agency"], reason="A case was counted late.")
    assert (second.number, second.reason) == (2, "A case was counted late.")
    assert second.differences[0] == {
        "table": "energised",
        "row": "",
        "district": "",
        "figures": {
            "count": [6, 7], "mean": ["2.5", "3.43"], "median": ["2.5", "3"],
            "net": ["2.5", "3.43"], "limited": [6, 7], "with_open": [2, 3],
            "delay": [{"supplier": 3}, {"supplier": 9}],
        },
    }  # fmt: skip
    first.refresh_from_db()
    assert (first.digest, first.file) == (digest, file)
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.filter(pk=first.pk).update(file="")
    with pytest.raises(DatabaseError), transaction.atomic():
        Cell.objects.filter(release=first).delete()


def test_a_revision_tells_nothing_that_was_hidden_before(people: People) -> None:
    six_homes(people)
    energised(people, "2026-03-20", 1, kind=Kind.LV_SMALL)
    later("2026-04-06")
    [first] = release_due()
    hidden = {each.key for each in first.cells.filter(count=None).exclude(table=Table.STEPS)}
    for _n in range(6):
        energised(people, "2026-03-26", 1, kind=Kind.LV_SMALL)
    later("2026-04-07")
    second = revise(period=MARCH, by=people["lead-agency"], reason="Counted late.")
    # Seven would be shown if they were new: less what was told of them before, they would tell it.
    assert hidden <= {each.key for each in second.cells.filter(count=None)}


def test_what_was_never_published_cannot_be_revised(people: People) -> None:
    set_clock("2026-04-07 09:00")
    with pytest.raises(Missing):
        revise(period=MARCH, by=people["lead-agency"], reason="x")


@pytest.mark.parametrize(
    "name",
    ["", "2026-13", "2026-00", "2026-3", "26-03", "9999-12", "2026-03-01", "２０２６", "0999"],
)
def test_no_period_has_such_a_name(name: str) -> None:
    with pytest.raises(Missing):
        Period.named(name)


def test_a_period_ends_where_the_next_begins() -> None:
    assert Period.named("2024-02").ends - Period.named("2024-02").begins == timedelta(days=29)
    assert Period.named("2026").ends == Period.named("2027-01").begins
    assert str(Period(2026, 12).following) == "2027-01"
