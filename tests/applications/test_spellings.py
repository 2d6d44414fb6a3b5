"""What people type at every door is read alike, and found again however it was written."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications import drafts
from applications.models import Application
from core.problems import WrongState
from rules.names import Kind
from tests.applications.pages import nobody, of, only_case, typed
from tests.builders import declaration, do, drafted, hand_in

pytestmark = pytest.mark.django_db


def home_at(people: dict[str, User], **address: str) -> Application:
    case = drafts.draft(
        body=declaration(Kind.RESIDENTIAL, address={"district": "510302"} | address),
        by=people["resident"],
    )
    hand_in(case, "submit")
    return case


@pytest.mark.parametrize(
    "address",
    [
        {"line": "解放路９号3幢"},
        {"line": "解放路9号三栋"},
        {"line": "四川省自贡市自流井区解放路9号3号楼"},
        {"district": "510302-G", "statutory_district": "510302", "line": "高新区解放路9号3栋"},
    ],
)
def test_filing_again_in_another_spelling_continues(
    people: dict[str, User], address: dict[str, str]
) -> None:
    first = do(people, home_at(people, line="解放路9号3栋"), "submit")
    twin = home_at(people, **address)
    with pytest.raises(WrongState):
        do(people, twin, "submit")
    do(people, first, "withdraw", reason="改主意")
    assert do(people, twin, "submit").continues == first


def test_two_flats_are_two(people: dict[str, User]) -> None:
    do(people, home_at(people, line="2-3-1"), "submit")
    assert do(people, home_at(people, line="23-1"), "submit").continues is None


@pytest.mark.parametrize(
    "phone", ["+86 138-0000-1234", "００８６１３８００００１２３４", "138 0000 1234\u200b"]
)
def test_a_phone_is_taken_and_found_in_any_spelling(people: dict[str, User], phone: str) -> None:
    body = typed(Kind.RESIDENTIAL, phone=phone)
    assert of(people, "resident").post("/apply/", body).status_code == 302
    draft = only_case()
    assert draft.phone == "13800001234"
    hand_in(draft, "submit")
    case = do(people, draft, "submit")
    for spelt in ("13800001234", phone):
        answer = nobody().post("/progress/", {"number": case.number.lower(), "phone": spelt})
        assert answer.status_code == 200


def test_an_identity_number_is_kept_in_one_spelling(people: dict[str, User]) -> None:
    body = typed(Kind.RESIDENTIAL, id_number="５１０３０２ 19900307-0013\u202c")
    assert of(people, "resident").post("/apply/", body).status_code == 302
    assert only_case().id_number == "510302199003070013"


@pytest.mark.parametrize("capacity", ["8,5", "1_200", "1,2", "1e1"])
def test_a_doubtful_number_is_refused_by_page_and_api(
    people: dict[str, User], capacity: str
) -> None:
    client = of(people, "resident")
    client.post("/apply/", typed(Kind.RESIDENTIAL, capacity_kw=capacity))
    page = client.get(f"/apply/{only_case().number}/questions/capacity/")
    api = APIClient()
    api.force_authenticate(people["resident"])
    body = declaration(Kind.RESIDENTIAL, capacity_kw=capacity)
    answer = api.post("/api/v1/applications/", body, format="json")
    assert (set(page.context["form"].errors), answer.status_code) == ({"capacity_kw"}, 422)
    assert not Application.objects.exists()


def test_a_case_is_found_in_small_letters(people: dict[str, User]) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    browser, api = of(people, "resident"), APIClient()
    api.force_authenticate(people["resident"])
    number = case.number.lower()
    assert browser.get(f"/apply/{number}/").status_code == 200
    assert api.get(f"/api/v1/applications/{number}/").json()["number"] == case.number
