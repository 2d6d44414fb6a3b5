"""Whoever reports that the power is out hears at once of an outage that is known, and the company
sees first where several do and none is."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from core.clock import city_now
from reliability.outages.models import Outage
from reliability.reports import queries
from reliability.reports.known import known_of
from reliability.reports.models import Report
from reliability.reports.place import is_in, street_in
from reliability.reports.views import clustered
from tests.deadlines.clocks import set_clock
from tests.grid.building import TREE, points
from tests.page import Page
from tests.people import browser
from tests.publishing import builders
from tests.reliability.reporting import OTHER, OUT, closed, outage, reported, step, visitor
from tests.rules.in_force import let

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]
People = dict[str, User]


def grid(people: People) -> None:
    """A line, and two public transformers with a meter each."""
    builders.published("capacity", TREE, people["supply-lead"])
    rows = (
        "M-1,510302,,五星街,P-1,urban,low,30,2026-11-01",
        "M-2,510302,,檀木林街,P-2,town,low,12,2026-11-01",
    )
    builders.published("points", points(*rows), people["supply-lead"])


@pytest.mark.parametrize(
    ("place", "street"),
    [
        ("五星街12号3单元", "五星街"),
        ("自贡市自流井区五星街12号", "五星街"),
        ("四川省自贡市自流井区 五星街12号", "五星街"),
        ("五星街", "五星街"),
        ("12号", ""),
        ("桥", ""),
        ("Wuxing Street 12", "wuxing street"),
    ],
)
def test_the_street_of_a_place(place: str, street: str) -> None:
    assert street_in(place, "510302") == street


@pytest.mark.parametrize(
    ("street", "area", "found"),
    [
        ("五星街", "五星街一段、檀木林街", True),
        ("五星街一段", "五星街", True),
        ("檀木林街", "五星街一段；檀木林街", True),
        ("解放路", "五星街一段、檀木林街", False),
        ("", "五星街", False),
        ("五星街", "", False),
    ],
)
def test_whether_a_street_is_one_of_an_area(street: str, area: str, *, found: bool) -> None:
    assert is_in(street, area) is found


def test_a_meter_knows_its_outage_wherever_above_it_the_power_is_taken(people: People) -> None:
    grid(people)
    of_line = outage(element="L-1", area="某处")
    one = reported(visitor(), OUT, point=" m-1 ", place="不清楚")
    assert (one.outage, [(known.outage, known.sure) for known in known_of(one)]) == (
        of_line, [(of_line, True)],
    )  # fmt: skip
    other = outage("TD20261123000002", element="P-2", area="某处", district="510302")
    assert reported(visitor(), OUT, point="M-2").outage in (of_line, other)
    assert reported(visitor(OTHER), OUT, point="M-9", place="不清楚").outage is None


def test_a_transformer_that_is_out_leaves_the_others_on(people: People) -> None:
    grid(people)
    outage(element="P-2", area="某处")
    one = reported(visitor(), OUT, point="M-1", place="不清楚")
    assert (one.outage, known_of(one)) == (None, [])


def test_the_words_of_the_street_know_it_likely_and_enter_nothing(people: People) -> None:
    found = outage()
    one = reported(visitor(), OUT)
    assert (one.outage, [(known.outage, known.sure) for known in known_of(one)]) == (
        None, [(found, False)],
    )  # fmt: skip
    assert known_of(reported(visitor(), OUT, place="解放路1号")) == []
    assert known_of(reported(visitor(OTHER), OUT, district="510303")) == []


def test_an_outage_that_is_over_or_still_to_come_is_none_now(people: People) -> None:
    now = city_now()
    hour = timedelta(hours=1)
    Outage.objects.filter(pk=outage().pk).update(state="restored", restored_at=now, ended_at=now)
    for number, begins in ((2, now + hour), (3, now - 3 * hour)):
        outage(
            f"TD2026112300000{number}", kind="planned", state="announced", started_at=None,
            planned_from=begins, planned_until=begins + 2 * hour,
        )  # fmt: skip
    running = outage(
        "TD20261123000004", kind="planned", state="announced", started_at=None,
        planned_from=now - hour, planned_until=now + hour,
    )  # fmt: skip
    [known] = known_of(reported(visitor(), OUT))
    assert (known.outage, known.until) == (running, now + hour)


def test_what_was_entered_stands_alone_also_for_those_who_joined(people: People) -> None:
    outage()
    right = outage("TD20261123000002", area="别处")
    first, second = reported(visitor(), OUT), reported(visitor(), OUT)
    step(second, "join", people["project"], number=first.number)
    step(first, "link_outage", people["project"], outage=right.number)
    second.refresh_from_db()
    assert [known.outage for known in known_of(second)] == [right]


def test_several_of_one_street_stand_first_until_an_outage_is_known(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock("2026-03-05 08:00")
    reported(visitor(), OUT)  # too long ago
    set_clock("2026-03-06 10:00")
    first, *others = (reported(visitor(), OUT) for _ in range(3))
    reported(visitor(), OUT, place="解放路1号")
    reported(visitor(OTHER), OUT, district="510303")
    found, by = queries.at_company(people["project"]), people["project"]
    [each] = clustered(found, by)["clusters"]
    cluster = each["cluster"]
    assert (cluster.street, cluster.reports, cluster.first) == ("五星街", 3, first.pk)
    page = Page(browser(by).get("/work/reports/"))
    assert "3 件举报" in page.text
    let(monkeypatch, "report.cluster.least", 4)
    assert clustered(found, by)["clusters"] == []
    let(monkeypatch, "report.cluster.least", 3)
    step(others[0], "link_outage", by, outage=outage().number)
    assert clustered(found, by)["clusters"] == []
    closed(others[1], by)
    assert Report.objects.filter(state="open").count() == 5


def test_the_list_asks_as_much_for_three_rows_as_for_one(people: People) -> None:
    client = browser(people["project"])

    def asked(rows: int) -> int:
        for _ in range(rows):
            reported(visitor(OTHER), OUT, place=f"解放路{rows}号")
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get("/work/reports/").status_code == 200
        return len(found)

    client.get("/work/reports/")
    assert asked(1) == asked(2)
