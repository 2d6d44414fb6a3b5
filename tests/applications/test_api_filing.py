"""Filing over the API."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from applications.models import ExternalWorks
from applications.states import State
from rules.names import Kind
from tests.approvals.people import set_clock
from tests.builders import Ready, declaration, pdf

pytestmark = pytest.mark.django_db


def api(user: User) -> APIClient:
    """A program with the rights of a person."""
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.mark.parametrize("kind", list(Kind))
def test_a_draft_answers_with_the_kind_that_the_rules_give(
    people: dict[str, User], kind: Kind
) -> None:
    answer = api(people["shop"]).post(
        "/api/v1/applications/", declaration(kind), format="json", headers={"Idempotency-Key": "k"}
    )
    assert (answer.status_code, answer.data["kind"], answer.data["state"]) == (201, kind, "draft")


def test_every_answer_about_a_case_has_the_version_to_send_back(people: dict[str, User]) -> None:
    client = api(people["shop"])
    body = declaration(Kind.LV_SMALL)
    drafted = client.post("/api/v1/applications/", body, format="json")
    address = f"/api/v1/applications/{drafted.data['number']}/"
    assert drafted["ETag"] == client.get(address)["ETag"] == '"1"'
    changed = client.patch(
        address, body | {"capacity_kw": 50}, format="json", headers={"If-Match": drafted["ETag"]}
    )
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    withdrawn = client.post(
        f"{address}actions/withdraw/", {}, format="json", headers={"If-Match": changed["ETag"]}
    )
    assert (withdrawn.status_code, withdrawn["ETag"]) == (200, '"3"')


def test_before_the_first_decision_nothing_can_be_applied_for(people: dict[str, User]) -> None:
    set_clock("2021-04-29 23:59")
    answer = api(people["shop"]).post(
        "/api/v1/applications/", declaration(Kind.LV_SMALL), format="json"
    )
    assert (answer.status_code, answer.data["type"]) == (409, "/problems/wrong-state")
    assert Client().get("/").status_code == 409
    set_clock("2021-04-30 00:00")
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "[" * 20_000,
        '{"applicant": "\\ud800"}',
        '{"address": {"line": "\\udfff"}}',
        "{bad",
        '"text"',
    ],
    ids=["too deep", "half a character", "half a character inside", "no JSON", "no object"],
)
def test_a_body_that_cannot_be_read_is_400(people: dict[str, User], body: str) -> None:
    answer = api(people["resident"]).post(
        "/api/v1/applications/", body, content_type="application/json"
    )
    assert (answer.status_code, answer.data["type"]) == (400, "/problems/malformed")


def test_nothing_can_be_filed_before_the_city_decided(people: dict[str, User]) -> None:
    client, works = api(people["resident"]), {"none": True}
    set_clock("2021-04-29T23:59")
    early = client.post("/api/v1/applications/", declaration(Kind.RESIDENTIAL), format="json")
    asked = client.post("/api/v1/line-works/?dry_run=1", works, format="json")
    assert (early.status_code, early.data["type"]) == (409, "/problems/wrong-state")
    assert (asked.status_code, asked.data["type"]) == (409, "/problems/wrong-state")
    set_clock("2021-04-30T00:00")
    on_time = client.post("/api/v1/applications/", declaration(Kind.RESIDENTIAL), format="json")
    assert on_time.status_code == 201


def test_a_draft_has_the_kind_and_documents_of_the_rules_of_the_day(
    people: dict[str, User],
) -> None:
    client = api(people["shop"])
    set_clock("2022-12-30T10:00")
    body = declaration(Kind.LV_SMALL, capacity_kw=120, voltage="high")
    drafted = client.post("/api/v1/applications/", body, format="json").data
    assert (drafted["kind"], drafted["voltage"]) == ("hv_single", "high")
    address = f"/api/v1/applications/{drafted['number']}/"
    for need in ("identity", "property"):
        client.post(f"{address}documents/", {"requirement": need, "file": pdf()})
    set_clock("2022-12-31T10:00")
    now = client.get(address).data
    assert (now["kind"], now["voltage"], now["limits"][0]["days"]) == ("lv_small", "low", 7)
    assert [need["requirement"] for need in now["documents"]] == ["identity", "property"]
    filed = client.post(f"{address}actions/submit/", {}, format="json").data
    assert (filed["kind"], filed["state"]) == ("lv_small", "submitted")


def test_a_changed_line_cannot_name_another_case(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.LV_SMALL, State.REPLANNING)
    other = ready(Kind.LV_SMALL, State.CONTRACTED)
    line = ExternalWorks.objects.get(application=case).line_works
    address, client = f"/api/v1/line-works/{line.pk}/changes/", api(people["manager"])
    refused = client.post(address, {"application": other.number, "none": True}, format="json")
    assert (refused.status_code, refused.data["errors"][0]["pointer"]) == (422, "/application")
    taken = client.post(address, {"application": case.number, "none": True}, format="json")
    assert taken.status_code == 201


def test_a_changed_line_is_matched_against_the_version_of_the_line(
    people: dict[str, User],
    ready: Ready,
) -> None:
    case = ready(Kind.HV_SINGLE, State.REPLANNING)
    project = api(User.objects.get(username="project"))
    line = case.external_works.line_works_id
    seen = project.get(f"/api/v1/line-works/{line}/")
    body = {"application": case.number, "none": True}
    path = f"/api/v1/line-works/{line}/changes/"
    stale = project.post(path, body, format="json", headers={"If-Match": '"999"'})
    fresh = project.post(path, body, format="json", headers={"If-Match": seen["ETag"]})
    assert (stale.status_code, fresh.status_code) == (412, 201)
