"""A file in which a virus was found counts no more, and everybody concerned sees that and why."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from applications import documents, drafts
from applications.answers import case_json
from applications.models import Application
from core.problems import Invalid
from documents.tasks import scan
from ledger.queries import timeline
from notifications.models import Message
from notifications.outbox import deliver_all
from notifications.texts import shown
from portal.committed.cases import infected
from rules.names import Kind
from tests.builders import again, declaration, do, filed, pdf, perform
from tests.page import Page
from tests.people import browser
from tools.counterparts.clamd import EICAR, Scanner
from tools.scenarios import PDF

pytestmark = pytest.mark.django_db
People = dict[str, User]


def sick() -> SimpleUploadedFile:
    return SimpleUploadedFile("身份证.pdf", PDF + b"\n%" + EICAR)


def met(case: Application) -> dict[str, bool]:
    answer = case_json(again(case), case.filed_by.user)
    return {one["requirement"]: one["met"] for one in answer["documents"]}


def test_one_of_a_case_is_entered_and_told_and_does_not_count(
    people: People, scanner: Scanner
) -> None:
    case = do(people, filed(people, Kind.RESIDENTIAL), "request_supplement")
    scan()
    documents.add(application=case, requirement="identity", upload=sick(), by=case.filed_by.user)
    before = len(timeline(case.ref))
    assert met(case)["identity"] is True  # no clock waits for the scanner
    scan()
    assert met(case)["identity"] is False
    [entry] = timeline(case.ref)[before:]
    assert (entry.type, entry.role, again(case).holder) == (
        "case.document_infected", "system", case.holder,
    )  # fmt: skip
    assert list(infected()) == []
    deliver_all()
    told = shown(Message.objects.filter(recipient=case.filed_by).latest("id"))
    assert case.number in told.title
    assert "身份证" in told.body
    with pytest.raises(Invalid):
        perform(application=case, action="supply_supplement", by=case.filed_by.user, body={})


def test_one_of_a_draft_keeps_it_from_being_filed(people: People, scanner: Scanner) -> None:
    by = people["resident"]
    case = drafts.draft(body=declaration(Kind.RESIDENTIAL), by=by)
    for requirement, upload in (("identity", sick()), ("property", pdf())):
        documents.add(application=case, requirement=requirement, upload=upload, by=by)
    scan()
    with pytest.raises(Invalid) as refused:
        do(people, case, "submit")
    assert [error.pointer for error in refused.value.errors] == ["/documents/identity"]
    documents.add(application=case, requirement="identity", upload=pdf(), by=by)
    do(people, case, "submit")
    assert list(infected()) == []


@pytest.mark.parametrize("how", ["none", "waiting", "clean", "infected"])
def test_pages_and_api_say_how_it_stands_with_a_file(
    people: People, request: pytest.FixtureRequest, how: str
) -> None:
    if how != "none":
        request.getfixturevalue("scanner")
    case = filed(people, Kind.RESIDENTIAL)
    scan()
    by = case.filed_by.user
    client = APIClient()
    client.force_login(by)
    body = {"requirement": "property", "file": sick() if how == "infected" else pdf("房产证.pdf")}
    sent = client.post(f"/api/v1/applications/{case.number}/documents/", body)
    assert sent.json()["scan"] == ("not_scanned" if how == "none" else "waiting")
    if how != "waiting":
        scan()
    own = Page(browser(by).get(f"/account/cases/{case.number}/"))
    desk = Page(browser(people["manager"]).get(f"/work/cases/{case.number}/"))
    words = {"none": "未查毒", "waiting": "正在查毒", "clean": "未发现病毒", "infected": "发现病毒"}
    said = {page: [word for word in words.values() if word in page.text] for page in (own, desk)}
    assert said[own] == ([words[how]] if how in ("waiting", "infected") else [])
    assert words[how] in said[desk]
