"""A home taken in at a counter and gone on with at home: by its number, the phone and a code."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.applications.walking import Walker, walker
from tests.browser import choose
from tests.look import DESK, PHONE
from tests.notifications.counterpart import At

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

THEIRS = "13800001234"


def test_a_home_of_a_counter_goes_on_at_home(
    chromium: "Browser", site: str, sms: At, tmp_path: Path
) -> None:
    from applications.models import Application
    from tools.scenarios import PDF

    file = tmp_path / "证件.pdf"
    file.write_bytes(PDF)
    clerk = walker(chromium, site, "clerk", width=DESK, then="/apply/")
    number = take_in(clerk, file)
    customer = walker(chromium, site, width=PHONE)
    go_online(customer, sms, number)
    sign(customer, sms, number)
    manager = walker(chromium, site, "manager", width=DESK, then="/desk/")
    connect(manager, number)
    customer.page.goto("/account/")
    customer.follow(f"/account/cases/{number}/")
    customer.follow("/rate/")
    customer.send({"level": "5"})
    customer.read("home-ended")
    assert [line for one in (clerk, customer, manager) for line in one.faults] == []
    case = Application.objects.get(number=number)
    assert (case.kind, case.channel, case.state, case.rating) == (
        "residential", "online", "energised", 5,
    )  # fmt: skip


def take_in(clerk: Walker, file: Path) -> str:
    """The clerk files what the customer says and accepts it; the number of the case."""
    from rules.names import Kind
    from tests.applications.pages import typed

    clerk.answer(typed(Kind.RESIDENTIAL))
    clerk.hand_in(file)
    clerk.follow("/check/", "")
    clerk.send({"told": "yes"})
    number = clerk.page.locator(".td-panel__number").inner_text()
    clerk.at_desk(number, "home-accept")
    clerk.press("button[value=accept]")
    return number


def type_code(customer: Walker, sms: At) -> None:
    from tests.applications.visiting import code_in, told

    customer.send({"code": code_in(told(sms, THEIRS)[-1])})


def go_online(customer: Walker, sms: At, number: str) -> None:
    """The customer follows the case by its number and phone, and takes it home by a code."""
    customer.page.goto("/progress/")
    customer.send({"number": number, "phone": THEIRS})
    customer.press("form[action='/progress/ask/'] button")
    type_code(customer, sms)
    customer.read("home-everything")
    customer.press("form[action='/progress/case/online/'] button")
    customer.read("home-online")


def sign(customer: Walker, sms: At, number: str) -> None:
    """The contract is read whole, and signed by a code for this text."""
    from tests.applications.visiting import later

    later()
    customer.follow("/sign_contract/", "")
    customer.press("button[value=again]")
    customer.read("home-signature")
    type_code(customer, sms)


def connect(manager: Walker, number: str) -> None:
    """Nothing is built outside: the meter is fitted, and there is power."""
    manager.at_desk(number)
    manager.follow("/line-works/")
    choose(manager.page, "external", "no")
    manager.press("button[value=check]")
    manager.press("button[value=post]")
    manager.act(number, "start_works")
    manager.at_desk(number)
    manager.follow("/energise/")
    manager.send({"meter_number": "DB-2026-0002"})
