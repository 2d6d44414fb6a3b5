"""The pages of who acts for whom, of who somebody is, and of what goes to another city, as seen."""

from typing import TYPE_CHECKING

import pytest

from tests import servers
from tests.look import Visit, look, windows

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import Settings

    from tests.notifications.counterpart import At

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: By whose session: the pages, each with the name of its picture.
Pages = dict[str, tuple[str, list[tuple[str, str]]]]


def prepared(sms: "At") -> Pages:
    from accounts import offers
    from accounts.mandates import Right
    from accounts.offers import Terms
    from applications import drafts
    from rules.names import Kind
    from tests.applications.licences.counterpart import confirm
    from tests.applications.mandates import PHONE, link_to, somebody
    from tests.applications.pages import nobody, press
    from tests.applications.referrals.passing import entered, opened, passed_on
    from tests.builders import declaration, filed
    from tests.people import again, browser, open_demonstration

    people = open_demonstration()
    resident, agent = people["resident"], somebody("agent")
    # Names and words as long as they come.
    agent.name = "阿卜杜热合曼·阿卜杜克热木"
    agent.save()
    case = filed(people, Kind.RESIDENTIAL)
    draft = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=resident)
    other = drafts.draft(body=declaration(Kind.LV_SMALL), by=people["shop"])
    confirm(resident)
    offers.give(resident.party_id, agent, Terms(Right.SIGN))
    offers.give(people["shop"].party_id, agent, Terms(Right.ACT, other.ref))
    own = browser(again(resident))
    press(own, "/account/mandates/offer/", phone=PHONE, right="read")
    asked = nobody()
    asked.get(link_to(sms))
    referral = passed_on(people)
    at_work, office, package = (
        browser(again(people["clerk"])), entered(sms, referral), opened(sms, referral),
    )  # fmt: skip
    kept = f"/account/cases/{case.number}"
    documents = f"/account/cases/{draft.number}/documents"
    pages = {
        "resident": (own, [
            ("/account/mandates/", "mandates"), ("/account/mandates/offer/", "mandate-offer"),
            (f"{kept}/hand-over/", "hand-over"), (f"{kept}/phone/", "phone-correct"),
            ("/account/identity/", "identity"), ("/account/close/", "account-close"),
            (f"/apply/{draft.number}/questions/applicant/", "apply-confirmed"),
            (f"/apply/{draft.number}/documents/", "apply-documents-fetched"),
            (f"{documents}/identity/licence/", "licence-consent"),
        ]),
        "agent": (browser(again(agent)), [
            ("/account/", "account-agent"), ("/account/mandates/", ""),
            ("/account/mandates/ask/", ""), ("/apply/", ""), (kept + "/", "case-agent"),
            ("/account/identity/national/face/", "face-consent"),
        ]),
        "asked": (asked, [("/account/offer/", "offer"), ("/account/sign-in/", "")]),
        "clerk": (at_work, [
            ("/work/referrals/", "referrals"), ("/work/referrals/new/", ""),
            (f"/work/referrals/new/{referral.office_id}/", "referral-new"),
            (f"/work/referrals/{referral.number}/", "referral"),
        ]),
        "lead": (browser(again(people["supply-lead"])), [("/work/referrals/offices/", "")]),
        "office": (office, [("/referrals/open/", "referral-open")]),
        "package": (package, [("/referrals/package/", "referral-package")]),
    }  # fmt: skip
    return {
        name: (client.cookies["sessionid"].value, looked)
        for name, (client, looked) in pages.items()
    }


def walk(found: Visit, pages: Pages) -> list[str]:
    faults = []
    for session, looked in pages.values():
        found.context.clear_cookies(name="sessionid")
        cookie = {"name": "sessionid", "value": session, "url": found.base}
        found.context.add_cookies([cookie])  # type: ignore[list-item]
        for path, picture in looked:
            faults += look(found, path, name=picture)
    return faults


def test_the_pages_of_acting_and_of_passing_on_are_whole(
    with_people: None,
    committed_db: str,
    chromium: "Browser",
    sms: "At",
    settings: "Settings",
) -> None:
    from tests.accounts.identity import identity_service

    settings.LICENCES_URL = "http://127.0.0.1:9"
    with identity_service(), servers.pages() as address:
        pages = prepared(sms)
        for found in windows(chromium, address):
            assert walk(found, pages) == []
