"""What staff accepted serves the same person again, for so long, and is not shown."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications import documents
from applications.erasure import erase_ended
from applications.facts import count_facts
from applications.models import Application
from applications.states import State
from core.clock import city_now, local_date, months_after
from documents import storage
from documents.queries import about
from ledger.actions import move_clock
from portal.committed.entries import said
from portal.invariants import broken
from rules.names import Kind
from rules.registry import current
from rules.values import Value
from tests.applications.licences.counterpart import At, begun, confirm, fetch, ways
from tests.applications.pages import of
from tests.applications.test_own_data import copy_of
from tests.builders import again, case_at, do, drafted, fresh_address, pdf, perform
from tests.documents.samples import jpeg
from tests.page import Page
from tests.rules.in_force import let
from tools.scenarios import DISTRICT, PDF, SHOP

People = dict[str, User]
KEY = "document.reuse.months"


def use_again(client: Any, case: Application, requirement: str = "identity") -> Any:
    return client.post(
        f"/api/v1/applications/{case.number}/documents/reuse/",
        {"requirement": requirement},
        content_type="application/json",
    )


def accepted(people: People, state: State = State.ACCEPTED) -> Application:
    """An earlier case of the resident, whose identity is confirmed."""
    confirm(people["resident"])
    return case_at(people, Kind.RESIDENTIAL, state)


def offered(people: People, case: Application) -> dict[str, bool]:
    """By document whether an accepted one can be used."""
    told = of(people, "resident").get(f"/api/v1/applications/{case.number}/").json()
    return {row["requirement"]: row["accepted"] is not None for row in told["documents"]}


def test_what_was_accepted_is_used_with_one_button_and_not_shown(people: People) -> None:
    accepted(people)
    client, case = of(people, "resident"), begun(people["resident"])
    page = Page(client.get(f"/apply/{case.number}/documents/"))
    names = map(page.name, page.tree.iter("button"))
    [button] = [name for name in names if "审核通过的那份" in name]
    answer = page.submit(client, button)
    assert answer["Location"] == f"/apply/{case.number}/documents/"
    # The second click changes nothing, and another window is told that it is here.
    assert page.submit(client, button).status_code == 302
    assert use_again(client, case).status_code == 409
    [row] = about("application", case.pk)
    assert (row.requirement, row.source, row.sha256) == (
        "identity", "earlier", storage.sha256(PDF),
    )  # fmt: skip
    here = client.get(f"/apply/{case.number}/documents/").content.decode()
    assert "以前的办件中已审核通过" in here
    assert (str(row.ref) in here, "证件.pdf" in here) == (False, False)
    assert client.get(f"/documents/{row.ref}/").status_code == 404
    told = client.get(f"/api/v1/applications/{case.number}/").json()["documents"][0]
    assert (told["met"], told["accepted"]) == (True, None)


def test_staff_open_it_and_the_record_says_where_it_is_from(people: People) -> None:
    accepted(people)
    client, case = of(people, "resident"), begun(people["resident"])
    assert use_again(client, case).json()["documents"][0]["source"] == "earlier"
    documents.add(application=case, requirement="property", upload=pdf(), by=people["resident"])
    perform(application=case, action="submit", by=people["resident"])
    entry = list(said("case.submitted"))[-1]
    assert (entry.data or {})["documents"][0] == {
        "requirement": "identity", "sha256": storage.sha256(PDF), "source": "earlier",
    }  # fmt: skip
    assert [(name, rows) for name, rows in broken() if rows] == []
    row = about("application", case.pk)[0]
    work = Page(of(people, "clerk").get(f"/work/cases/{case.number}/")).text
    assert "以前的办件中已审核通过" in work
    assert b"".join([of(people, "clerk").get(f"/documents/{row.ref}/").content]) == PDF
    # It is in the copy of one's data once: as it was handed in.
    names = [name for name in copy_of(people["resident"]).namelist() if "identity" in name]
    assert len(names) == 1
    assert case.number not in names[0]


#: How far an earlier case came, and what of it serves at another address.
CAME_TO = [
    (State.ACCEPTED, True),
    (State.ENERGISED, True),
    (State.SUBMITTED, False),
    (State.SUPPLEMENT, False),
    (State.WITHDRAWN, False),
]


@pytest.mark.parametrize(("state", "serves"), CAME_TO)
def test_only_what_staff_accepted_serves(people: People, state: State, serves: bool) -> None:
    accepted(people, state)
    case = begun(people["resident"])
    assert offered(people, case) == {"identity": serves, "property": False}


def test_what_is_about_a_place_serves_there_alone(people: People) -> None:
    confirm(people["resident"])
    earlier = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    address = {"district": DISTRICT, "line": earlier.address_line}
    there = begun(people["resident"], address=address)
    assert offered(people, there) == {"identity": True, "property": True}
    elsewhere = begun(people["resident"], address=address | {"line": fresh_address()})
    assert use_again(of(people, "resident"), elsewhere, "property").status_code == 409


@pytest.mark.parametrize(
    ("value", "days", "serves"),
    [(12, 364, True), (12, 368, False), (1, 27, True), (1, 32, False)],
)
def test_it_serves_for_as_long_as_the_rules_say(
    people: People, value: Value, days: int, serves: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    let(monkeypatch, KEY, value)
    accepted(people)
    move_clock(offset=timedelta(days=days))
    assert offered(people, begun(people["resident"]))["identity"] is serves


def test_months_end_with_a_shorter_one() -> None:
    found = [months_after(date(2024, 1, 31), months) for months in (0, 1, 12, 13)]
    assert found == [date(2024, 1, 31), date(2024, 2, 29), date(2025, 1, 31), date(2025, 2, 28)]


def test_without_a_rule_nothing_serves(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    accepted(people)
    case = begun(people["resident"])
    policy = current().in_force(on=local_date(city_now()))
    monkeypatch.delitem(policy.values, KEY)
    assert offered(people, case)["identity"] is False


def test_nobody_else_uses_it(people: People) -> None:
    """Neither somebody whose identity is not confirmed, or is another one, nor another party."""
    case_at(people, Kind.RESIDENTIAL, State.ACCEPTED)
    resident, case = people["resident"], begun(people["resident"])
    assert use_again(of(people, "resident"), case).status_code == 409
    confirm(resident, "510302198505050018", "李秋")
    assert offered(people, case)["identity"] is False
    # The same person's number, typed in by another party that has shown to be that person.
    confirm(people["shop"])
    other = begun(people["shop"])
    assert use_again(of(people, "shop"), other).status_code == 409
    assert use_again(of(people, "shop"), case).status_code == 404


def test_a_companys_documents_are_fetched_and_not_used_again(people: People) -> None:
    confirm(people["shop"], name=SHOP["name"])
    case_at(people, Kind.LV_SMALL, State.ACCEPTED)
    case = begun(people["shop"], Kind.LV_SMALL)
    assert use_again(of(people, "shop"), case).status_code == 409


def test_what_was_asked_for_again_serves_as_it_came_then(people: People) -> None:
    confirm(people["resident"])
    case = do(people, drafted(people, Kind.RESIDENTIAL), "submit")
    case = do(people, case, "request_supplement")
    [first] = about("application", case.pk).filter(requirement="identity")
    documents.add(
        application=case,
        requirement="identity",
        upload=SimpleUploadedFile("清楚.jpg", jpeg()),
        by=people["resident"],
    )
    perform(application=case, action="supply_supplement", by=people["resident"])
    do(people, case, "accept")
    again = begun(people["resident"])
    [used] = use_again(of(people, "resident"), again).json()["documents"]
    second = about("application", case.pk).filter(requirement="identity").latest("pk")
    assert first.sha256 != second.sha256
    assert (used["sha256"], used["received_sha256"]) == (second.sha256, second.received_sha256)


def test_an_answer_to_a_supplement_is_another_file(people: People) -> None:
    """The same accepted file is no answer to its being asked for again."""
    accepted(people)
    case = begun(people["resident"])
    use_again(of(people, "resident"), case)
    documents.add(application=case, requirement="property", upload=pdf(), by=people["resident"])
    case = perform(application=case, action="submit", by=people["resident"])
    do(people, case, "request_supplement")
    assert ways(of(people, "resident"), case)["accepted"] is None


def test_what_was_used_again_is_not_used_on_from_there(people: People) -> None:
    """Else a document that staff saw once would serve for good."""
    accepted(people)
    case = begun(people["resident"])
    use_again(of(people, "resident"), case)
    documents.add(application=case, requirement="property", upload=pdf(), by=people["resident"])
    do(people, perform(application=case, action="submit", by=people["resident"]), "accept")
    move_clock(offset=timedelta(days=360))
    assert offered(people, begun(people["resident"]))["identity"] is True
    move_clock(offset=timedelta(days=370))
    assert offered(people, begun(people["resident"]))["identity"] is False


@pytest.mark.parametrize(("until", "serves"), [(30, True), (29, False)])
def test_what_has_run_out_serves_no_more(
    people: People, library: At, until: int, serves: bool
) -> None:
    confirm(people["resident"])
    last = local_date(city_now()) + timedelta(days=until)
    library.behave(changes={"valid_until": last.isoformat()})
    client, case = of(people, "resident"), begun(people["resident"])
    fetch(client, case)
    documents.add(application=case, requirement="property", upload=pdf(), by=people["resident"])
    do(people, perform(application=case, action="submit", by=people["resident"]), "accept")
    move_clock(offset=timedelta(days=30))
    again = begun(people["resident"])
    assert offered(people, again)["identity"] is serves
    if serves:
        assert use_again(client, again).json()["documents"][0]["valid_until"] == last.isoformat()


def test_erasing_one_case_leaves_the_others_file(
    people: People, library: At, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    let(monkeypatch, "case.retention.days", 30)
    confirm(people["resident"])
    client, first = of(people, "resident"), begun(people["resident"])
    fetch(client, first)
    documents.add(application=first, requirement="property", upload=pdf(), by=people["resident"])
    do(people, perform(application=first, action="submit", by=people["resident"]), "accept")
    second = begun(people["resident"])
    use_again(client, second)
    perform(application=again(first), action="withdraw", by=people["resident"])
    move_clock(offset=timedelta(days=31))
    count_facts()
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_ended() == 1
    gone, kept = (about("application", case.pk)[0] for case in (first, second))
    assert (gone.erased_at is None, gone.valid_until, gone.original_name) == (False, None, "")
    assert not storage.storage().exists(gone.stored_name)
    assert (kept.valid_until, len(storage.unchanged(kept))) == (date(2040, 3, 6), kept.size)
    # What was handed in first is gone: now the copy has the file that is left.
    assert [name for name in copy_of(people["resident"]).namelist() if "identity" in name] == [
        f"documents/{second.number}/identity-{kept.pk}.pdf"
    ]


def test_it_costs_the_same_for_one_earlier_case_and_for_three(people: People) -> None:
    accepted(people)
    client, case, counts = of(people, "resident"), begun(people["resident"]), []
    for more in (0, 2):
        for _each in range(more):
            case_at(people, Kind.RESIDENTIAL, State.ACCEPTED)
        client.get(f"/apply/{case.number}/documents/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/apply/{case.number}/documents/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 20, counts
