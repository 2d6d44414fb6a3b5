"""The customer goes on at a counter, at any: with a code to the phone of the case, or on paper."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from accounts.models import Organisation, User
from accounts.parties import Contact
from accounts.roles import COUNTER
from applications import documents
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from core.problems import Forbidden, Invalid, Missing
from deadlines.models import Clock
from ledger.queries import timeline
from notifications.models import Outbox
from portal.committed.entries import said
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import nobody, of
from tests.applications.test_progress_code import ALL, opened
from tests.applications.visiting import code_in, later, told
from tests.builders import again, case_at, do, filed, pdf, perform, taken_in
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import PHONE

pytestmark = pytest.mark.django_db
URL = "/work/counter/"


def whole() -> None:
    assert {name: rows for name, rows in broken() if rows} == {}


def pair(case: Application) -> dict[str, str]:
    return {"number": case.number, "phone": case.phone}


def found(client: Any, case: Application) -> Page:
    return Page(client.post(URL, pair(case)))


def taken(client: Any, case: Application, sms: At) -> Any:
    """Go on at a counter with a code that the customer reads out."""
    later()
    form = found(client, case).hidden()
    page = Page(client.post(URL, form | {"do": "code"}))
    code = code_in(told(sms, case.phone)[-1])
    return client.post(URL, page.hidden() | {"do": "take", "code": code})


def office_of(user: User) -> int:
    return user.organisations(*COUNTER)[0]


def standing(case: Application) -> tuple[Any, ...]:
    """What no change of the channel moves."""
    now = again(case)
    clocks = Clock.objects.filter(case_ref=case.ref).order_by("kind")
    kept = now.state, now.holder, now.filed_by_id, now.lineage, now.rules_version
    return *kept, list(clocks.values_list("kind", "state", "late_from"))


def test_an_online_case_goes_on_at_a_counter_and_at_another_and_online_again(
    people: dict[str, User], sms: At
) -> None:
    case = do(people, filed(people, Kind.RESIDENTIAL), "accept")
    before, clerk, hall = standing(case), of(people, "clerk"), of(people, "hall")
    assert "接续办理已有办件" in clerk.get("/work/").content.decode()
    assert taken(clerk, case, sms)["Location"] == f"/account/cases/{case.number}/"
    now = again(case)
    assert (now.channel, now.office_id, now.customer_party) == (
        "counter", office_of(people["clerk"]), True,
    )  # fmt: skip
    assert standing(case) == before
    # The phone is told, and the account that had it; its clerk acts, with the customer's consent.
    assert case.number in told(sms, case.phone)[-1]
    assert Outbox.objects.filter(kind="case.went_to_counter", recipient=case.filed_by).exists()
    # Whose account it was reads it on, and takes no step in it.
    own = of(people, "resident")
    assert own.get(f"/account/cases/{case.number}/").status_code == 200
    assert case.number in own.get("/account/").content.decode()
    with pytest.raises(Forbidden):
        perform(application=case, action="withdraw", by=people["resident"], body={})
    with pytest.raises(Invalid):
        perform(application=case, action="withdraw", by=people["clerk"], body={})
    assert taken(hall, case, sms).status_code == 302
    assert again(case).office_id == office_of(people["hall"])
    with pytest.raises(Forbidden):
        perform(application=case, action="withdraw", by=people["clerk"])
    later()
    back = opened(case, sms)
    assert Page(back.get(ALL)).submit(back, "改为网上办理").status_code == 302
    assert (again(case).channel, again(case).office) == ("online", None)
    assert [event.type for event in timeline(case.ref)][-3:] == [
        "case.went_to_counter", "case.went_to_counter", "case.went_online",
    ]  # fmt: skip
    whole()


def test_a_signed_paper_does_as_well_and_nothing_does_not(people: dict[str, User]) -> None:
    case, client = filed(people, Kind.LV_SMALL), of(people, "hall")
    form = found(client, case).hidden() | {"do": "take"}
    nothing = client.post(URL, form)
    assert (nothing.status_code, "签字" in Page(nothing).text) == (422, True)
    assert client.post(URL, form | {"paper": pdf()}).status_code == 302
    assert client.post(URL, form | {"paper": pdf()}).status_code == 302  # a second click
    [entry] = [each for each in said("case.went_to_counter") if each.ref == case.ref]
    assert entry.data is not None
    assert (entry.data["by"], entry.data["documents"][0]["requirement"]) == (
        "paper", "signed_channel",
    )  # fmt: skip
    again_here = found(client, again(case))
    assert "已在本窗口办理" in again_here.text
    assert "未提交" not in Page(client.get(f"/work/cases/{case.number}/")).text
    whole()


def test_what_was_signed_elsewhere_is_signed_anew(people: dict[str, User], sms: At) -> None:
    case = do(people, taken_in(people), "accept")
    documents.add(application=case, requirement="signed_contract", upload=pdf(), by=people["clerk"])
    assert again(case).holder == "supplier"
    assert taken(of(people, "hall"), case, sms).status_code == 302
    assert (again(case).signed_papers, again(case).holder) == ([], "applicant")
    whole()


def test_a_code_of_another_counter_or_case_takes_nothing(people: dict[str, User], sms: At) -> None:
    case, other = filed(people, Kind.RESIDENTIAL), filed(people, Kind.LV_SMALL)
    clerk, hall = of(people, "clerk"), of(people, "hall")
    later()
    clerk.post(URL, found(clerk, case).hidden() | {"do": "code"})
    code = code_in(told(sms, PHONE)[-1])
    for client, thing in ((hall, case), (clerk, other)):
        form = found(client, thing).hidden() | {"do": "take", "code": code}
        assert client.post(URL, form).status_code == 422
    assert {again(each).channel for each in (case, other)} == {"online"}


def test_nobody_else_takes_a_case_to_a_counter(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    for name in ("manager", "resident", "regulator"):
        assert of(people, name).post(URL, pair(case)).status_code == 403
    with pytest.raises(Missing):
        perform(application=case, action="go_to_counter", by=people["hall"])
    wrong = of(people, "clerk").post(URL, pair(case) | {"phone": "13999999999"})
    assert wrong.status_code == 422
    # Nor one's own case, whoever's phone rings.
    clerk = people["clerk"]
    clerk.phone = case.phone
    clerk.save()
    own = User.objects.get(pk=clerk.pk)
    own.said_case = case.ref
    with pytest.raises(Forbidden):
        perform(application=case, action="go_to_counter", by=own, uploads=[pdf()])


def test_whose_case_it_was_stays_kept_from_working_on_it(people: dict[str, User]) -> None:
    """Also where the case has another phone than the account."""
    case = filed(people, Kind.RESIDENTIAL)
    owner = User.objects.get(pk=people["resident"].pk)
    own = User.objects.get(pk=people["clerk"].pk)
    own.said_case = case.ref
    perform(application=case, action="go_to_counter", by=own, uploads=[pdf()])
    assert (again(case).concerns(owner), again(case).concerns(own)) == (True, False)
    assert not Contact.objects.filter(party=own.party, address=case.phone).exists()


def test_a_program_of_a_counter_takes_it(people: dict[str, User], sms: At) -> None:
    case, api = filed(people, Kind.RESIDENTIAL), APIClient()
    api.force_authenticate(people["hall"])
    url = f"/api/v1/applications/{case.number}/counter/"
    assert api.post(f"{url}code/", {"phone": "13999999999"}, format="json").status_code == 404
    assert api.post(f"{url}code/", {"phone": case.phone}, format="json").status_code == 204
    said_ = {"phone": case.phone, "code": code_in(told(sms, case.phone)[-1])}
    assert api.post(url, said_, format="json").status_code == 200
    assert again(case).office_id == office_of(people["hall"])
    assert nobody().get(f"/account/cases/{case.number}/").status_code == 302
    other = filed(people, Kind.LV_SMALL)
    url = f"/api/v1/applications/{other.number}/counter/"
    sent = api.post(url, {"phone": other.phone, "files": pdf()}, format="multipart")
    assert (sent.status_code, again(other).channel) == (200, "counter")


def test_the_database_takes_a_counter_by_the_record_alone(people: dict[str, User]) -> None:
    case, office = filed(people, Kind.RESIDENTIAL), Organisation.objects.filter(kind="hall")[0]
    for change in (f"channel = 'counter', office_id = {office.pk}", "customer_party = false"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE applications_application SET {change} WHERE id = %s", [case.pk])


def test_a_hall_reads_the_permits_of_what_it_has_at_its_counter(people: dict[str, User]) -> None:
    case, client = case_at(people, Kind.HV_SINGLE, State.PERMITS), of(people, "hall")

    def listed() -> list[str]:
        return [row.number for row in client.get("/bureau/?show=all").context["rows"]]

    assert listed() == []
    form = found(client, case).hidden() | {"do": "take"}
    assert client.post(URL, form | {"paper": pdf()}).status_code == 302
    permits = Permit.objects.filter(case_ref=case.ref)
    assert listed() == [case.number] * permits.count()
    assert "本窗口办件的许可" in Page(client.get("/bureau/")).text
    one = f"/bureau/permits/{permits.earliest('pk').pk}/"
    page = client.get(one)
    assert (page.status_code, page.context["choices"].now) == (200, [])
    assert client.post(f"{one}act/", {"action": "accept", "version": "1"}).status_code == 403
    whole()
