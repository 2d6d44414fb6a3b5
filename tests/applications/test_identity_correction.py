"""Correcting name and number (PIPL 46): proposed with a document, compared, decided."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.actor import SYSTEM
from accounts.models import User
from applications import documents
from applications.corrections.models import IdentityCorrection
from applications.models import Application
from applications.states import State
from core.fields import blind_index
from core.problems import Forbidden, Invalid, Problem, WrongState
from deadlines.models import Clock
from documents.models import Document
from ledger.models import Entry, Salt
from ledger.queries import timeline
from ledger.record import NewEntry, append
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.applications.licences.counterpart import confirm
from tests.applications.pages import door_of, of, press
from tests.builders import Ready, again, case_at, declaration, do, filed, pdf, perform, taken_in
from tests.page import Page
from tools.scenarios import RESIDENT

pytestmark = pytest.mark.django_db
NAME, NUMBER, REASON = "王晓明", "11010519491231002X", "身份证换发后姓名用字有误"
SAID = {"name": NAME, "id_number": NUMBER, "reason": REASON}


def whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}


def page_of(case: Application) -> str:
    return f"/account/cases/{case.number}/identity/"


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def propose(case: Application, by: User, **said: str) -> Any:
    url = f"/api/v1/applications/{case.number}/corrections/"
    return api(by).post(url, SAID | said | {"files": pdf()}, format="multipart")


def decide(case: Application, by: User, **said: Any) -> Application:
    body = {"agree": True, "reason": ""} | said
    return perform(application=case, action="decide_correction", by=by, body=body)


def standing(case: Application) -> tuple[Any, ...]:
    """What no correction moves."""
    now = again(case)
    clocks = Clock.objects.filter(case_ref=case.ref).order_by("kind")
    return now.state, now.holder, now.held_since, now.lineage, list(clocks.values_list("state"))


def test_a_proposal_changes_nothing_until_a_manager_agrees(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client, desk, before = of(people, "resident"), of(people, "manager"), standing(case)
    assert Page(client.get(f"/account/cases/{case.number}/")).link("更正姓名和证件号码") == page_of(
        case
    )
    assert press(client, page_of(case), **SAID).status_code == 422  # no document
    sent = press(client, page_of(case), **SAID, evidence=pdf())
    assert sent["Location"] == f"/account/cases/{case.number}/"
    waits = again(case)
    assert (waits.applicant_name, waits.correcting) == (RESIDENT["name"], True)
    assert Outbox.objects.filter(kind="case.correction_proposed").exists()
    # The desk is led there; both are masked, and are seen for a reason alone.
    work = f"/work/cases/{case.number}"
    assert f"{work}/correction/" in desk.get(f"{work}/").content.decode()
    shown = desk.get(f"{work}/correction/").content.decode()
    assert [(value in shown) for value in (NUMBER, NAME, RESIDENT["id_number"], REASON)] == [
        False, False, False, True,
    ]  # fmt: skip
    assert NUMBER in press(desk, f"{work}/identity/", reason="核对更正").content.decode()
    [file] = Document.objects.filter(subject_kind="correction")
    assert desk.get(reverse("documents:open", args=[file.ref])).status_code == 200
    assert press(desk, f"{work}/correction/", agree="yes")["Location"] == f"{work}/"
    now = again(case)
    assert (now.applicant_name, now.id_number, bytes(now.id_digest), now.correcting) == (
        NAME, NUMBER, blind_index(NUMBER, "id_number"), False,
    )  # fmt: skip
    assert (standing(case), timeline(case.ref)[-1].type) == (before, "case.identity_corrected")
    row = IdentityCorrection.objects.get()
    assert (row.outcome, row.name, row.id_number) == ("agreed", "", "")
    whole()


def test_the_record_commits_to_digests_alone(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    assert propose(case, people["resident"]).status_code == 201
    decide(case, people["clerk"])
    kept = Salt.objects.filter(ref__in=Entry.objects.filter(case_ref=case.ref).values("salt_ref"))
    said = " ".join(kept.values_list("data", flat=True))
    assert [value in said for value in (NAME, NUMBER, REASON)] == [False] * 3


def test_a_refusal_is_told_and_it_can_be_proposed_and_taken_back_again(
    people: dict[str, User],
) -> None:
    case, who = filed(people, Kind.RESIDENTIAL), people["resident"]
    assert propose(case, who).status_code == 201
    assert propose(case, who).status_code == 409  # one at a time
    with pytest.raises(Invalid):
        decide(case, people["manager"], agree=False)
    decide(case, people["manager"], agree=False, reason="证件照片看不清号码")
    client = of(people, "resident")
    assert "证件照片看不清号码" in client.get(page_of(case)).content.decode()
    assert Outbox.objects.filter(kind="case.correction_refused").exists()
    assert propose(case, who).status_code == 201
    url = f"/account/cases/{case.number}/take_back_correction/"
    assert Page(client.get(page_of(case))).link("撤回更正") == url
    press(client, url)
    with pytest.raises(WrongState):
        decide(case, people["manager"])
    found = api(who).get(f"/api/v1/applications/{case.number}/corrections/").json()["results"]
    assert [(each["outcome"], len(each["documents"])) for each in found] == [
        ("taken_back", 1), ("refused", 1),
    ]  # fmt: skip
    assert again(case).applicant_name == RESIDENT["name"]
    whole()


WRONG = {
    "the same as before": ({"name": RESIDENT["name"], "id_number": RESIDENT["id_number"]}, "/name"),
    "no such number": ({"id_number": "11010519491231002Y"}, "/id_number"),
    "no name": ({"name": " "}, "/name"),
    "no reason": ({"reason": ""}, "/reason"),
}


@pytest.mark.parametrize("wrong", list(WRONG))
def test_what_cannot_be_right_is_refused_where_it_was_typed(
    people: dict[str, User], wrong: str
) -> None:
    case, (said, pointer) = filed(people, Kind.RESIDENTIAL), WRONG[wrong]
    answer = propose(case, people["resident"], **said)
    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (
        422, [pointer],
    )  # fmt: skip
    assert not again(case).correcting


def test_who_has_another_open_case_there_is_refused_when_proposed_and_when_decided(
    people: dict[str, User],
) -> None:
    case = filed(people, Kind.RESIDENTIAL)

    def filed_beside() -> Application:
        """Of the right number, at the same address."""
        body = declaration(Kind.RESIDENTIAL)
        body["applicant"] = RESIDENT | {"name": NAME, "id_number": NUMBER, "phone": case.phone}
        body["address"]["line"] = case.address_line
        return filed(people, Kind.RESIDENTIAL, **body)

    other = filed_beside()
    answer = propose(case, people["resident"])
    assert (answer.status_code, other.number in answer.content.decode()) == (422, True)
    do(people, other, "withdraw")
    assert propose(case, people["resident"]).status_code == 201
    filed_beside()
    with pytest.raises(Invalid):
        decide(case, people["manager"])
    decide(case, people["manager"], agree=False, reason="该地址已有在办的办件")
    whole()


def test_the_contract_names_the_person_for_good(people: dict[str, User], ready: Ready) -> None:
    signed = ready(Kind.RESIDENTIAL, State.CONTRACTED)
    answer = propose(signed, people["resident"])
    assert (answer.status_code, "合同" in answer.json()["detail"]) == (409, True)
    # Nor is it signed while a correction waits.
    accepted = case_at(people, Kind.RESIDENTIAL, State.ACCEPTED)
    assert propose(accepted, people["resident"]).status_code == 201
    with pytest.raises(WrongState):
        do(people, accepted, "sign_contract")
    # A case that ends takes what waits along.
    do(people, accepted, "withdraw")
    assert IdentityCorrection.objects.get().outcome == "case_ended"
    whole()


def test_what_an_identity_service_confirmed_needs_no_decision(people: dict[str, User]) -> None:
    case, who = filed(people, Kind.RESIDENTIAL), people["resident"]
    confirm(who, NUMBER, NAME)
    assert press(of(people, "resident"), page_of(case), **SAID).status_code == 302
    assert (again(case).id_number, IdentityCorrection.objects.exists()) == (NUMBER, False)
    # Anything else does.
    assert propose(case, who, name="王小").status_code == 201
    assert again(case).correcting
    whole()


def test_at_a_counter_the_customer_signs_and_somebody_else_decides(people: dict[str, User]) -> None:
    case, clerk = taken_in(people), people["clerk"]
    case = do(people, case, "accept")
    before = standing(case)
    refused = propose(case, clerk)
    assert [each["pointer"] for each in refused.json()["errors"]] == [
        "/documents/signed_correction"
    ]
    client, url = of(people, "clerk"), f"/account/cases/{case.number}/documents/signed_correction/"
    token = door_of(client.get(f"{url}?for=correct_identity").content.decode())
    back = client.post(url, token | {"file": pdf(), "for": "correct_identity"})
    assert back["Location"] == page_of(case)
    assert standing(case) == before
    assert propose(case, clerk).status_code == 201
    assert again(case).signed_papers == []
    with pytest.raises(Forbidden):
        decide(case, clerk)
    decide(case, people["manager"])
    assert (again(case).id_number, standing(case)) == (NUMBER, before)
    whole()


@pytest.mark.parametrize("who", ["resident", "factory", "regulator", "planning"])
def test_others_neither_propose_nor_decide(people: dict[str, User], who: str) -> None:
    case = filed(people, Kind.LV_SMALL)
    documents.add(application=case, requirement="identity", upload=pdf(), by=people["shop"])
    assert propose(case, people[who]).status_code in (403, 404)
    assert propose(case, people["shop"], id_number="125103004504000000").status_code == 201
    with pytest.raises(Problem):
        decide(case, people[who])


def test_the_database_takes_a_name_by_the_record_alone(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    for change in ("applicant_name = 'x'", "id_number = 'x', corrections = 1"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE applications_application SET {change} WHERE id = %s", [case.pk])


def test_the_person_has_a_copy_and_what_was_said_is_erased_with_the_case(
    people: dict[str, User],
) -> None:
    case, who = filed(people, Kind.RESIDENTIAL), people["resident"]
    propose(case, who)
    own = api(who).get(f"/api/v1/applications/{case.number}/data/").json()
    [kept] = own["identity_corrections"]
    assert (kept["name"], kept["id_number"], kept["reason"]) == (NAME, NUMBER, REASON)
    assert len(own["documents"]) == 3
    decide(case, people["manager"], agree=False, reason="看不清")
    do(people, case, "withdraw")
    append(NewEntry(case.ref, "case.erased", SYSTEM, data={"number": case.number}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT erase_case(%s)", [case.ref])
    row = IdentityCorrection.objects.get()
    assert (row.reason, row.answer, row.outcome) == ("", "", "refused")
    whole()
