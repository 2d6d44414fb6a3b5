"""Who is away, who has their cases meanwhile, and which absences are refused."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.roles import Role
from applications.assignments import absences
from applications.assignments.models import Absence
from core.problems import Forbidden, Invalid
from rules.names import Kind
from tests.applications.assignments.cast import People, asked, deputise, has, in_days, joined
from tests.builders import filed
from tests.page import Page
from tests.people import browser, staff
from tools.scenarios import BODIES

pytestmark = pytest.mark.django_db


def test_while_it_runs_the_deputy_acts_and_sees_why(people: People) -> None:
    manager, case = people["manager"], filed(people, Kind.HV_SINGLE)
    [deputy] = joined(people, "deputy")
    path = f"applications/{case.number}/actions/accept/"
    assert asked(deputy, path, {}).status_code == 403
    absence = deputise(manager, deputy, by=manager)
    assert has(filed(people, Kind.HV_SINGLE))["manager"] == "deputy"
    page = Page(browser(deputy).get("/work/?mine=1"))
    assert [f"代{manager.name}办理" in row for row in page.rows()] == [True, False]
    assert (
        f"今天不在岗；代理人：{deputy.name}"
        in Page(browser(people["supply-lead"]).get(f"/work/cases/{case.number}/")).text
    )
    assert asked(deputy, path, {}).status_code == 200
    absences.end(absence, by=people["supply-lead"])
    path = f"applications/{case.number}/actions/reply_plan/"
    statuses = [asked(who, path, BODIES["reply_plan"]).status_code for who in (deputy, manager)]
    assert statuses == [403, 200]


def test_before_and_after_it_everything_is_as_it_was(people: People) -> None:
    manager, case = people["manager"], filed(people, Kind.HV_SINGLE)
    [deputy] = joined(people, "deputy")
    deputise(manager, deputy, first=1, by=manager)
    assert asked(deputy, f"applications/{case.number}/actions/accept/", {}).status_code == 403
    assert Page(browser(deputy).get("/work/?mine=1")).rows() == []


@pytest.mark.parametrize(
    ("by", "user", "deputy", "first", "last", "where"),
    [
        ("manager", "manager", "project", 0, 7, "/deputy"),
        ("manager", "manager", "manager", 0, 7, "/deputy"),
        ("manager", "manager", "local", 0, 7, "/deputy"),
        ("manager", "manager", "clerk", 0, 7, "/deputy"),
        ("manager", "manager", "second", 7, 0, "/last"),
        ("manager", "manager", "second", -9, -2, "/last"),
        # `third` is away from the fifth day on, with `second` as deputy.
        ("manager", "manager", "third", 0, 5, "/deputy"),
        ("third", "third", "manager", 9, 20, "/first"),
        ("second", "second", "manager", 0, 5, "/user"),
        ("supply-lead", "clerk", "second", 0, 5, "/user"),
    ],
)
def test_nobody_deputises_while_away_nor_for_another_role(
    people: People, by: str, user: str, deputy: str, first: int, last: int, where: str
) -> None:
    second, third = joined(people, "second", "third")
    local = staff(Role.MANAGER, username="local", district="510303")
    cast = people | {"second": second, "third": third, "local": local}
    deputise(third, second, first=5, last=9, by=third)
    with pytest.raises(Invalid) as refused:
        deputise(cast[user], cast[deputy], first, last, by=cast[by])
    assert [error.pointer for error in refused.value.errors] == [where]
    # Before it, everything is open to everybody.
    assert deputise(people["manager"], third, first=0, last=4, by=people["manager"]).pk


def test_the_person_or_the_lead_and_nobody_else(people: People) -> None:
    [second] = joined(people, "second")
    manager, project, lead = (people[name] for name in ("manager", "project", "supply-lead"))
    local = staff(Role.SUPPLY_LEAD, username="local-lead", district="510303")
    with pytest.raises(Forbidden):
        deputise(manager, second, by=project)
    absence = deputise(manager, second, by=lead)
    with pytest.raises(Forbidden):
        absences.end(absence, by=second)
    statuses: dict[str, Any] = {
        who.username: browser(who).post(f"/work/absences/{absence.pk}/end/").status_code
        for who in (people["clerk"], project, second, manager)
    }
    assert statuses == {"clerk": 403, "project": 404, "second": 403, "manager": 302}
    assert absences.leads(local, manager)


def test_a_manager_enters_and_ends_it_on_the_page_sent_twice_once(people: People) -> None:
    manager = people["manager"]
    [second] = joined(people, "second")
    client, url = browser(manager), "/work/absences/"
    page = Page(client.get(url))
    first, last = in_days(0), in_days(3)
    sent = page.carried() | {
        "user": str(manager.pk), "deputy": str(second.pk),
        **{f"first_{part}": getattr(first, part) for part in ("year", "month", "day")},
        **{f"last_{part}": getattr(last, part) for part in ("year", "month", "day")},
    }  # fmt: skip
    assert [client.post(url, sent).status_code for _ in range(2)] == [302, 302]
    [row] = Absence.objects.all()
    assert (row.user, row.deputy, row.days.lower, row.days.upper) == (
        manager, second, first, last + timedelta(days=1),
    )  # fmt: skip
    wrong = client.post(url, sent | {"deputy": str(second.pk), "idempotency_key": "another"})
    assert (wrong.status_code, "已有登记的不在岗" in Page(wrong).text) == (422, True)
    Page(client.get(url)).submit(client, f"提前结束 {manager.name}")
    row.refresh_from_db()
    assert row.ended_at is not None
