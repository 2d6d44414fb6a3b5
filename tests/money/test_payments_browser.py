"""Paying in a real browser: from the charge's line to the provider and back; what the company does
with money that came; and the pages of both sides in both languages."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.applications.walking import Walker, walker
from tests.look import DESK, PHONE, Visit, look, unreached, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from applications.models import Application
    from money.charges.models import Charge
    from money.payments.models import Payment
    from tests.builders import People

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def charged() -> "tuple[People, Charge]":
    """The demonstration, and what its factory is charged."""
    from tests.money.cast import catalogue, due
    from tests.people import open_demonstration

    people = open_demonstration()
    catalogue(people)
    return people, due(people)


def entered(manager: Walker, case: "Application") -> "Charge":
    """The manager enters a charge, and reads first which row of the catalogue it breaks."""
    from money.charges.models import Charge

    manager.page.goto(f"/work/cases/{case.number}/charge/")
    manager.read()
    manager.send({"fee_item": "DUAL", "quantity": "96", "payee": "GC"})
    refused = manager.page.locator("main").inner_text()
    assert "DUAL · High reliability · 2021-01-01" in refused
    manager.found.faults.clear()  # Chromium logs a 422
    manager.faults += look(manager.found, "")
    manager.send({"payee": "GD"})
    return Charge.objects.select_related("application").get()


def test_a_charge_is_entered_paid_online_and_refunded(chromium: "Browser", site: str) -> None:
    from money.payments.rounds import ask_due
    from rules.names import Kind
    from tests.builders import filed
    from tests.money.cast import ask_now, catalogue, online
    from tests.people import open_demonstration

    people = open_demonstration()
    catalogue(people)
    case = filed(people, Kind.HV_DUAL)
    factory = walker(chromium, site, "factory", width=PHONE, then="/account/")
    manager = walker(chromium, site, "manager", width=DESK, then="/desk/")
    charge = entered(manager, case)
    factory.page.goto(f"/account/cases/{charge.application.number}/")
    factory.follow(f"/charges/{charge.pk}/")
    with online() as provider:
        factory.read()
        factory.page.locator("form[action$='/pay/'] button").click()
        factory.page.wait_for_url(f"{provider.url}/**")
        factory.page.locator("button[value=well]").first.click()
        factory.page.wait_for_url(f"{site}/**")
        factory.found.faults.clear()  # it went to the provider, which is another host
        ask_now()
        ask_due()
        factory.page.reload()
        factory.read()
        assert "已缴" in factory.page.locator(".td-case__tags").inner_text()
        manager.page.goto("/work/payments/")
        manager.press("tbody a")
        manager.follow("/ask/")
        manager.send({"amount_yuan": "99999", "reason": "多收了"})
        assert "Of this payment CNY 1,200 are left." in manager.page.locator("main").inner_text()
        manager.found.faults.clear()  # Chromium logs a 422
        manager.faults += look(manager.found, "")
        manager.send({"amount_yuan": "", "reason": "多收了"})
        ask_now()
        ask_due()
        ask_now()
        ask_due()
    factory.page.reload()
    assert "已缴并已退" in factory.page.locator(".td-case__tags").inner_text()
    every = (factory, manager)
    assert [line for walked in every for line in walked.faults + walked.found.faults] == []


def sides() -> "tuple[dict[str, str], list[Payment]]":
    """Sessions; payments: one too late, one not as ordered, and one that is half refunded."""
    from money.payments.receiving import take
    from tests.money.cast import due, late, online, ordered, paid, refund_failed, refunded, told
    from tests.people import again, browser

    people, charge = charged()
    with online():
        surplus = late(people, charge)
        odd = ordered(people, due(people))
        take(odd.provider, told(odd, amount_fen=1))
        half = paid(people, due(people))
        refunded(people, half, amount_yuan="100")
        refund_failed(people, half, amount_yuan="50.5")
    sessions = {
        who: browser(again(people[who])).cookies["sessionid"].value
        for who in ("factory", "manager")
    }
    return sessions, [surplus, odd, half]


def test_the_pages_of_payments_are_whole(
    with_people: None, committed_db: str, chromium: "Browser"
) -> None:
    sessions, payments = sides()
    with servers.pages() as site:
        for found in windows(chromium, site):
            faults = []
            for who, walk in (("factory", at_home), ("manager", at_work)):
                cookie = {"name": "sessionid", "value": sessions[who], "url": site}
                found.context.add_cookies([cookie])  # type: ignore[list-item]
                faults += walk(found, payments)
            assert faults == []


def at_home(found: Visit, payments: "list[Payment]") -> list[str]:
    faults = look(found, f"/account/cases/{payments[0].application.number}/")
    for one in payments:
        path = f"/account/cases/{one.application.number}/charges/{one.charge_id}/"
        faults += look(found, path, name="charge" if one is payments[2] else "") + unreached(found)
    return faults


def at_work(found: Visit, payments: "list[Payment]") -> list[str]:
    faults = look(found, "/work/payments/", name="payments") + unreached(found)
    faults += look(found, "/work/payments/?state=to_do")
    faults += look(found, "/work/payments/?state=refunded&district=510321")
    for one in payments:
        faults += look(found, f"/work/charges/{one.charge_id}/") + unreached(found)
    surplus, odd, half = payments
    for one, act in ((surplus, "apply"), (odd, "dismiss"), (half, "ask")):
        faults += look(found, f"/work/charges/{one.charge_id}/payments/{one.number}/{act}/")
    return faults + look(found, f"/work/charges/{half.charge_id}/")
