"""What may be asked of an applicant: the checklist's documents, and no charge where none is due."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from rest_framework.test import APIClient

from accounts.models import User
from applications import documents, drafts
from applications.charges import charge
from applications.models import Charge
from applications.workflow import State
from core.problems import Forbidden, Invalid, WrongState
from ledger.queries import timeline
from money.models import FeeItem
from publishing.models import Publication
from rules.names import Kind
from tests.builders import case_at, declaration, do, drafted, filed, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def fee_item(people: dict[str, User]) -> FeeItem:
    """An item of the published catalogue, made up for the test."""
    publication = Publication.objects.create(
        kind="fees",
        number=1,
        published_at="2026-01-01T00:00:00+08:00",
        entry=1,
        role="supply_lead",
        source="测试目录",
        added=1,
        changed=0,
        withdrawn=0,
        digest="0" * 64,
    )
    return FeeItem.objects.create(
        publication=publication,
        source="测试目录",
        code="T1",
        item="测试项目",
        payer="高压用户",
        unit="元/kVA",
        rate="12.5000",
        nature="government_set",
        legal_basis="测试文件",
        from_date=date(2021, 1, 1),
    )


BODY = {"fee_item": "T1", "quantity": "10.5", "payee": "市供电公司", "payee_affiliated": False}


def test_a_charge_is_an_item_of_the_catalogue_at_its_rate(
    people: dict[str, User], fee_item: FeeItem
) -> None:
    case = filed(people, Kind.HV_SINGLE)
    row = charge(application=case, body=BODY, by=people["manager"])
    assert (str(row.amount_yuan), row.fee_item) == ("131.25", fee_item)
    assert timeline(case.ref)[-1].type == "case.charged"


@pytest.mark.parametrize("kind", [Kind.RESIDENTIAL, Kind.LV_SMALL])
def test_a_home_and_a_three_zero_case_take_no_charge(
    people: dict[str, User], fee_item: FeeItem, kind: Kind
) -> None:
    case = filed(people, kind)
    with pytest.raises(WrongState):
        charge(application=case, body=BODY, by=people["manager"])
    with pytest.raises(DatabaseError, match="takes no charge"), transaction.atomic():
        Charge.objects.create(
            application=case,
            fee_item=fee_item,
            quantity=1,
            amount_yuan=1,
            payee="市供电公司",
            payee_affiliated=False,
            entered_at=case.created_at,
        )


def test_what_is_not_in_the_catalogue_is_not_charged(people: dict[str, User]) -> None:
    case = filed(people, Kind.HV_SINGLE)
    with pytest.raises(Invalid) as refused:
        charge(application=case, body=BODY | {"quantity": 0}, by=people["manager"])
    assert [e.pointer for e in refused.value.errors] == ["/fee_item", "/quantity"]
    with pytest.raises(Forbidden):
        charge(application=case, body=BODY, by=case.filed_by)


CHECKLISTS = {
    Kind.RESIDENTIAL: {"identity", "property"},
    Kind.LV_SMALL: {"identity", "property"},
    Kind.LV_OTHER: {"identity", "property"},
    Kind.HV_SINGLE: {
        "identity", "property", "project_approval", "design_qualification", "design",
        "construction_qualification", "concealed_works", "completion_report",
    },
    Kind.HV_DUAL: {
        "identity", "property", "project_approval", "design_qualification", "design",
        "construction_qualification", "concealed_works", "completion_report",
    },
}  # fmt: skip
EVERY_CODE = CHECKLISTS[Kind.HV_DUAL]


@pytest.mark.parametrize("kind", list(Kind))
def test_only_documents_of_the_checklist_are_taken(people: dict[str, User], kind: Kind) -> None:
    case = drafted(people, kind)
    for code in CHECKLISTS[kind]:
        documents.add(application=case, requirement=code, upload=pdf(), by=case.filed_by)
    for code in EVERY_CODE - CHECKLISTS[kind]:
        with pytest.raises(Invalid) as refused:
            documents.add(application=case, requirement=code, upload=pdf(), by=case.filed_by)
        [error] = refused.value.errors
        assert (error.pointer, bool(str(error.clause))) == ("/requirement", True)


def test_a_supplement_is_asked_for_once_and_only_from_the_list(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    off_list = {"items": [{"requirement": "project_approval", "reason": "看看"}]}
    with pytest.raises(Invalid) as refused:
        do(people, case, "request_supplement", **off_list)
    assert refused.value.errors[0].pointer == "/items/0/requirement"
    assert refused.value.errors[0].clause
    do(people, case, "request_supplement")
    do(people, case, "supply_supplement")
    with pytest.raises(WrongState):
        do(people, case, "request_supplement")


def test_a_clerk_files_for_a_person_at_a_counter_and_acts_for_them(
    people: dict[str, User],
) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["hall"])
    for code in ("identity", "property"):
        documents.add(application=case, requirement=code, upload=pdf(), by=people["clerk"])
    from tests.builders import perform

    filed_case = perform(application=case, action="submit", by=people["clerk"])
    assert (filed_case.channel, filed_case.state) == ("counter", "submitted")
    assert timeline(case.ref)[-1].role == "clerk"


def test_nobody_but_a_clerk_files_at_a_counter(people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        drafts.draft(body=declaration(Kind.RESIDENTIAL, channel="counter"), by=people["resident"])


def test_documents_end_with_the_case(people: dict[str, User]) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    with pytest.raises(WrongState):
        documents.add(application=case, requirement="identity", upload=pdf(), by=case.filed_by)


def test_who_may_not_hand_in_hears_that_before_what_is_missing(people: dict[str, User]) -> None:
    case = filed(people, Kind.LV_SMALL)
    address = f"/api/v1/applications/{case.number}/documents/"
    said = {}
    for name in ("manager", "shop", "resident"):
        client = APIClient()
        client.force_authenticate(people[name])
        said[name] = client.post(address, {"requirement": "identity"}, format="multipart")
    assert {name: answer.status_code for name, answer in said.items()} == {
        "manager": 403,
        "shop": 422,
        "resident": 404,
    }
    assert said["shop"].data["errors"][0]["pointer"] == "/file"
