"""The page of a case at the supply company's desk: its steps, their forms, their refusals."""

import html
import re

from django.test import Client

from accounts.models import User
from applications.models import Application
from applications.states import State
from rules.names import Kind
from tests.builders import again, do, filed
from tests.people import browser

People = dict[str, User]
HIDDEN = re.compile(r'name="(version|idempotency_key)" value="([^"]*)"')


def opened(client: Client, url: str) -> dict[str, str]:
    """The hidden fields of the first form of a page."""
    answer = client.get(url)
    assert answer.status_code == 200, answer.status_code
    found: dict[str, str] = {}
    for name, value in HIDDEN.findall(answer.content.decode()):
        found.setdefault(name, value)
    return found


def text(answer: object) -> str:
    """The page as it reads, tags left out."""
    content = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", content)))


def page(case: Application) -> str:
    return f"/work/cases/{case.number}/"


def step(case: Application, action: str) -> str:
    return f"/work/cases/{case.number}/{action}/"


def test_a_case_goes_from_filing_to_the_power_switched_on_through_these_pages(
    people: People,
) -> None:
    case, manager = filed(people, Kind.HV_SINGLE), browser(people["manager"])
    seen = opened(manager, page(case))
    manager.post(f"{page(case)}act/", {**seen, "action": "accept"})
    seen = opened(manager, step(case, "reply_plan"))
    manager.post(step(case, "reply_plan"), {**seen, "summary": "由解放线供电"})
    do(people, again(case), "confirm_plan")
    line = {"external": "no", "road": "none", "greening": "none", "action": "post_line_works"}
    seen = opened(manager, f"{page(case)}line-works/")
    checked = manager.post(f"{page(case)}line-works/", {**seen, **line, "do": "check"})
    assert checked.status_code == 200
    assert again(case).state == State.PLAN_CONFIRMED
    manager.post(f"{page(case)}line-works/", {**seen, **line, "do": "post"})
    seen = opened(manager, page(case))
    manager.post(f"{page(case)}act/", {**seen, "action": "start_works"})
    do(people, again(case), "report_completion")
    seen = opened(manager, step(case, "inspect_completion"))
    manager.post(
        step(case, "inspect_completion"), {**seen, "passed": "no", "findings": "接地\n\n标牌"}
    )
    assert (again(case).state, again(case).findings) == (State.WORKS, ["接地", "标牌"])
    do(people, again(case), "report_completion")
    seen = opened(manager, step(case, "inspect_completion"))
    manager.post(step(case, "inspect_completion"), {**seen, "passed": "yes"})
    do(people, again(case), "sign_contract")
    seen = opened(manager, step(case, "energise"))
    answer = manager.post(step(case, "energise"), {**seen, "meter_number": "DB-7"})
    assert (answer.status_code, answer["Location"]) == (302, page(case))
    assert (again(case).state, again(case).meter_number) == (State.ENERGISED, "DB-7")
    assert manager.get(page(case)).status_code == 200
