"""What may be asked of an applicant: the checklist's documents, and nothing else."""

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from applications import documents, drafts
from applications.workflow import State
from core.problems import Forbidden, Invalid, WrongState
from ledger.queries import timeline
from rules.names import Kind
from tests.builders import Ready, declaration, do, drafted, filed, pdf

pytestmark = pytest.mark.django_db


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
        documents.add(application=case, requirement=code, upload=pdf(), by=people["hall"])
    from tests.builders import perform

    filed_case = perform(application=case, action="submit", by=people["hall"])
    assert (filed_case.channel, filed_case.state) == ("counter", "submitted")
    assert timeline(case.ref)[-1].role == "hall_clerk"


def test_nobody_but_a_clerk_files_at_a_counter(people: dict[str, User]) -> None:
    with pytest.raises(Forbidden):
        drafts.draft(body=declaration(Kind.RESIDENTIAL, channel="counter"), by=people["resident"])


def test_documents_end_with_the_case(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
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
