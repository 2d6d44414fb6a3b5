"""Whose act it is: by a role held now, for whom, and never one person alone."""

import pytest
from rest_framework.test import APIClient

from accounts.actions import create_person, end_role, grant
from accounts.actor import SYSTEM
from accounts.models import RoleGrant, User
from accounts.roles import Role
from applications import documents, drafts
from applications.models import Application
from applications.queries import visible_to
from applications.states import State
from applications.work.queries import desk_cases
from approvals.actions import PERMITS
from approvals.models import Permit
from core.problems import Forbidden, Invalid, Missing, WrongState
from deadlines.models import Clock
from ledger.models import Entry, Salt
from ledger.receipts.content import opening_of
from rules.names import Kind
from tests import people as cast
from tests.builders import Ready, again, declaration, do, pdf, perform, taken_in

pytestmark = pytest.mark.django_db


def colleague(people: dict[str, User], name: str, office: str = "office") -> User:
    """Another clerk, of one district only."""
    user = create_person(username=name, password=cast.PASSWORD, name="李工")
    place = cast.office("office", office)
    grant(user=user, role=Role.CLERK, organisation=place, district="510321", by=SYSTEM)
    return cast.again(user)


def roles_of(case: Application) -> list[tuple[str, str]]:
    entries = Entry.objects.filter(case_ref=case.ref, part=None).order_by("case_seq")
    return list(entries.values_list("type", "actor_role"))


def test_a_colleague_of_the_office_goes_on_whatever_the_district(people: dict[str, User]) -> None:
    case, other = taken_in(people), colleague(people, "second-clerk")
    do(people, case, "request_supplement")
    documents.add(application=case, requirement="identity", upload=pdf(), by=other)
    moved = perform(application=case, action="supply_supplement", by=other)
    assert moved.state == State.SUBMITTED
    assert roles_of(case)[-1] == ("case.supplement_supplied", "clerk")
    assert list(desk_cases(other)) == [again(case)]


def test_another_office_does_not_see_the_case(people: dict[str, User]) -> None:
    case, far = taken_in(people), colleague(people, "far-clerk", office="far-office")
    for act in ("withdraw", "accept"):
        with pytest.raises(Missing):
            perform(application=case, action=act, by=far)
    assert list(visible_to(far)) == []


def test_a_clerk_of_another_office_who_sees_the_case_is_told_whose_it_is(
    people: dict[str, User],
) -> None:
    case = do(people, taken_in(people), "accept")
    far = create_person(username="near-clerk", password=cast.PASSWORD, name="李工")
    place = cast.office("office", "far-office")
    grant(user=far, role=Role.CLERK, organisation=place, district=case.district, by=SYSTEM)
    far, said = cast.again(far), []
    for act in ("sign_contract", "withdraw"):
        with pytest.raises(Forbidden) as refused:
            perform(application=case, action=act, by=far)
        said.append(str(refused.value.detail))
    with pytest.raises(Forbidden) as refused:
        documents.add(application=case, requirement="signed_contract", upload=pdf(), by=far)
    said.append(str(refused.value.detail))
    assert said == [
        "这一步只能由用电人，或者获得签约授权的人办理；窗口受理的办件，由受理该办件的窗口的工作人员代办。",
        "这一步只能由用电人，或者获得签约授权的人办理；窗口受理的办件，由受理该办件的窗口的工作人员代办。",
        "材料只能由用电人提交；窗口受理的办件，由受理该办件的窗口的工作人员提交。",
    ]


def test_having_filed_gives_no_right_after_the_role(people: dict[str, User]) -> None:
    case, hall = taken_in(people, "hall"), people["hall"]
    assert list(visible_to(hall)) == list(desk_cases(hall)) == [again(case)]
    end_role(grant=RoleGrant.objects.get(user=hall, to_at=None), by=SYSTEM)
    hall = cast.again(hall)
    client = APIClient()
    client.force_authenticate(hall)
    path, before = f"/api/v1/applications/{case.number}/", roles_of(case)
    asked = [
        client.get(path).status_code,
        client.post(f"{path}documents/", {"requirement": "identity", "file": pdf()}).status_code,
        client.post(f"{path}actions/withdraw/", {}, format="json").status_code,
        cast.browser(hall).get(f"/account/cases/{case.number}/").status_code,
        client.get("/api/v1/applications/").json()["results"],
    ]
    assert asked == [404, 404, 404, 404, []]
    assert roles_of(case) == before
    assert {role for kind, role in before if kind != "case.accepted"} == {"hall_clerk"}


