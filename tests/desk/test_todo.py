"""The one list: what waits for whom, from every module, in which order, and why."""

from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import grant
from accounts.actor import SYSTEM
from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.states import State
from desk.cases import CompanyCases
from rules.names import Kind
from tests.applications.follow_ups import rated_low
from tests.applications.plans.replies import replied, works
from tests.builders import Ready, case_at, do, drafted, filed, fresh_address
from tests.deadlines.clocks import set_clock
from tests.oversight.findings import do as judge
from tests.oversight.findings import opened
from tests.oversight.orders import do as step
from tests.oversight.orders import issue
from tests.page import Page, read
from tests.people import again, browser, office, staff

People = dict[str, User]
#: Of another district than the others.
TOWN = "510321100"


def page_of(user: User, query: str = "") -> Page:
    answer = browser(user).get(f"/desk/{query}")
    assert answer.status_code == 200
    return Page(answer)


def listed(page: Page) -> list[tuple[str, str, str]]:
    """Number, what is asked and why, of each row."""
    return [
        (
            read(row.xpath(".//td[contains(@class, 'td-number')]")[0]),
            read(row.xpath(".//td//a")[0]),
            read(row.xpath("./td")[-1]),
        )
        for row in page.tree.xpath("//*[@data-rows]//tbody/tr")
    ]


def numbers(user: User, query: str = "") -> list[str]:
    return [number for number, _asked, _why in listed(page_of(user, query))]


def leads(page: Page, way: str) -> str:
    """The query of the page after, or before; empty at the end."""
    found = page.tree.xpath("//a[@rel=$way]/@href", way=way)
    return str(found[0]).partition("/desk/")[2] if found else ""


def counter_case(people: People) -> str:
    """The number of a case that a hall took in, and that waits for its customer."""
    case = drafted({**people, "shop": people["hall"]}, Kind.LV_SMALL, channel="counter")
    return do(people, do(people, case, "submit"), "accept").number


def test_a_lead_answers_and_the_regulator_decides(people: People) -> None:
    lead, regulator = people["supply-lead"], people["regulator"]
    finding, order = opened(people), issue(people)
    asked = [
        (order.number, "回复整改情况", "发给供电公司（自流井区），由您答复"),
        (finding.number, "说明情况", "发给供电公司（自流井区），由您答复"),
    ]
    assert (listed(page_of(lead)), listed(page_of(regulator))) == (asked, [])
    judge(people, finding, "explain")
    step(people, order, "answer")
    why = "您是自流井区的监管部门"
    assert (listed(page_of(lead)), listed(page_of(regulator))) == (
        [],
        [(order.number, "审核整改答复", why), (finding.number, "审核情况说明", why)],
    )


def test_a_low_rating_is_the_leads_to_follow_up(people: People, ready: Ready) -> None:
    rated = ready(Kind.RESIDENTIAL, State.ENERGISED)
    rated_low(people, rated)
    found = [(rated.number, "回访用户", "您是自流井区的供电公司负责人")]
    assert listed(page_of(people["supply-lead"])) == found
    # Who took its steps does not learn of it.
    assert rated.number not in numbers(people["manager"])


def test_a_company_a_counter_and_a_bureau_each_have_their_own(people: People) -> None:
    home = filed(people, Kind.RESIDENTIAL).number
    plan = do(people, filed(people, Kind.HV_SINGLE), "accept").number
    at_hall = counter_case(people)
    permit = case_at(people, Kind.LV_OTHER, State.PERMITS).number
    here = "您是自流井区的%s"
    found = {who: listed(page_of(people[who])) for who in ("manager", "clerk", "hall", "planning")}
    assert found == {
        "manager": [
            (home, "受理", here % "客户经理"),
            (plan, "答复供电方案", "您是该办件的客户经理"),
        ],
        "clerk": [(home, "受理", here % "营业厅受理员")],
        "hall": [(at_hall, "签订合同", "市政务服务大厅受理，等用户办理")],
        "planning": [(permit, "请受理，或一次告知补正", "您是自贡市自然资源和规划局的部门经办人")],
    }


def test_whatever_the_company_holds_is_in_somebodys_list(people: People, ready: Ready) -> None:
    building = works(people, replied(people, ready(Kind.HV_SINGLE, State.ACCEPTED)))
    found = {
        name: set(chain.from_iterable(
            stream.values_list("pk", flat=True) for stream in CompanyCases().streams(people[name])
        ))
        for name in ("manager", "project", "clerk")
    }  # fmt: skip
    ours = Application.objects.filter(ended_at=None, turn=0, signed_papers=[])
    assert set().union(*found.values()) == set(ours.values_list("pk", flat=True))
    assert [name for name, cases in found.items() if building.pk in cases] == ["project"]
    assert building.number in numbers(people["project"], "?asked=cases.finish_line")


