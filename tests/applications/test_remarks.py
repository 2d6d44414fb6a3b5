"""What is unusual and may be right all the same is taken, and staff are told to compare it."""

from typing import Any

import pytest

from accounts.models import User
from applications import drafts
from applications.answers import case_json
from core.problems import Invalid
from ledger.models import Entry
from ledger.receipts.content import opening_of
from rules.names import Kind
from tests.builders import again, declaration, do, hand_in
from tests.people import browser

pytestmark = pytest.mark.django_db

ODD = "91510300MA60000019"


def shop(id_number: str) -> dict[str, Any]:
    body = declaration(Kind.LV_SMALL)
    return body | {"applicant": body["applicant"] | {"id_number": id_number}}


def test_an_unusual_credit_code_is_taken_with_a_remark(people: dict[str, User]) -> None:
    case = drafts.draft(body=shop(ODD), by=people["shop"])
    hand_in(case, "submit")
    case = do(people, case, "submit")
    assert case_json(again(case), people["manager"])["remarks"] == ["credit_code_check"]
    page = browser(people["manager"]).get(f"/work/cases/{case.number}/").content.decode()
    assert "请与营业执照核对" in page
    said = opening_of(Entry.objects.get(case_ref=case.ref, type="case.submitted"))
    assert said is not None
    assert said.data["remarks"] == ["credit_code_check"]


def test_a_right_one_has_none_and_one_of_another_shape_is_refused(
    people: dict[str, User],
) -> None:
    case = drafts.draft(body=declaration(Kind.LV_SMALL), by=people["shop"])
    assert case_json(again(case), people["shop"])["remarks"] == []
    for code in ("91510300MA6000001", "91510300MAI0000014", "510302199003070013X"):
        with pytest.raises(Invalid):
            drafts.draft(body=shop(code), by=people["shop"])
