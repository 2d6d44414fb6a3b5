"""Everybody sees and takes along what is kept of them, whole, and of nobody else."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications import drafts
from applications.models import Application
from applications.reveal import reveal
from applications.states import State
from core.events import Topic
from documents.queries import about
from notifications.choices import decline
from notifications.outbox import deliver_all
from reliability.following.actions import follow
from rules.delivery import Channel
from rules.limits import Limit, Meter, limits
from rules.names import Kind
from tests.applications.visiting import PHONE, entered
from tests.builders import case_at, declaration, drafted, filed, hand_in, perform
from tests.notifications.counterpart import At
from tests.page import Page
from tools.scenarios import PDF, RESIDENT

PAGE, EXPORT = "/account/data/", "/account/data/export/"
API = "/api/v1/account/data/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def copy_of(user: User) -> ZipFile:
    answer: Any = signed_in(user).post(EXPORT)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"] == 'attachment; filename="data.zip"'
    assert "no-store" in answer["Cache-Control"]
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))


def read(copy: ZipFile, name: str) -> Any:
    return json.loads(copy.read(name))


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Kind.RESIDENTIAL, State.SUPPLEMENT),
        (Kind.RESIDENTIAL, State.ENERGISED),
        (Kind.LV_OTHER, State.PERMITS),
        (Kind.HV_DUAL, State.WITHDRAWN),
    ],
)
def test_a_copy_has_everything_of_one_person(
    people: dict[str, User], kind: Kind, state: State
) -> None:
    case = case_at(people, kind, state)
    owner = case.filed_by.user
    others = filed(people, Kind.RESIDENTIAL if kind != Kind.RESIDENTIAL else Kind.LV_SMALL)
    draft = drafted(people, kind)
    reveal(application=case, body={"reason": "核对身份证"}, by=people["clerk"])
    deliver_all()
    copy = copy_of(owner)
    assert copy.testzip() is None
    names = set(copy.namelist())
    files = {
        f"documents/{thing.number}/{row.requirement}-{row.pk}.pdf"
        for thing in (case, draft)
        for row in about("application", thing.pk)
        if row.uploaded_by_id == owner.party_id
    }
    messages = {name for name in names if name.startswith("messages/")}
    assert names == files | messages | {"account.json", f"applications/{case.number}.json"}
    assert all(copy.read(name) == PDF for name in files)
    told = read(copy, "account.json")
    assert (told["account"]["username"], told["applications"]) == (owner.username, [case.number])
    assert [row["number"] for row in told["drafts"]] == [draft.number]
    assert [row["address"] for row in told["contacts"]] == [owner.phone]
    whole = read(copy, f"applications/{case.number}.json")
    assert whole["declaration"]["applicant"] == {
        "type": case.applicant_type,
        "name": case.applicant_name,
        "id_number": case.id_number,
        "phone": case.phone,
        "enterprise_size": case.enterprise_size,
    }
    assert whole["declaration"]["address"]["line"] == case.address_line
    assert whole["case"]["state"] == state
    assert whole["timeline"]["events"][0]["type"] == "case.submitted"
    assert [row["reason"] for row in whole["accesses"]] == ["核对身份证"]
    assert {row["path"] for row in whole["documents"]} < files
    assert sum(len(read(copy, name)) for name in messages) == told["messages"]
    assert (told["messages"] > 0) == (state != State.WITHDRAWN)
    everything = b"".join(copy.read(name) for name in names).decode(errors="replace")
    assert others.number not in everything


def test_a_program_gets_its_own_and_nobody_elses(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    owner = people["resident"]
    whole = signed_in(owner).get(f"/api/v1/applications/{case.number}/data/").json()
    assert whole["declaration"]["applicant"]["id_number"] == RESIDENT["id_number"]
    told = signed_in(owner).get(API).json()
    assert told["applications"] == [case.number]
    for name, status in (("clerk", 403), ("regulator", 403), ("shop", 404), ("planning", 404)):
        client = signed_in(people[name])
        answer = client.get(f"/api/v1/applications/{case.number}/data/")
        assert (name, answer.status_code) == (name, status)
        own = json.dumps(client.get(API).json())
        assert case.number not in own


def test_a_customer_of_a_counter_is_not_the_clerks_data(people: dict[str, User]) -> None:
    case = filed_at_counter(people)
    clerk = people["hall"]
    assert case.filed_by_id == clerk.party_id
    copy = copy_of(clerk)
    assert read(copy, "account.json")["applications"] == []
    assert not [name for name in copy.namelist() if case.number in name]
    answer = signed_in(clerk).get(f"/api/v1/applications/{case.number}/data/")
    assert answer.status_code == 403


def filed_at_counter(people: dict[str, User]) -> Application:
    body = declaration(Kind.RESIDENTIAL, channel="counter")
    case = drafts.draft(body=body, by=people["hall"])
    hand_in(case, "submit")
    return perform(application=case, action="submit", by=people["hall"])


def test_what_somebody_follows_is_in_the_copy_and_on_the_page(people: dict[str, User]) -> None:
    owner = people["resident"]
    follow(body={"scope": "district", "district": "510302"}, by=owner, client="127.0.0.1")
    decline(owner.party_id, Channel.SMS, Topic.OUTAGES)
    told = read(copy_of(owner), "account.json")
    assert [(row["scope"], row["words"]) for row in told["followings"]] == [
        ("district", "自流井区")
    ]
    [sms] = [row for row in told["message_choices"] if row["channel"] == "sms"]
    assert [row["topic"] for row in sms["topics"] if not row["wanted"]] == ["outages"]
    assert "自流井区" in Page(signed_in(owner).get(PAGE)).text


def test_the_page_says_what_is_kept(people: dict[str, User]) -> None:
    case = case_at(people, Kind.RESIDENTIAL, State.ENERGISED)
    page = signed_in(people["resident"]).get(PAGE)
    text = page.content.decode()
    for shown in (case.number, people["resident"].phone, "证件.pdf", "90", "96598"):
        assert shown in text
    assert "no-store" in page["Cache-Control"]
    assert RESIDENT["id_number"] not in text


def test_without_an_account_it_is_the_same(people: dict[str, User], sms: At) -> None:
    filed(people, Kind.RESIDENTIAL)
    client = entered(sms)
    page = client.get(PAGE).content.decode()
    assert (PHONE in page, "ZG20" in page) == (True, False)
    answer: Any = client.post(EXPORT)
    told = read(ZipFile(BytesIO(b"".join(answer.streaming_content))), "account.json")
    assert (told["account"], told["applications"]) == (None, [])
    assert [row["address"] for row in told["contacts"]] == [PHONE]


def test_the_page_costs_the_same_for_one_and_for_three(people: dict[str, User]) -> None:
    client, counts = signed_in(people["resident"]), []
    for more in (1, 2):
        for _each in range(more):
            filed(people, Kind.RESIDENTIAL)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26, counts


def test_only_so_many_copies_are_taken_in_a_day(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits().windows, Meter.EXPORT_PARTY, Limit(most=1, minutes=60))
    copy_of(people["shop"])
    assert signed_in(people["shop"]).post(EXPORT).status_code == 429
    copy_of(people["factory"])
