"""Figures of reports in public: by ended month, kind and district, with what came of them; what is
few is told together or not at all, and no subtraction tells of one report."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from accounts.models import User
from core.few import parted
from reliability.reports.figures import caused, least, told
from tests.applications.pages import nobody
from tests.deadlines.clocks import set_clock
from tests.page import Page
from tests.reliability.reporting import CLOSING, DIGGING, ILLEGAL, closed, outage, reported, step
from tests.reliability.reporting import visitor as of_phone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]


def some(count: int, start: int, **said: object) -> list[object]:
    """So many reports, each of another phone."""
    return [reported(of_phone(f"139{start + each:08}"), DIGGING, **said) for each in range(count)]


def test_of_few_reports_there_are_no_figures(people: People) -> None:
    set_clock("2026-03-06 10:00")
    some(least() - 1, 0)
    assert told() == []  # the month runs on
    set_clock("2026-04-01 00:01")
    assert [(row.kind, row.districts, row.reports, row.outcomes, row.hours) for row in told()] == [
        ("digging", (), None, None, None)
    ]


def test_enough_of_them_are_told_with_outcomes_and_time(people: People) -> None:
    set_clock("2026-03-02 08:00")
    enough, by = least(), people["city-management"]
    made = some(2 * enough, 0)
    set_clock("2026-03-02 18:00")
    for one in made[:enough]:
        closed(one, by)  # type: ignore[arg-type]
    set_clock("2026-04-01 00:01")
    whole, *parts = told()
    assert (whole.reports, whole.hours) == (2 * enough, Decimal("10.0"))
    assert whole.outcomes == {
        "open": enough, "confirmed": enough, "not_confirmed": 0, "referred": 0, "joined": 0,
    }  # fmt: skip
    assert [(part.districts, part.reports, part.outcomes) for part in parts] == [
        (("510302",), 2 * enough, None)
    ]
    step(made[-1], "take_on", by)  # type: ignore[arg-type]
    step(made[-1], "close", by, **CLOSING | {"outcome": "not_confirmed"})  # type: ignore[arg-type]
    [whole, *_parts] = told()
    assert (whole.reports, whole.outcomes) == (2 * enough, None)  # one of them would be told


@pytest.mark.parametrize(
    ("counts", "groups"),
    [
        ([9, 1], [[9, 1]]),
        ([9, 6, 1], [[9, 6, 1], [9], [6, 1]]),
        ([9, 6, 3, 3], [[9, 6, 3, 3], [9], [6], [3, 3]]),
        ([2, 1], [[2, 1]]),
        ([7, 8], [[7, 8], [7], [8]]),
        ([], [[]]),
    ],
)
def test_districts_of_few_are_counted_together(
    counts: Sequence[int], groups: list[list[int]]
) -> None:
    assert list(parted(counts, lambda each: each, 5)) == groups


def test_outages_that_confirmed_reports_caused_are_counted_once(people: People) -> None:
    by = people["city-management"]
    of_digging = outage(hours=2)
    other = outage("TD20261123000002", hours=1)
    lasting = outage("TD20261123000003")
    for number, (known, outcome) in enumerate(
        (
            (of_digging, "confirmed"),
            (of_digging, "confirmed"),
            (other, "not_confirmed"),
            (lasting, "confirmed"),
        )
    ):
        one = reported(of_phone(f"1390000000{number}"), DIGGING)
        step(one, "link_outage", by, outage=known.number)
        step(one, "close", by, **CLOSING | {"outcome": outcome})
    wires = reported(of_phone("13900000009"), ILLEGAL)
    step(wires, "link_outage", people["district-lead"], outage=other.number)
    step(wires, "close", people["district-lead"], **CLOSING)
    assert [(row.kind, row.outages, row.lasting, row.hours) for row in caused()] == [
        ("digging", 2, 0, Decimal("60.0")), ("illegal", 1, 0, Decimal("30.0")),
    ]  # fmt: skip


def test_the_page_the_file_and_the_answer_say_the_same(people: People) -> None:
    set_clock("2026-03-06 10:00")
    some(least(), 0)
    reported(of_phone("13911111111"), ILLEGAL)
    set_clock("2026-04-02 10:00")
    public = nobody()
    rows = Page(public.get("/disclosure/reports/")).rows("公众举报")
    assert [("野蛮施工" in row, str(least()) in row) for row in rows][:2] == [(True, True)] * 2
    assert "举报过少" in rows[-1]
    lines = public.get("/api/v1/disclosure/reports.csv").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith(f"2026-03,digging,,{least()},false,{least()},0,0,0,0,")
    assert lines[-1] == "2026-03,illegal,,,true,,,,,,"
    answer = public.get("/api/v1/disclosure/reports/").json()
    assert [(row["kind"], row["districts"], row["reports"]) for row in answer["results"]] == [
        ("digging", [], least()), ("digging", ["510302"], least()), ("illegal", [], None),
    ]  # fmt: skip
    assert "未" in public.get("/disclosure/reports.csv").content.decode()
