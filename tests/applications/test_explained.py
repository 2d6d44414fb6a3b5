"""Which version of the rules was explained before a filing, and by whom."""

import hashlib

import pytest

from accounts.models import User
from applications import drafts
from applications.models import Application
from core.problems import Invalid
from portal.invariants import broken
from rules.names import Kind
from tests.builders import again, declaration, drafted, hand_in, perform
from tests.page import Page
from tests.people import browser

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("with_people")]


def filed_of(number: str) -> Application:
    return Application.objects.get(number=number)


def sent(page: Page) -> dict[str, str]:
    """What the form of the last look sends, nothing ticked."""
    return page.hidden(page.tree.xpath("//main//form")[-1])


def test_what_the_page_shows_is_what_the_record_commits_to(people: dict[str, User]) -> None:
    case = drafted(people, Kind.LV_OTHER)
    mine = browser(case.filed_by.user)
    page = Page(mine.get(f"/apply/{case.number}/check/"))
    assert "6 个工作日" in page.text
    mine.post(f"/apply/{case.number}/check/", sent(page))
    filed = filed_of(case.number)
    told = mine.get(f"/api/v1/applications/{case.number}/policy/").json()
    assert told["explained"] == filed.explained == hashlib.sha256(told["text"].encode()).hexdigest()
    assert told["text"].splitlines()[0].startswith(filed.rules_version)
    assert filed.explained[:12] in Page(mine.get(f"/account/cases/{case.number}/")).text
    assert (
        filed.explained[:12]
        in Page(browser(people["manager"]).get(f"/work/cases/{case.number}/")).text
    )
    receipt = Page(mine.get(f"/account/cases/{case.number}/receipts/1/"))
    assert filed.explained in receipt.text
    assert [name for name, rows in broken() if rows] == []


def test_a_program_names_the_text_that_was_read_or_none(people: dict[str, User]) -> None:
    case = drafted(people, Kind.LV_OTHER)
    owner = case.filed_by.user
    client = browser(owner)
    told = client.get(
        f"/api/v1/applications/{case.number}/policy/", headers={"Accept-Language": "en"}
    ).json()
    with pytest.raises(Invalid):
        perform(application=case, action="submit", by=owner, body={"explained": "0" * 64})
    done = perform(
        application=again(case), action="submit", by=owner, body={"explained": told["sha256"]}
    )
    assert done.explained == told["sha256"]
    other = drafted(people, Kind.LV_OTHER)
    assert perform(application=other, action="submit", by=owner).explained == ""
    assert "无记录" in Page(client.get(f"/account/cases/{other.number}/")).text


def test_at_a_counter_the_clerk_says_to_have_explained_them(people: dict[str, User]) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["clerk"])
    hand_in(case, "submit")
    clerk, address = browser(people["clerk"]), f"/apply/{case.number}/check/"
    refused = clerk.post(address, sent(Page(clerk.get(address))))
    # On top, and at its place.
    assert (refused.status_code, refused.content.decode().count("请先向客户讲解")) == (422, 2)
    clerk.post(address, sent(Page(clerk.get(address))) | {"told": "yes"})
    assert "由受理人员讲解" in Page(clerk.get(f"/account/cases/{case.number}/")).text
