"""Who gets a receipt: whoever may see the case; of a permit's steps, its bureau as well."""

import json

import pytest

from accounts.models import User
from accounts.roles import Role
from applications.models import Application
from applications.receipts.lookup import find
from applications.reveal import reveal
from applications.states import State
from approvals.models import Permit
from core.problems import Missing
from ledger.models import Entry
from rules.names import Kind
from tests.builders import Ready, do, filed
from tests.people import browser, staff
from tests.receipts.reading import entry_of, got, page_of

pytestmark = pytest.mark.django_db

WATCH = ("clerk", "manager", "project", "supply-lead", "supply-lead-2", "digital", "regulator",
         "lead-agency", "district-lead")  # fmt: skip
NOT_THEIRS = ("resident", "shop", "planning", "planning-lead", "transport", "hall")
OF_PERMIT = ("planning", "planning-lead")


def status(user: User | None, url: str) -> int:
    return browser(user).get(url).status_code


@pytest.fixture
def case(people: dict[str, User], ready: Ready) -> Application:
    """A factory's case among its permits."""
    return ready(Kind.HV_SINGLE, State.PERMITS)


def received(case: Application, permit: str) -> Entry:
    row = Permit.objects.get(case_ref=case.ref, permit=permit)
    return Entry.objects.get(part=row.ref, type="permit.received")


def test_a_step_of_the_case(people: dict[str, User], case: Application) -> None:
    page = page_of(case, "case.line_works_posted")
    for ending in (page, f"{page.rstrip('/')}.json", f"{page.rstrip('/')}.pdf"):
        seen = {name for name in people if status(people[name], ending) == 200}
        assert seen == {"factory", *WATCH}
        assert status(None, ending) == 302
    assert {status(people[name], page) for name in NOT_THEIRS} == {404}


def test_a_step_of_a_permit(people: dict[str, User], case: Application) -> None:
    seq = received(case, "planning").case_seq
    page = f"/account/cases/{case.number}/receipts/{seq}/"
    api = f"/api/v1/ledger/receipts/{case.number}-{seq}/"
    for url in (page, api):
        seen = {name for name in people if status(people[name], url) == 200}
        assert seen == {"factory", *WATCH, *OF_PERMIT}


def test_another_district_sees_nothing(people: dict[str, User], case: Application) -> None:
    elsewhere = staff(Role.OFFICER, username="officer-elsewhere", district="510304")
    manager = staff(Role.MANAGER, username="manager-elsewhere", district="510304")
    for user in (elsewhere, manager):
        for entry in (entry_of(case, "case.submitted"), received(case, "planning")):
            with pytest.raises(Missing):
                find(case.number, entry.case_seq, user)


def test_a_number_of_another_case_opens_nothing(people: dict[str, User], case: Application) -> None:
    """The entry is found in its own case only."""
    own = filed(people, Kind.RESIDENTIAL)
    seq = received(case, "planning").case_seq
    assert status(people["resident"], f"/account/cases/{own.number}/receipts/{seq}/") == 404


def test_a_bureau_reads_its_permit_and_not_who_applied(
    people: dict[str, User], case: Application
) -> None:
    seq = received(case, "planning").case_seq
    page = f"/account/cases/{case.number}/receipts/{seq}/"
    masked = "自贡****公司"
    bureau = browser(people["planning"]).get(page).content.decode()
    own = browser(people["factory"]).get(page).content.decode()
    assert (masked in bureau, masked in own) == (False, True)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    assert f'href="/bureau/permits/{permit.pk}/"' in bureau
    assert f'href="/account/cases/{case.number}/"' in own


def test_the_words_of_a_rating_are_for_those_they_are_meant_for(
    people: dict[str, User], ready: Ready
) -> None:
    case = do(people, ready(Kind.RESIDENTIAL, State.ENERGISED), "rate", level=2,
              comment="等得太久")  # fmt: skip
    entry = entry_of(case, "case.rated")
    for name in ("resident", "supply-lead", "regulator", "lead-agency"):
        opening = got(browser(people[name]), case, entry)["opening"]
        assert json.loads(opening["data"])["comment"] == "等得太久"
    for name in ("manager", "clerk", "digital", "district-lead"):
        assert got(browser(people[name]), case, entry)["opening"] is None
        page = browser(people[name]).get(page_of(case, "case.rated")).content.decode()
        assert "等得太久" not in page
        assert "评价内容供申请人查看，经办过办件的人看不到。" in page


def test_what_is_no_filing_and_no_decision_has_no_receipt(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    reveal(application=case, body={"reason": "核对身份证"}, by=people["clerk"])
    entry = Entry.objects.get(case_ref=case.ref, type="case.identity_shown")
    with pytest.raises(Missing):
        find(case.number, entry.case_seq, people["resident"])
