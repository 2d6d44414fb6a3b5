"""Who a case is for, in full: for a reason that the record keeps, and counted."""

import pytest
from django.test import Client

from accounts.models import User
from applications.models import Application
from applications.reveal import counts, reveal, showings
from applications.states import State
from core.clock import city_now, local_date
from core.problems import Forbidden, Invalid, Missing
from core.street import street_of
from ledger.models import Entry, Salt
from rules.names import Kind
from tests.builders import case_at, drafted
from tools.scenarios import PHONE, RESIDENT

FULL = (RESIDENT["name"], RESIDENT["id_number"], PHONE)
REASON = "电话约上门时间"


@pytest.fixture
def case(people: dict[str, User]) -> Application:
    return case_at(people, Kind.RESIDENTIAL, State.SUBMITTED)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(page: str) -> list[bool]:
    return [value in page for value in FULL]


def test_a_clerk_sees_them_for_a_reason_and_only_then(
    case: Application, people: dict[str, User]
) -> None:
    client, address = signed_in(people["clerk"]), f"/work/cases/{case.number}/identity/"
    page = client.get(f"/work/cases/{case.number}/").content.decode()
    assert (shown(page), address in page) == ([False] * 3, True)
    assert shown(client.get(address).content.decode()) == [False] * 3
    empty = client.post(address, {"reason": " ", "version": "1", "idempotency_key": "a"})
    assert (empty.status_code, shown(empty.content.decode())) == (422, [False] * 3)
    body = {"reason": REASON, "version": "1", "idempotency_key": "b"}
    for _click in range(2):
        answer = client.post(address, body)
        assert (answer.status_code, shown(answer.content.decode())) == (200, [True] * 3)
        assert "no-store" in answer["Cache-Control"]
    [entry] = Entry.objects.filter(case_ref=case.ref, type="case.identity_shown")
    assert (entry.actor_role, entry.actor_district) == ("clerk", case.district)
    assert Salt.objects.get(ref=entry.salt_ref).actor_id == people["clerk"].pk
    assert [(each.role, each.reason) for each in showings(case)] == [("clerk", REASON)]
    case.refresh_from_db()
    assert case.state == State.SUBMITTED


def test_a_program_does_it_as_a_page_does(case: Application, people: dict[str, User]) -> None:
    client = signed_in(people["manager"])
    address = f"/api/v1/applications/{case.number}/identity/"
    assert client.post(address, {}, "application/json").status_code == 422
    for _try in range(2):
        answer = client.post(
            address, {"reason": REASON}, "application/json", headers={"idempotency-key": "k"}
        )
        assert answer.status_code == 200
        assert answer.json() == {
            **dict(zip(("name", "id_number", "phone"), FULL, strict=True)),
            # No correction waits.
            "proposed_name": None, "proposed_id_number": None,
        }  # fmt: skip
    assert Entry.objects.filter(type="case.identity_shown").count() == 1


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("regulator", Forbidden), ("resident", Forbidden), ("shop", Missing), ("planning", Missing)],
)
def test_nobody_else_does(
    case: Application, people: dict[str, User], who: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        reveal(application=case, body={"reason": REASON}, by=people[who])
    assert Entry.objects.filter(type="case.identity_shown").count() == 0


def test_a_draft_and_a_missing_reason_are_refused(
    case: Application, people: dict[str, User]
) -> None:
    with pytest.raises(Invalid):
        reveal(application=case, body={"reason": "\u200b"}, by=people["clerk"])
    draft = drafted(people, Kind.RESIDENTIAL)
    with pytest.raises(Missing):
        reveal(application=draft, body={"reason": REASON}, by=people["clerk"])


def test_the_regulator_reads_how_often_and_why(case: Application, people: dict[str, User]) -> None:
    reveal(application=case, body={"reason": REASON}, by=people["clerk"])
    today = local_date(city_now())
    assert counts({case.district}, [today])["clerk"] == [1]
    assert counts({"510303"}, [today])["clerk"] == [0]
    client = signed_in(people["regulator"])
    assert "完整查看姓名、证件号码和电话的次数" in client.get(
        "/oversight/late/"
    ).content.decode() or (
        "完整查看姓名、证件号码和电话的次数" in client.get("/oversight/").content.decode()
    )
    assert REASON in client.get(f"/oversight/cases/{case.number}/").content.decode()
    # Those whose data it is see that it was seen, by which role, and why.
    own = signed_in(people["resident"]).get(f"/account/cases/{case.number}/").content.decode()
    assert ("完整查看了姓名、证件号码和电话" in own, REASON in own) == (True, True)


def test_rows_show_the_street_and_who_applies_masked(
    case: Application, people: dict[str, User]
) -> None:
    page = signed_in(people["clerk"]).get("/work/").content.decode()
    assert (case.address_line in page, "王**" in page) == (True, True)
    assert shown(page) == [False] * 3
    permits = case_at(people, Kind.LV_OTHER, State.PERMITS)
    page = signed_in(people["planning"]).get("/bureau/").content.decode()
    street = street_of(permits.address_line)
    assert (street != "", street in page, permits.address_line in page) == (True, True, False)
    assert "自贡****公司" in page


@pytest.mark.parametrize(
    ("line", "street"),
    [
        ("解放路 8 号 2 单元", "解放路"),
        ("檀木林街道汇东路１２号", "檀木林街道汇东路"),
        ("金丝雀巷七十七弄九号", "金丝雀巷"),
        ("三多寨镇五一村二组", "三多寨镇五一村"),
        ("张家院子", "张家院子"),
        ("8 Jiefang Road", ""),
    ],
)
def test_a_street_has_no_house(line: str, street: str) -> None:
    assert street_of(line) == street


def test_who_has_one_bureau_is_not_asked_which(people: dict[str, User]) -> None:
    one = signed_in(people["planning"]).get("/bureau/").content.decode()
    every = signed_in(people["digital"]).get("/bureau/").content.decode()
    assert ('name="bureau"' in one, 'name="bureau"' in every) == (False, True)
    assert signed_in(people["planning"]).get("/bureau/?bureau=nowhere").status_code == 200


def test_the_search_key_is_named_only_where_it_works(
    case: Application, people: dict[str, User]
) -> None:
    pages = {
        "clerk": ["/work/", f"/work/cases/{case.number}/"],
        "planning": ["/bureau/"],
        "regulator": [f"/oversight/cases/{case.number}/"],
    }
    for who, addresses in pages.items():
        for address in addresses:
            page = signed_in(people[who]).get(address).content.decode()
            assert ("<kbd>/</kbd>" in page) == ("data-rows-search" in page) == (who != "regulator")
