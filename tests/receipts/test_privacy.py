"""No name, number, phone or address stands in a receipt, on its page or paper, or its address."""

import json

import pytest

from accounts.models import User
from applications.receipts import render
from applications.receipts.content import read
from applications.receipts.lookup import find
from rules.names import Kind
from tests.builders import do, filed
from tests.ledger.test_privacy import found_in, planted
from tests.people import browser
from tests.receipts.reading import entries, entry_of, got

pytestmark = pytest.mark.django_db
BASE = "https://tongdian.example/"


@pytest.mark.parametrize("kind", list(Kind))
def test_a_filing_names_nobody(people: dict[str, User], kind: Kind) -> None:
    case = do(people, filed(people, kind, **planted(kind)), "accept")
    client = browser(case.filed_by.user)
    for entry in entries(case):
        reading = read(find(case.number, entry.case_seq, case.filed_by.user))
        assert found_in(json.dumps(got(client, case, entry), ensure_ascii=False)) == []
        assert found_in(json.dumps(render.paper(reading, BASE), ensure_ascii=False)) == []
        assert found_in(reading.check_url(BASE)) == []
        page = client.get(f"/account/cases/{case.number}/receipts/{entry.case_seq}/")
        main = page.content.decode().partition("<main")[2].partition("</main>")[0]
        assert found_in(main) == []


def test_what_was_planted_would_be_found(people: dict[str, User]) -> None:
    """Else the test above would find nothing in an empty room."""
    case = filed(people, Kind.RESIDENTIAL, **planted(Kind.RESIDENTIAL))
    page = browser(case.filed_by.user).get(f"/account/cases/{case.number}/").content.decode()
    assert found_in(page) != []


def test_the_code_names_the_receipt_and_its_leaf_alone(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    entry = entry_of(case, "case.submitted")
    reading = read(find(case.number, entry.case_seq, case.filed_by.user))
    number, leaf = f"{case.number}-{entry.case_seq}", bytes(entry.leaf).hex()
    page = "https://tongdian.example/disclosure/record/check/"
    assert reading.check_url(BASE) == f"{page}#{number}..{leaf}"
