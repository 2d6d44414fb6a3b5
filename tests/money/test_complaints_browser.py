"""Complaints about charges in a real browser: from the charge's own line to the decision on it; and
their pages for each side in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import walker
from tests.look import DESK, PHONE, Visit, look, unreached, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from money.charges.models import Charge
    from money.complaints.models import Complaint
    from tests.builders import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT, SAID, REASONS = "我没有申请双电源。", "按目录收取，见附表。", "该项目只向双电源用户收取。"


def prepared() -> "tuple[People, Charge]":
    """The demonstration, and what its factory is charged."""
    from tests.money.complaints import charged
    from tests.people import open_demonstration

    people = open_demonstration()
    return people, charged(people)


def test_a_charge_is_complained_of_explained_and_taken_back(chromium: "Browser", site: str) -> None:
    _people, charge = prepared()
    home = f"/account/cases/{charge.application.number}/"
    factory = walker(chromium, site, "factory", width=PHONE, then="/account/")
    manager = walker(chromium, site, "manager", width=DESK, then="/desk/")
    regulator = walker(chromium, site, "regulator", width=DESK, then="/desk/")
    factory.page.goto(home)
    factory.follow(f"/charges/{charge.pk}/complaint/")
    factory.send({"text": TEXT})  # without a ground
    assert "/complaint/" in factory.page.url
    factory.found.faults.clear()  # Chromium logs a 422
    factory.faults += look(factory.found, "")
    factory.send({"ground": "not_mine", "text": TEXT})
    assert "监管部门处理中" in factory.page.locator("main").inner_text()
    for walked, act, said in (
        (manager, "explain", {"explanation": SAID}),
        (regulator, "uphold", {"reasons": REASONS}),
    ):
        walked.page.goto("/desk/")
        walked.press("a[href*='/complaints/']")
        assert TEXT in walked.page.locator("main").inner_text()
        walked.follow(f"/{act}/")
        walked.send(said)
    factory.page.goto(home)
    read = factory.page.locator("main").inner_text()
    assert ("投诉成立" in read, SAID in read, REASONS in read) == (True, True, True)
    every = (factory, manager, regulator)
    assert [line for walked in every for line in walked.faults + walked.found.faults] == []


def sides() -> "tuple[dict[str, str], Charge, list[Complaint]]":
    """Sessions, a charge that can be complained of, and complaints: open, and dismissed."""
    from tests.money.complaints import (
        DECISION,
        DESIGN,
        EXPLANATION,
        charge_of,
        complained,
        step,
    )
    from tests.people import again, browser
    from tests.publishing.builders import published

    people, charge = prepared()
    published("fees", DESIGN, people["supply-lead"])
    to_affiliate = charge_of(
        charge.application, people["manager"], fee_item="D-1", quantity="1", payee="GC"
    )
    dismissed = complained(charge)
    for act, by, body in (
        ("explain", "manager", EXPLANATION), ("dismiss", "regulator", DECISION),
    ):  # fmt: skip
        dismissed = step(dismissed, act, people[by], body)
    found = [complained(to_affiliate, ground="payee"), dismissed]
    names = ("factory", "manager", "regulator")
    sessions = {who: browser(again(people[who])).cookies["sessionid"].value for who in names}
    return sessions, charge, found


def test_the_pages_of_complaints_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, charge, complaints = sides()
    with servers.pages() as site:
        for found in windows(chromium, site):
            for who, walk in (("factory", at_home), ("manager", at_work), ("regulator", watching)):
                cookie = {"name": "sessionid", "value": sessions[who], "url": site}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                assert walk(found, charge, complaints) == []


def at_home(found: Visit, charge: "Charge", complaints: "list[Complaint]") -> list[str]:
    home = f"/account/cases/{charge.application.number}/"
    faults = look(found, home)
    faults += look(found, f"{home}charges/{charge.pk}/complaint/", name="complaint-new")
    faults += unreached(found)
    faults += look(found, f"{home}charges/{charge.pk}/", name="complaint-line")
    for one in complaints:
        faults += look(found, f"/account/complaints/{one.pk}/")
    return faults + look(found, f"/account/complaints/{complaints[0].pk}/withdraw/")


def at_work(found: Visit, charge: "Charge", complaints: "list[Complaint]") -> list[str]:
    faults = look(found, "/work/complaints/") + unreached(found)
    faults += look(found, f"/work/complaints/{complaints[0].pk}/explain/")
    return faults + look(found, f"/work/cases/{charge.application.number}/#money")


def watching(found: Visit, charge: "Charge", complaints: "list[Complaint]") -> list[str]:
    faults = look(found, "/oversight/complaints/", name="complaints")
    faults += look(found, "/oversight/complaints/?state=dismissed")
    faults += look(found, "/oversight/complaints/?state=upheld&payee=affiliates")
    for one in complaints:
        faults += look(found, f"/oversight/complaints/{one.pk}/", name="complaint")
    faults += look(found, f"/oversight/complaints/{complaints[0].pk}/uphold/") + unreached(found)
    with found.page.expect_navigation():
        found.page.click("main form button[type=submit]")
    found.faults.clear()  # a 422
    faults += look(found, "")
    return faults + look(found, f"/oversight/cases/{charge.application.number}/")