def test_what_is_the_persons_own_is_named_as_somebody_elses(people: People) -> None:
    own = filed({**people, "resident": people["manager"]}, Kind.RESIDENTIAL)
    [(number, _asked, why)] = listed(page_of(people["manager"]))
    assert (number, why) == (own.number, "这是您本人的办件：须由他人办理。")


def test_the_longest_late_first_and_pages_follow_each_other_both_ways(people: People) -> None:
    """Of three modules; most limits of one day run out at one midnight."""
    lead = staff(Role.SUPPLY_LEAD, username="both")
    grant(
        user=lead, role=Role.MANAGER, organisation=office("supplier", "supplier-office"),
        district=None, by=SYSTEM,
    )  # fmt: skip
    lead = again(lead)
    set_clock("2026-11-02T09:00")
    late = [filed(people, Kind.LV_OTHER).number for _ in range(2)]
    set_clock("2026-11-23T09:00")
    homes = [filed(people, Kind.RESIDENTIAL).number for _ in range(3)]
    orders = [issue(people, days=days).number for days in (3, 9)]
    whole = numbers(lead)
    assert whole == [*late, *homes, *orders]

    forth, back, url = list[list[str]](), list[list[str]](), "?page_size=2"
    while url:
        page = page_of(lead, url)
        forth.append([number for number, _asked, _why in listed(page)])
        url = leads(page, "next")
        last = page
    url = leads(last, "prev")
    while url:
        page = page_of(lead, url)
        back.insert(0, [number for number, _asked, _why in listed(page)])
        url = leads(page, "prev")
    assert (list(chain.from_iterable(forth)), back) == (whole, forth[:-1])
    assert numbers(lead, "?late=1") == late


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "W2ZhbHNlLCJ4Iiw5LDFd"])
def test_a_cursor_that_is_none_of_ours_is_not_found(people: People, cursor: str) -> None:
    assert browser(people["manager"]).get(f"/desk/?cursor={cursor}").status_code == 404


def test_filters_narrow_what_is_one_s_own_and_nothing_else(people: People) -> None:
    plan = do(people, filed(people, Kind.HV_SINGLE), "accept").number
    far = filed(
        people, Kind.LV_OTHER, address={"district": "510321", "town": TOWN, "line": fresh_address()}
    ).number
    near = filed(people, Kind.LV_OTHER).number
    manager, local = people["manager"], staff(Role.MANAGER, username="local", district="510302")
    queries = {
        "": [far, near, plan],
        "?kind=hv_single": [plan],
        "?district=510321": [far],
        f"?town={TOWN}": [far],
        "?asked=cases.reply_plan": [plan],
        "?asked=cases.accept&kind=hv_single": [],
    }
    assert {query: numbers(manager, query) for query in queries} == queries
    assert (numbers(local), numbers(local, "?district=510321")) == ([near], [])
    for nowhere in ("asked=cases.nothing", "town=nowhere", f"district=510302&town={TOWN}"):
        answer = browser(manager).get(f"/desk/?{nowhere}")
        assert (answer.status_code, listed(Page(answer))) == (422, [])


def test_towns_are_offered_of_the_district_that_is_chosen(people: People) -> None:
    def offered(query: str) -> set[str]:
        tree = Page(browser(people["manager"]).get(f"/desk/{query}")).tree
        return {each.get("value", "")[:6] for each in tree.xpath("//select[@name='town']//option")}

    assert (offered(""), offered("?district=510321")) == (set(), {"", "510321"})


def test_a_program_reads_the_same_list(people: People) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client = APIClient()
    client.force_authenticate(people["clerk"])
    [row] = client.get("/api/v1/desk/").json()["results"]
    assert row == {
        "module": "cases", "number": case.number, "asked": "受理", "about": "居民",
        "reason": "您是自流井区的营业厅受理员", "since": row["since"], "left": row["left"],
        "late": False, "barred": None, "act": "accept", "version": case.version,
        "url": f"/work/cases/{case.number}/",
    }  # fmt: skip
    assert client.get("/api/v1/desk/?kind=palace").status_code == 422


def statements(user: User) -> int:
    """How many statements a page takes, the second time: rules and clock are known then."""
    client = browser(user)
    client.get("/desk/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/desk/").status_code == 200
    return len(asked)


def test_three_rows_cost_no_more_statements_than_one(people: People) -> None:
    filed(people, Kind.LV_OTHER)
    one = statements(people["manager"])
    do(people, filed(people, Kind.HV_SINGLE), "accept")
    case_at(people, Kind.LV_SMALL, State.REPLANNING)
    assert statements(people["manager"]) == one <= 16
