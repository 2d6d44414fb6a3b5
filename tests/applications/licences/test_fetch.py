"""A licence is fetched with the consent of whom it is about, and only what is clear is stored."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from pytest_django import Settings

from accounts.models import User
from accounts.visits import new_contact, person_of
from applications import drafts
from applications.licences import library as adapter
from applications.licences.actions import begin, carry_out
from applications.licences.models import LicenceFetch
from applications.licences.ways import ways_of
from applications.models import Application
from core.clock import city_now, local_date
from core.models import IdempotentAnswer
from documents.models import Document
from documents.queries import about
from ledger.actions import move_clock
from ledger.models import Entry
from portal.committed.entries import said
from portal.invariants import broken
from portal.tasks import tidy
from rules.licences import licence_rules
from rules.limits import Limit, Meter, limits
from rules.names import Kind
from tests.accounts.identity import FACE, answer_of, identity_service
from tests.applications.licences.counterpart import At, begun, confirm, fetch, ways
from tests.applications.pages import of, press
from tests.builders import declaration, do, filed, perform
from tests.page import Page
from tools.scenarios import PHONE, RESIDENT, SHOP

People = dict[str, User]
NOBODY = "510302198505050018"


def files_of(case: Application) -> list[tuple[str, str]]:
    """Of a case each document and how it came."""
    return [(row.requirement, row.source) for row in about("application", case.pk)]


def agree(client: Any, url: str, **typed: str) -> Any:
    """Read what is agreed to, and agree."""
    hidden = Page(client.get(url)).hidden()
    return client.post(url, hidden | {"agree": "on"} | typed)


def day(days: int) -> str:
    return (local_date(city_now()) + timedelta(days=days)).isoformat()


def content(data: bytes) -> dict[str, Any]:
    return {"file": {"name": "证照.pdf", "content": base64.b64encode(data).decode()}}


WELL: dict[str, Any] = {}
#: What the library does, and what comes of it.
BEHAVIOURS: list[tuple[dict[str, Any], str]] = [
    (WELL, "fetched"),
    ({"mode": "slow", "seconds": 0.1}, "fetched"),
    ({"mode": "slow", "seconds": 1.2}, "no_answer"),
    ({"mode": "twice"}, "fetched"),
    *(
        ({"mode": mode}, "no_answer")
        for mode in ("garbled", "error", "broken", "silent", "mute", "refuse", "other")
    ),
    ({"mode": "busy"}, "busy"),
    ({"changes": {"state": "revoked"}}, "revoked"),
    ({"changes": {"name": "王大明"}}, "name"),
    ({"changes": {"name": " 王小明　"}}, "fetched"),
    ({"changes": {"actor": "agent"}}, "not_allowed"),
    ({"changes": {"kind": "business_licence"}}, "no_answer"),
    ({"changes": {"key": "another"}}, "no_answer"),
    ({"changes": {"valid_until": "soon"}}, "no_answer"),
    ({"changes": {"file": {"name": "a.pdf", "content": "no base64"}}}, "no_answer"),
    ({"changes": content(b"<html>licence</html>")}, "file"),
]


@pytest.mark.parametrize(("how", "outcome"), BEHAVIOURS, ids=str)
def test_what_comes_of_what_the_library_does(
    people: People, library: At, how: dict[str, Any], outcome: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = replace(licence_rules(), wait=1)
    monkeypatch.setattr(adapter, "licence_rules", lambda: short)
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    library.behave(**how)
    answer = fetch(client, case)
    row = LicenceFetch.objects.get()
    assert (row.outcome, row.licence, row.requirement, row.number) == (
        outcome, "identity_card", "identity", case.number,
    )  # fmt: skip
    if outcome == "fetched":
        assert (answer.status_code, answer.json()["document"]["source"]) == (201, "library")
        assert files_of(case) == [("identity", "library")]
        assert ways(client, case) == {
            "requirement": "identity", "name": "用电人有效身份证件", "met": True, "library": None,
            "accepted": None,
        }  # fmt: skip
    else:
        told = (answer.status_code, answer.json()["type"], answer.json()["outcome"])
        assert told == (409, "/problems/licence-not-fetched", outcome)
        # The way without it stands open as before, and so does another try.
        assert (files_of(case), ways(client, case)["library"]["refused"]) == ([], None)


@pytest.mark.parametrize(
    ("until", "outcome"), [(0, "fetched"), (-1, "expired")], ids=["last day", "day after"]
)
def test_a_licence_holds_to_the_end_of_its_last_day(
    people: People, library: At, until: int, outcome: str
) -> None:
    confirm(people["resident"])
    library.behave(changes={"valid_until": day(until)})
    case = begun(people["resident"])
    fetch(of(people, "resident"), case)
    assert LicenceFetch.objects.get().outcome == outcome
    kept = [str(row.valid_until) for row in Document.objects.filter(case_ref=case.ref)]
    assert kept == ([day(0)] if outcome == "fetched" else [])


def test_a_home_needs_no_upload(people: People, library: At) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    for code in ("identity", "property"):
        url = f"/account/cases/{case.number}/documents/{code}/licence/"
        assert Page(client.get(f"/apply/{case.number}/documents/")).text.count("从电子证照库获取")
        page = Page(client.get(url))
        assert "个人信息保护法第二十三条" in page.text
        assert RESIDENT["name"] not in page.text
        assert RESIDENT["id_number"] not in page.text
        answer = agree(client, url)
        assert answer["Location"] == f"/apply/{case.number}/documents/"
    press(client, f"/apply/{case.number}/check/")
    assert files_of(case) == [("identity", "library"), ("property", "library")]
    [entry] = said("case.submitted")
    rows = about("application", case.pk)
    assert (entry.data or {})["documents"] == [
        {"requirement": row.requirement, "sha256": row.sha256, "source": "library"} for row in rows
    ]
    assert [(name, rows) for name, rows in broken() if rows] == []
    # Whoever works on it reads that nothing is compared, and the applicant opens it as any file.
    work = Page(of(people, "clerk").get(f"/work/cases/{case.number}/")).text
    assert work.count("来自电子证照库：不需要核对原件") == 2
    assert client.get(f"/documents/{rows[0].ref}/").status_code == 200


def test_without_the_tick_nothing_is_asked(people: People, library: At) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    url = f"/account/cases/{case.number}/documents/identity/licence/"
    assert agree(client, url, agree="").status_code == 422
    assert agree(client, url, consent="0" * 64).status_code == 422
    assert (library.asked(), LicenceFetch.objects.count()) == ({}, 0)


def test_either_language_is_agreed_to_as_it_is_read(people: People, library: At) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    digests = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            headers = {"Accept-Language": language}
            told = client.get(f"/api/v1/applications/{case.number}/", headers=headers).json()
        digests[language] = told["documents"][0]["library"]["consent"]["sha256"]
    assert len(set(digests.values())) == 2
    body = {"requirement": "identity", "consent": digests["en"]}
    url = f"/api/v1/applications/{case.number}/documents/fetch/"
    assert client.post(url, body, content_type="application/json").status_code == 201
    assert LicenceFetch.objects.get().consent == digests["en"]


def test_it_is_asked_in_no_transaction(
    people: People, library: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    asked, held = adapter.ask, []

    def watched(question: adapter.Question) -> adapter.Licence:
        # The test's own transaction has no savepoint of ours in it then.
        held.append(list(connection.savepoint_ids))
        return asked(question)

    monkeypatch.setattr(adapter, "ask", watched)
    before = list(connection.savepoint_ids)
    assert fetch(client, case).status_code == 201
    assert held == [before]


#: Whose identity is confirmed as what, for whose application, and what is said against it.
REFUSED = [
    ("resident", None, Kind.RESIDENTIAL, "先确认您的身份"),
    ("resident", NOBODY, Kind.RESIDENTIAL, "不是您已确认身份的本人"),
    ("shop", None, Kind.LV_SMALL, "先确认您的身份"),
]


@pytest.mark.parametrize(("who", "number", "kind", "why"), REFUSED)
def test_only_whoever_has_shown_who_it_is(
    people: People, library: At, who: str, number: str | None, kind: Kind, why: str
) -> None:
    if number:
        confirm(people[who], number, "李秋")
    client, case = of(people, who), begun(people[who], kind)
    assert why in ways(client, case)["library"]["refused"]
    assert fetch(client, case).status_code == 403
    page = client.get(f"/account/cases/{case.number}/documents/identity/licence/")
    assert (page.status_code, why in Page(page).text) == (403, True)
    documents = Page(client.get(f"/apply/{case.number}/documents/"))
    assert why in documents.text
    assert documents.button("上传 " + ways(client, case)["name"]) is not None
    assert library.asked() == {}


@pytest.mark.parametrize(
    ("kind", "number", "outcome"),
    [
        (Kind.LV_SMALL, RESIDENT["id_number"], "fetched"),  # its legal representative
        (Kind.LV_OTHER, RESIDENT["id_number"], "fetched"),  # whom the factory has entrusted
        (Kind.LV_SMALL, NOBODY, "not_allowed"),
    ],
)
def test_the_library_says_who_may_act_for_a_company(
    people: People, library: At, kind: Kind, number: str, outcome: str
) -> None:
    confirm(people["shop"], number)
    client, case = of(people, "shop"), begun(people["shop"], kind)
    fetch(client, case)
    row = LicenceFetch.objects.get()
    assert (row.outcome, row.licence) == (outcome, "business_licence")


def test_somebody_elses_case_and_a_counters_are_not_fetched_for(
    people: People, library: At
) -> None:
    confirm(people["resident"])
    case = begun(people["resident"])
    body = {"requirement": "identity", "consent": "0" * 64}
    url = f"/api/v1/applications/{case.number}/documents/fetch/"
    assert of(people, "shop").post(url, body, content_type="application/json").status_code == 404
    confirm(people["hall"], RESIDENT["id_number"])
    counter = begun(people["hall"], channel="counter")
    url = f"/api/v1/applications/{counter.number}/documents/fetch/"
    answer = of(people, "hall").post(url, body, content_type="application/json")
    assert (answer.status_code, "窗口" in answer.json()["detail"]) == (403, True)
    assert ways(of(people, "hall"), counter)["library"] is None
    url = f"/api/v1/applications/{case.number}/documents/fetch/"
    answer = of(people, "resident").post(
        url, body | {"requirement": "design"}, content_type="application/json"
    )
    told = answer.json()["errors"][0]
    assert (answer.status_code, told["pointer"], told["clause"]) == (
        422, "/requirement", "方案三(二)2",
    )  # fmt: skip
    assert LicenceFetch.objects.count() == 0


def test_where_no_library_is_set_none_is_offered(people: People, settings: Settings) -> None:
    settings.LICENCES_URL = ""
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    assert ways(client, case)["library"] is None
    assert "证照库" not in Page(client.get(f"/apply/{case.number}/documents/")).text
    page = client.get(f"/account/cases/{case.number}/documents/identity/licence/")
    assert page.status_code == 409


def test_without_an_account_it_is_the_same(people: People, library: At) -> None:
    contact = new_contact("13912340001")
    visitor = person_of(contact)
    confirm(visitor)
    case = begun(visitor)
    offered = ways_of(case, visitor, [])["identity"].fetching
    assert offered is not None
    row = begin(application=case, requirement="identity", consent=offered.sha256, by=visitor)
    assert carry_out(row, application=case, by=visitor).outcome == "fetched"


def test_what_was_asked_for_again_is_fetched_and_recorded(people: People, library: At) -> None:
    confirm(people["resident"])
    case = do(people, filed(people, Kind.RESIDENTIAL), "request_supplement")
    client = of(people, "resident")
    url = f"/account/cases/{case.number}/documents/identity/licence/?for=supply_supplement"
    assert agree(client, url)["Location"].endswith("identity/?for=supply_supplement")
    perform(application=case, action="supply_supplement", by=people["resident"])
    entry = Entry.objects.filter(case_ref=case.ref, type="case.document_received")
    assert entry.count() == 1
    assert [(name, rows) for name, rows in broken() if rows] == []


def test_a_draft_that_was_changed_meanwhile_gets_nothing(
    people: People, library: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    asked = adapter.ask

    def slow(question: adapter.Question) -> adapter.Licence:
        body = declaration(Kind.RESIDENTIAL)
        body["applicant"] = body["applicant"] | {"name": "王大明"}
        drafts.redraft(application=case, body=body, by=people["resident"])
        return asked(question)

    monkeypatch.setattr(adapter, "ask", slow)
    assert fetch(client, case).json()["outcome"] == "overtaken"
    assert files_of(case) == []


def test_the_same_request_has_the_same_answer(people: People, library: At) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    consent = ways(client, case)["library"]["consent"]["sha256"]
    library.behave("busy")
    first, again = (fetch_with(client, case, consent, key="one") for _ in range(2))
    assert (first.status_code, again.json()) == (409, first.json())
    done = [fetch_with(client, case, consent, key="two") for _ in range(2)]
    assert [answer.status_code for answer in done] == [201, 201]
    assert done[0].json() == done[1].json()
    assert (list(library.asked().values()), len(files_of(case))) == ([1, 1], 1)


def fetch_with(client: Any, case: Application, consent: str, key: str) -> Any:
    return client.post(
        f"/api/v1/applications/{case.number}/documents/fetch/",
        {"requirement": "identity", "consent": consent},
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )


def test_what_a_killed_process_left_is_no_answer(
    people: People, library: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])

    def killed(_question: adapter.Question) -> adapter.Licence:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(adapter, "ask", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch(client, case)
    row = LicenceFetch.objects.get()
    assert (row.outcome, files_of(case)) == ("pending", [])
    for days, outcome in ((0, "pending"), (1, "no_answer")):
        move_clock(offset=timedelta(days=days))
        tidy()
        row.refresh_from_db()
        assert row.outcome == outcome
    assert fetch(client, case).status_code == 201


def test_nothing_personal_is_left_on_the_way(
    people: People, library: At, caplog: pytest.LogCaptureFixture
) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    with caplog.at_level("DEBUG"):
        agree(client, f"/account/cases/{case.number}/documents/identity/licence/")
        fetch(client, case, "property", key="one")
    left = caplog.text + str([*IdempotentAnswer.objects.values(), *LicenceFetch.objects.values()])
    assert "licence fetch" in left
    for canary in (RESIDENT["name"], RESIDENT["id_number"], case.address_line, PHONE):
        assert canary not in left


def test_a_party_asks_only_so_often(
    people: People, library: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().windows, Meter.LICENCE_PARTY, Limit(most=1, minutes=60))
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    library.behave("busy")
    assert [fetch(client, case).status_code for _ in range(2)] == [409, 429]


def test_each_fetch_is_told_to_the_person_and_never_changed(people: People, library: At) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    library.behave("busy")
    fetch(client, case)
    fetch(client, case)
    told = client.get("/api/v1/account/data/").json()["licence_fetches"]
    assert [(row["number"], row["licence"], row["outcome"]) for row in told] == [
        (case.number, "identity_card", "fetched"), (case.number, "identity_card", "busy"),
    ]  # fmt: skip
    page = Page(client.get("/account/data/")).text
    assert all(words in page for words in ("居民身份证", "已获取", "证照库未能答复"))
    row = LicenceFetch.objects.latest("pk")
    for change in ({"outcome": "busy"}, {"consent": "0"}, {"party": people["shop"].party_id}):
        with pytest.raises(DatabaseError), transaction.atomic():
            LicenceFetch.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_a_draft_thrown_away_takes_the_licence_along(people: People, library: At) -> None:
    confirm(people["resident"])
    client, case = of(people, "resident"), begun(people["resident"])
    fetch(client, case, key="one")
    perform(application=case, action="withdraw", by=people["resident"])
    assert Document.objects.filter(case_ref=case.ref).count() == 0
    told = client.get("/api/v1/account/data/").json()["licence_fetches"]
    assert [row["outcome"] for row in told] == ["fetched"]


def test_the_counterpart_lists_its_licences(library: At) -> None:
    page = library.page()
    assert all(words in page for words in (RESIDENT["name"], SHOP["name"], "2040-03-06"))


def test_a_face_check_from_the_documents_page_opens_the_library(
    people: People, library: At
) -> None:
    client, case = of(people, "resident"), begun(people["resident"])
    page = f"/apply/{case.number}/documents/"
    fetching = f"/account/cases/{case.number}/documents/identity/licence/"
    with identity_service() as service:
        [check] = Page(client.get(page)).links(FACE)
        consent = Page(client.get(check))
        sent = consent.hidden(consent.tree.xpath("//main//form")[0])
        back = client.get(answer_of(service, client, FACE, "wang", **sent))["Location"]
    assert (back, Page(client.get(back)).links(fetching)) == (page, [fetching])
    agree(client, fetching)
    assert files_of(case) == [("identity", "library")]
