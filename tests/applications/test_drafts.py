"""A draft is no case: saved as it is typed, in no record, gone when old; filed in one step."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from accounts.models import User
from applications import begun, documents, drafts
from applications.begun import as_case
from applications.filing import declaration_digest
from applications.models import Application, Draft
from applications.queries import case_for
from applications.states import State
from core.problems import Invalid
from documents.models import Document
from ledger.actions import move_clock
from ledger.models import Entry
from ledger.queries import timeline
from ledger.receipts.content import opening_of
from portal.invariants import broken
from rules.names import Kind
from tests.applications.pages import of, press, typed
from tests.builders import again, declaration, do, drafted, filed, pdf, perform

pytestmark = pytest.mark.django_db


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_each_page_is_kept_as_it_is_left(people: dict[str, User]) -> None:
    client, values = of(people, "resident"), typed(Kind.RESIDENTIAL)
    answer = client.post("/apply/", {"purpose": "residential", "idempotency_key": "k"})
    begun = Draft.objects.get()
    base = f"/apply/{begun.number}/questions"
    assert (answer.status_code, answer.url) == (302, f"{base}/applicant/")
    assert not Entry.objects.filter(case_ref=begun.ref).exists()
    # Only a name, as somebody leaves the page who looks for the identity card.
    press(client, f"{base}/applicant/", applicant_name="王小明", id_number="", phone="")
    page = client.get(f"/apply/{begun.number}/")
    assert [task["status"] for task in page.context["tasks"]] == [
        "已完成", "未填完", "未填完", "未填完", "由上面的内容决定", "还不能开始",
    ]  # fmt: skip
    assert page.context["go_on"] == f"{base}/applicant/"
    form = client.get(f"{base}/applicant/").context["form"]
    assert (form["applicant_name"].value(), form.errors) == ("王小明", {})
    for code, fields in (
        ("district", ["district"]), ("address", ["address_line"]), ("capacity", ["capacity_kw"]),
        ("applicant", ["applicant_name", "id_number", "phone"]),
    ):  # fmt: skip
        press(client, f"{base}/{code}/", **{name: values[name] for name in fields})
    case = as_case(Draft.objects.get())
    assert (case.kind, case.address_line) == (Kind.RESIDENTIAL, values["address_line"])
    assert client.get(f"/apply/{begun.number}/check/").status_code == 200
    assert not Application.objects.exists()


def test_what_is_typed_is_sealed(people: dict[str, User]) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(d)::text FROM applications_draft d")
        row = cursor.fetchone()[0]
    for personal in (case.applicant_name, case.id_number, case.phone, case.address_line):
        assert personal not in row


def test_the_record_begins_with_the_filing_which_commits_to_all(people: dict[str, User]) -> None:
    begun = drafted(people, Kind.HV_SINGLE)
    assert timeline(begun.ref) == []
    case = do(people, begun, "submit")
    assert (case.pk, case.number, case.ref) == (begun.pk, begun.number, begun.ref)
    assert not Draft.objects.exists()
    entry, assigned = Entry.objects.filter(case_ref=case.ref).order_by("case_seq")
    assert assigned.type == "case.assigned"
    assert (entry.type, entry.case_seq, entry.from_state, entry.to_state) == (
        "case.submitted", 1, "draft", "submitted",
    )  # fmt: skip
    opening = opening_of(entry)
    assert opening is not None
    data = opening.data
    files = Document.objects.filter(case_ref=case.ref).order_by("id")
    assert data["documents"] == [
        {"requirement": each.requirement, "sha256": each.sha256} for each in files
    ]
    assert (data["kind"], data["district"], data["purpose"]) == (
        "hv_single", case.district, "industrial",
    )  # fmt: skip
    text = str(data)
    for personal in (case.applicant_name, case.id_number, case.phone, case.address_line):
        assert personal not in text
    assert [found for found in broken() if found[1]] == []


def test_a_declaration_that_was_changed_in_the_table_is_found(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    entry = Entry.objects.get(case_ref=case.ref)
    opening = opening_of(entry)
    assert opening is not None
    assert opening.data["declaration"] == declaration_digest(again(case))
    case.applicant_name = "别人"
    assert opening.data["declaration"] != declaration_digest(case)


def test_a_draft_is_for_its_owner_and_for_nobody_at_a_desk(people: dict[str, User]) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    counter = drafts.draft(
        body=declaration(Kind.RESIDENTIAL, channel="counter"), by=people["clerk"]
    )
    found = {
        who: [
            api(people[who]).get(f"/api/v1/applications/{number}/").status_code
            for number in (case.number, counter.number)
        ]
        for who in ("resident", "shop", "clerk", "hall", "manager", "regulator", "digital")
    }
    assert found == {
        "resident": [200, 404], "shop": [404, 404], "clerk": [404, 200], "hall": [404, 404],
        "manager": [404, 404], "regulator": [404, 404], "digital": [404, 404],
    }  # fmt: skip
    listed = {
        who: [
            row["number"]
            for row in api(people[who]).get("/api/v1/applications/?state=draft").data["results"]
        ]
        for who in ("resident", "clerk", "manager", "regulator")
    }
    assert listed == {
        "resident": [case.number], "clerk": [counter.number], "manager": [], "regulator": [],
    }  # fmt: skip
    assert api(people["regulator"]).get("/api/v1/applications/").data["results"] == []


def test_an_unfinished_draft_has_the_shape_of_a_case_over_the_api(people: dict[str, User]) -> None:
    begun = drafts.begin(typed={"capacity_kw": "viel"}, channel="online", by=people["shop"])
    client = api(people["shop"])
    body = client.get(f"/api/v1/applications/{begun.number}/").data
    whole = client.get(f"/api/v1/applications/{drafted(people, Kind.LV_SMALL).number}/").data
    assert set(body) == set(whole)
    assert (body["state"], body["kind"], body["voltage"], body["limits"], body["documents"]) == (
        "draft", None, None, [], [],
    )  # fmt: skip
    refused = client.post(f"/api/v1/applications/{begun.number}/actions/submit/", {}, format="json")
    assert refused.status_code == 422
    named = {error["pointer"] for error in refused.json()["errors"]}
    assert {"/capacity_kw", "/purpose"} <= named
    with pytest.raises(Invalid):
        documents.add(
            application=as_case(begun), requirement="identity", upload=pdf(), by=people["shop"]
        )
    sent = declaration(Kind.LV_SMALL)
    done = client.patch(f"/api/v1/applications/{begun.number}/", sent, format="json")
    assert (done.status_code, done.data["kind"], done.data["number"]) == (
        200, "lv_small", begun.number,
    )  # fmt: skip
    for path in ("timeline", "clocks"):
        assert client.get(f"/api/v1/applications/{begun.number}/{path}/").status_code == 200


def test_a_draft_that_is_thrown_away_leaves_nothing_but_its_number(
    people: dict[str, User], django_capture_on_commit_callbacks: Any
) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    names = list(Document.objects.values_list("stored_name", flat=True))
    client, url = api(people["resident"]), f"/api/v1/applications/{case.number}/actions/withdraw/"
    with django_capture_on_commit_callbacks(execute=True):
        first = client.post(url, {}, format="json", headers={"Idempotency-Key": "k"})
    assert (first.status_code, first.data["state"], first.data["holder"]) == (
        200, "withdrawn", None,
    )  # fmt: skip
    assert client.post(url, {}, format="json", headers={"Idempotency-Key": "k"}).data == first.data
    assert client.post(url, {}, format="json").status_code == 409
    left = Draft.objects.get()
    assert (left.typed, left.number, Document.objects.count()) == ("", case.number, 0)
    assert not any(default_storage.exists(name) for name in names)
    assert not Entry.objects.filter(case_ref=case.ref).exists()
    page = of(people, "resident")
    assert page.get(f"/apply/{case.number}/").url == "/account/"
    assert page.get("/account/").context["drafts"] == []


def test_old_drafts_are_deleted_with_their_documents_and_only_they(
    people: dict[str, User],
) -> None:
    old, case = drafted(people, Kind.RESIDENTIAL), filed(people, Kind.LV_SMALL)
    move_clock(offset=timedelta(days=60))
    kept = drafted(people, Kind.RESIDENTIAL)
    assert drafts.forget_old() == 0
    move_clock(offset=timedelta(days=91))
    assert drafts.forget_old() == 1
    assert list(Draft.objects.values_list("pk", flat=True)) == [kept.pk]
    assert set(Document.objects.values_list("subject_id", flat=True)) == {case.pk, kept.pk}
    assert not Document.objects.filter(subject_id=old.pk).exists()


def test_the_database_keeps_files_of_cases_and_births_by_submit(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    refused = [
        f"DELETE FROM documents_document WHERE subject_id = {case.pk}",
        f"UPDATE applications_draft SET ref = gen_random_uuid() WHERE id > {case.pk}",
        "UPDATE applications_application SET filed_at = NULL",
    ]
    drafted(people, Kind.RESIDENTIAL)
    for sql in refused:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    copy = Application.objects.get(pk=case.pk)
    copy.pk, copy.number, copy._state.adding = case.pk + 1000, "ZG1", True
    with pytest.raises(DatabaseError, match="begins by its submit"), transaction.atomic():
        Application(
            **{f.attname: getattr(copy, f.attname) for f in Application._meta.concrete_fields}
            | {"state": State.ACCEPTED, "ref": "00000000-0000-4000-8000-00000000000a"}
        ).save(force_insert=True)


def test_a_clerk_goes_on_with_what_a_colleague_took_in(people: dict[str, User]) -> None:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    begun = drafts.draft(body=body, by=people["hall"])
    client = of(people, "hall")
    assert begun.number in client.get("/account/").content.decode()
    capacity = f"/apply/{begun.number}/questions/capacity/"
    assert press(client, capacity, capacity_kw="12").status_code == 302
    assert again(begun).capacity_kw == 12
    for need in ("identity", "property"):
        documents.add(application=begun, requirement=need, upload=pdf(), by=people["hall"])
    case = perform(application=begun, action="submit", by=people["hall"])
    assert case.office is not None
    assert (case.office.kind, case.channel) == ("hall", "counter")


def test_a_draft_that_is_filed_between_two_looks_is_found(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = drafted(people, Kind.RESIDENTIAL)

    def filed_meanwhile(_number: str) -> None:
        do(people, case, "submit")

    monkeypatch.setattr(begun, "numbered", filed_meanwhile)
    assert case_for(case.number, people["resident"]).state == State.SUBMITTED