def test_what_the_customer_decides_at_a_counter_needs_the_signed_paper(
    people: dict[str, User],
) -> None:
    case, clerk = do(people, taken_in(people), "accept"), people["clerk"]
    handling = Clock.objects.get(case_ref=case.ref, kind=Clock.Kind.HANDLING)
    assert (case.holder, handling.state) == ("applicant", "paused")
    for act, paper in (("sign_contract", "signed_contract"), ("withdraw", "signed_withdrawal")):
        with pytest.raises(Invalid) as refusal:
            perform(application=case, action=act, by=clerk)
        assert [error.pointer for error in refusal.value.errors] == [f"/documents/{paper}"]
    documents.add(application=case, requirement="signed_contract", upload=pdf(), by=clerk)
    handling.refresh_from_db()
    assert (again(case).holder, handling.state) == ("supplier", "running")
    with pytest.raises(WrongState):
        documents.add(application=case, requirement="signed_plan_answer", upload=pdf(), by=clerk)
    signed = perform(application=case, action="sign_contract", by=clerk)
    entry = Entry.objects.get(case_ref=case.ref, type="case.contract_signed")
    opening = opening_of(entry)
    assert opening is not None
    assert (signed.state, signed.signed_papers, entry.actor_role) == ("contracted", [], "clerk")
    assert opening.data["represents"] == "applicant"
    assert [row["requirement"] for row in opening.data["documents"]] == ["signed_contract"]


def test_an_online_case_takes_no_signed_paper(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ACCEPTED)
    with pytest.raises(Invalid):
        documents.add(
            application=case, requirement="signed_contract", upload=pdf(), by=case.filed_by.user
        )


def test_nobody_of_the_company_or_a_bureau_rates(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.ENERGISED)
    place = cast.office("supplier", "supplier")
    grant(user=case.filed_by.user, role=Role.MANAGER, organisation=place, district=None, by=SYSTEM)
    for user in (cast.again(case.filed_by.user), people["clerk"], people["manager"]):
        with pytest.raises(Forbidden):
            perform(application=case, action="rate", by=user, body={"level": 5})
    counter = taken_in(people)
    with pytest.raises(Forbidden):
        perform(application=counter, action="rate", by=people["clerk"], body={"level": 5})


def test_nobody_processes_the_own_case(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    place = cast.office("supplier", "supplier")
    grant(user=case.filed_by.user, role=Role.MANAGER, organisation=place, district=None, by=SYSTEM)
    with pytest.raises(Forbidden):
        perform(application=case, action="accept", by=cast.again(case.filed_by.user))
    friend = people["clerk"]
    friend.phone = case.phone
    friend.save()
    with pytest.raises(Forbidden):
        perform(application=case, action="accept", by=cast.again(friend))


def test_no_officer_decides_a_permit_of_the_own_case(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.HV_SINGLE, State.PERMITS)
    permit = Permit.objects.get(case_ref=case.ref, permit="planning")
    place = cast.office("bureau", "planning")
    grant(user=case.filed_by.user, role=Role.OFFICER, organisation=place, district=None, by=SYSTEM)
    with pytest.raises(Forbidden):
        PERMITS.perform(permit, "accept", by=cast.again(case.filed_by.user))


def test_two_people_plan_and_inspect(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.HV_SINGLE, State.COMPLETION_REPORTED)
    body = {"passed": True, "findings": []}
    assert case.kept_from("inspect_completion") == {people["manager"].pk}
    with pytest.raises(Forbidden):
        perform(application=case, action="inspect_completion", by=people["manager"], body=body)
    passed = perform(application=case, action="inspect_completion", by=people["project"], body=body)
    assert passed.state == State.COMPLETION_PASSED


def test_two_people_take_in_and_energise(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.WORKS)
    entry = Entry.objects.get(case_ref=case.ref, type="case.submitted")
    assert case.kept_from("energise") == {Salt.objects.get(ref=entry.salt_ref).actor_id}
    place = cast.office("supplier", "supplier")
    grant(user=people["clerk"], role=Role.MANAGER, organisation=place, district=None, by=SYSTEM)
    clerk = cast.again(people["clerk"])
    counter = taken_in({**people, "clerk": clerk})
    with pytest.raises(Forbidden):
        perform(application=counter, action="energise", by=clerk, body={"meter_number": "1"})
    with pytest.raises(WrongState):
        perform(
            application=counter, action="energise", by=people["manager"], body={"meter_number": "1"}
        )


def test_a_case_of_a_counter_does_not_become_the_clerks_own(people: dict[str, User]) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["clerk"])
    with pytest.raises(Invalid) as refusal:
        drafts.redraft(application=case, body=body | {"channel": "online"}, by=people["clerk"])
    assert [error.pointer for error in refusal.value.errors] == ["/channel"]
