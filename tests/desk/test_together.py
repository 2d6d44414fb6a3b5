"""One act for several rows at once: each is checked again, moved by itself, and reported."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from applications.assignments import cells
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from ledger.models import Entry
from rules.limits import Quota, limits
from rules.names import Kind
from tests.applications.assignments.cast import assign, has, the_cell
from tests.builders import again, case_at, do, filed, open_permits, permit_step
from tests.page import Page
from tests.people import browser

People = dict[str, User]


def tick(client: Client, act: str, *rows: str, **more: Any) -> Any:
    """What the page's form sends with these rows ticked."""
    key = Page(client.get("/desk/")).hidden()["idempotency_key"]
    return client.post("/desk/together/", {"idempotency_key": key, "row": rows, "act": act, **more})


def ticks(client: Client) -> list[str]:
    """The values of the boxes of a person's list."""
    page = Page(client.get("/desk/"))
    return [str(box.get("value")) for box in page.tree.xpath("//input[@type='checkbox']")]


def box(thing: Application | Permit) -> str:
    return f"{'permits' if isinstance(thing, Permit) else 'cases'}.{thing.pk}.{thing.version}"


def outcomes(answer: Any) -> list[str]:
    """Of each row, by its number."""
    assert answer.status_code == 200
    return Page(answer).rows()


def test_each_is_done_or_refused_by_itself_and_says_why_and_by_whom(people: People) -> None:
    client = browser(people["manager"])
    good, taken, moved = (filed(people, Kind.LV_OTHER) for _ in range(3))
    before = [box(one) for one in (good, taken, moved)]
    own = filed({**people, "resident": people["manager"]}, Kind.RESIDENTIAL)
    assert ticks(client) == before
    do(people, taken, "accept")
    for action in ("request_supplement", "supply_supplement"):
        moved = do(people, moved, action)
    answer = tick(client, "cases.accept", *before, box(own), "cases.999999.1", "permits.1.1")
    found = outcomes(answer)
    at = r"，\d+月\d+日（周.）[\d:]+）$"
    assert [re.sub(at, "", row) for row in found] == [
        f"{good.number} 低压非居民（其他） 已办理。",
        f"{taken.number} 低压非居民（其他） 未办理。 现在的状态是“已受理”。 已受理申请（客户经理",
        f"{moved.number} 低压非居民（其他） 未办理。 有人已作改动，请重新查看。 已补充材料（用电人",
        f"{own.number} 居民 未办理。 这是您本人的办件：须由他人办理。",
        "– 未办理。 这里没有您可以查看的内容。",
    ]
    assert [again(one).state for one in (good, taken, moved, own)] == [
        State.ACCEPTED, State.ACCEPTED, State.SUBMITTED, State.SUBMITTED,
    ]  # fmt: skip


def test_twice_sent_is_once_done_with_the_same_answer(people: People) -> None:
    client = browser(people["manager"])
    cases = [filed(people, Kind.LV_OTHER) for _ in range(2)]
    sent = {"act": "cases.accept", "row": [box(one) for one in cases], "idempotency_key": "a" * 32}
    answers = [outcomes(client.post("/desk/together/", sent)) for _ in range(2)]
    assert answers[0] == answers[1]
    assert Entry.objects.filter(type="case.accepted").count() == 2


def test_an_officer_accepts_permits_together(people: People) -> None:
    client = browser(people["planning"])
    permits = [
        next(one for one in open_permits(case_at(people, Kind.LV_OTHER, State.PERMITS))
             if one.bureau == "planning")
        for _ in range(2)
    ]  # fmt: skip
    permit_step(permit=permits[1], action="accept", by=people["planning"])
    tick(client, "permits.accept", *map(box, permits))
    states = Permit.objects.filter(pk__in=[one.pk for one in permits]).values_list("state")
    assert [state for (state,) in states.order_by("pk")] == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("act", "status"),
    [("cases.withdraw", 404), ("cases.reply_plan", 404), ("permits.accept", 404), ("", 404)],
)
def test_only_acts_of_ones_own_list(people: People, act: str, status: int) -> None:
    case = filed(people, Kind.LV_OTHER)
    answer = tick(browser(people["manager"]), act, box(case))
    assert (answer.status_code, again(case).state) == (status, State.SUBMITTED)


def test_too_many_and_none_are_refused_with_nothing_done(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(people["manager"])
    cases = [filed(people, Kind.LV_OTHER) for _ in range(2)]
    monkeypatch.setitem(limits().quotas, Quota.ROWS, 1)
    assert tick(client, "cases.accept", *map(box, cases)).status_code == 429
    answer = tick(client, "cases.accept")
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert [again(one).state for one in cases] == [State.SUBMITTED] * 2


def test_the_lead_gives_what_nobody_has_to_one_manager_with_a_reason(people: People) -> None:
    cells.end(the_cell(), by=people["supply-lead"])
    cases = [filed(people, Kind.HV_SINGLE) for _ in range(2)]
    own = filed({**people, "factory": people["supply-lead"]}, Kind.HV_SINGLE)
    lead, boxes = (
        browser(people["supply-lead"]),
        [f"assignments.{one.pk}.{one.version}" for one in cases],
    )
    assert ticks(lead) == boxes
    form = Page(tick(lead, "assignments.assign", *boxes))
    assert [one.number in form.text for one in cases] == [True, True]
    assert Entry.objects.filter(type="case.assigned").count() == 0
    moved = assign(cases[1], people["supply-lead"], people["manager"])
    assert moved.status_code == 200
    sent = form.hidden(form.tree.xpath("//main//form")[-1])
    more = {"row": [*boxes, f"assignments.{own.pk}.{own.version}"], "reason": "新设网格"}
    nobody = lead.post("/desk/together/", sent | more)
    assert (nobody.status_code, "新设网格" in nobody.content.decode()) == (422, True)
    more |= {"user": f"project.{people['project'].pk}"}
    found = [outcomes(lead.post("/desk/together/", sent | more)) for _ in range(2)]
    assert found[0] == found[1]
    assert [row.partition("（供电公司负责人")[0] for row in found[0]] == [
        f"{cases[0].number} 高压单电源 已办理。",
        f"{cases[1].number} 高压单电源 未办理。 有人已作改动，请重新查看。 已分配办件负责人",
        f"{own.number} 高压单电源 未办理。 这是您本人的办件：须由他人办理。",
    ]
    assert [has(one) for one in (*cases, own)] == [
        {"manager": None, "project": "project"},
        {"manager": "manager", "project": None},
        {"manager": None, "project": None},
    ]
    # Whoever is not its lead has neither the rows nor the act.
    assert tick(browser(people["manager"]), "assignments.assign", *boxes).status_code == 404
