"""A clerk of a counter hands in what its customer signed, in a real browser."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.browser import choose
from tests.look import DESK, visit

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SUBMIT = "main form button[type=submit]"
ACTS = [
    ("sign_contract", "signed_contract", "contracted"),
    ("confirm_plan", "signed_plan_answer", "plan_confirmed"),
    ("withdraw", "signed_withdrawal", "withdrawn"),
]


def prepared() -> tuple[str, dict[str, str]]:
    """The session of a clerk, and by act the number of a case of a counter that is ready for it."""
    from rules.names import Kind
    from tests.builders import do, taken_in
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    plan = do(people, taken_in(people, kind=Kind.HV_SINGLE), "accept")
    cases = {
        "sign_contract": do(people, taken_in(people), "accept"),
        "confirm_plan": do(people, plan, "reply_plan"),
        "withdraw": taken_in(people, kind=Kind.LV_OTHER),
    }
    session = browser(again(people["clerk"])).cookies["sessionid"].value
    return session, {act: case.number for act, case in cases.items()}


def state_of(number: str) -> str:
    from applications.models import Application

    return str(Application.objects.get(number=number).state)


def hand_in_signed(page: "Page", number: str, act: str, paper: str, file: "Path") -> None:
    """From the desk's page of the case to the customer's, the paper, and the act."""
    page.goto(f"/work/cases/{number}/")
    page.click(f"a[href='/account/cases/{number}/'] >> nth=0")
    page.goto(f"/account/cases/{number}/{act}/")
    box = page.locator(f"form[data-upload={paper}]")
    box.locator("input[type=file]").set_input_files(file)
    box.locator("a[href^='/documents/']").wait_for()


@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (768, "en"), (DESK, "zh-hans")])
def test_a_clerk_hands_in_what_the_customer_signed(
    with_people: None,
    committed_db: str,
    chromium: "Browser",
    tmp_path: "Path",
    width: int,
    language: str,
) -> None:
    from tools.scenarios import PDF

    file = tmp_path / "签字件.pdf"
    file.write_bytes(PDF)
    session, numbers = prepared()
    with servers.pages() as address:
        found = visit(chromium, address, language=language, width=width)
        found.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page, states = found.page, {}
        for act, paper, _after in ACTS:
            hand_in_signed(page, numbers[act], act, paper, file)
            page.goto(f"/account/cases/{numbers[act]}/{act}/")
            if act == "confirm_plan":
                choose(page, "agree", "yes")
            page.click(SUBMIT)
            page.wait_for_load_state()
            states[act] = state_of(numbers[act])
        assert states == {act: after for act, _paper, after in ACTS}
        assert found.faults == []
