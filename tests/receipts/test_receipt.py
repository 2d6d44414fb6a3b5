"""What a receipt holds, word for word, and that asking for it changes nothing."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from applications.filing import declaration_digest
from applications.models import Application
from applications.receipts.lookup import split
from applications.states import State
from core.clock import CITY, city_now
from core.problems import Missing
from deadlines.models import Clock
from ledger import keys
from ledger.models import Entry, Salt
from rules.names import Kind
from rules.registry import current
from tests.builders import Ready, do, drafted, filed
from tests.ledger.entries import leaf_by_hand
from tests.people import browser
from tests.receipts.reading import entries, entry_of, got, opened
from tlog import note
from tools.scenarios import PDF

pytestmark = pytest.mark.django_db

BUDGET = 14
FILE = hashlib.sha256(PDF).hexdigest()


def digests(*requirements: str) -> list[dict[str, str]]:
    return [{"requirement": code, "sha256": FILE} for code in requirements]


def columns_of(entry: Entry) -> dict[str, Any]:
    return {field.name: getattr(entry, field.name) for field in Entry._meta.fields}


def test_the_receipt_of_a_filing_says_exactly_this(people: dict[str, User]) -> None:
    before = city_now()
    case = filed(people, Kind.HV_SINGLE)
    entry = entry_of(case, "case.submitted")
    salt = Salt.objects.get(ref=entry.salt_ref)
    found = got(browser(case.filed_by.user), case, entry)
    text = found["entry"].encode()
    assert hashlib.sha256(b"\x00" + text).digest() == leaf_by_hand(columns_of(entry))
    as_of = datetime.fromisoformat(found["standing"].pop("as_of"))
    assert before < as_of < city_now()
    data = {
        "applicant_type": "company",
        "capacity_kw": "800",
        "channel": "online",
        "declaration": declaration_digest(case),
        "district": case.district,
        "documents": digests("identity", "property", "project_approval"),
        "enterprise_size": "large",
        "kind": "hv_single",
        "number": case.number,
        "purpose": "industrial",
        "rules": current().version,
        "sources": 1,
        "statutory_district": "",
        "town": "",
        "voltage": "high",
    }
    origin, at = keys.base(), json.loads(found["entry"])["at"]
    leaf = b64encode(bytes(entry.leaf)).decode()
    promised = f"tongdian-receipt/1\n{origin}\n{case.number}-1\n{leaf}\n{at}\n"
    handling = Clock.objects.get(case_ref=case.ref, kind=Clock.Kind.HANDLING)
    assert found == {
        "format": "tongdian-receipt/1",
        "number": f"{case.number}-1",
        "entry": found["entry"],
        "opening": {
            "salt": bytes(salt.data_salt).hex(),
            "data": json.dumps(data, sort_keys=True, separators=(",", ":")),
        },
        "standing": {
            "holder": "supplier",
            "held_since": entry.at.astimezone(CITY).isoformat(),
            "due_on": handling.due_on.isoformat() if handling.due_on else None,
        },
        "promise": keys.sign_receipt(promised),
        "proof": None,
        "keys": keys.published(),
    }
    said = found["opening"]
    sealed = hmac.new(bytes.fromhex(said["salt"]), said["data"].encode(), hashlib.sha256)
    assert sealed.hexdigest() == json.loads(found["entry"])["data_commit"]


def test_the_promise_is_signed_by_the_receipt_key(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    found = got(browser(case.filed_by.user), case, entries(case)[-1])
    [vkey] = [row["vkey"] for row in found["keys"]["keys"] if row["purpose"] == "receipt"]
    signed = note.parse(found["promise"])
    note.verified(signed, [note.parse_vkey(vkey)])
    assert signed.text.startswith("tongdian-receipt/1\n")


def test_each_filing_commits_to_what_was_here_by_then(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUPPLEMENT)
    case = do(people, case, "supply_supplement")
    client = browser(case.filed_by.user)
    first, second = (
        opened(got(client, case, entry_of(case, kind)))
        for kind in ("case.document_received", "case.supplement_supplied")
    )
    assert first == {"number": case.number, "documents": digests("identity")}
    assert second == {
        "number": case.number,
        "documents": digests("identity", "property", "identity"),
    }


def test_a_draft_has_no_receipt_and_that_of_its_filing_has_every_document(
    people: dict[str, User],
) -> None:
    case = drafted(people, Kind.RESIDENTIAL)
    assert entries(case) == []
    client = browser(case.filed_by.user)
    assert client.get(f"/api/v1/ledger/receipts/{case.number}-1/").status_code == 404
    case = do(people, case, "submit")
    found = got(client, case, entries(case)[0])
    assert found["standing"]["holder"] == "supplier"
    assert opened(found)["documents"] == digests("identity", "property")


def test_nobody_holds_a_case_that_has_ended(people: dict[str, User]) -> None:
    case = do(people, filed(people, Kind.RESIDENTIAL), "withdraw", reason="不办了")
    found = got(browser(case.filed_by.user), case, entry_of(case, "case.withdrawn"))
    standing = found["standing"]
    ended = entry_of(case, "case.withdrawn").at.astimezone(CITY).isoformat()
    assert (standing["holder"], standing["held_since"], standing["due_on"]) == (
        "nobody", ended, None,
    )  # fmt: skip
    assert opened(found) == {"number": case.number, "reason": "不办了"}


def test_asking_twice_gives_the_same_and_writes_nothing(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client = browser(case.filed_by.user)
    entry = entries(case)[-1]
    first = got(client, case, entry)
    before = Entry.objects.count(), _version(case)
    page = f"/account/cases/{case.number}/receipts/{entry.case_seq}"
    for ending in ("/", ".json", ".pdf", "/"):
        assert client.get(page + ending).status_code == 200
    second = got(client, case, entry)
    assert (Entry.objects.count(), _version(case)) == before
    assert _without_instant(first) == _without_instant(second)


def _version(case: Application) -> int:
    return Application.objects.get(pk=case.pk).version


def _without_instant(receipt: dict[str, Any]) -> dict[str, Any]:
    return receipt | {"standing": {**receipt["standing"], "as_of": ""}}


def test_the_file_is_the_receipt(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    entry, client = entries(case)[-1], browser(case.filed_by.user)
    answer = client.get(f"/account/cases/{case.number}/receipts/{entry.case_seq}.json")
    number = f"{case.number}-{entry.case_seq}"
    name = f'attachment; filename="TD-{number}-receipt.json"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert _without_instant(answer.json()) == _without_instant(got(client, case, entry))


def test_the_timeline_names_the_receipts(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    answer = browser(case.filed_by.user).get(f"/api/v1/applications/{case.number}/timeline/")
    assert [(event["type"], event["receipt"]) for event in answer.json()["events"]] == [
        ("case.submitted", f"{case.number}-1"),
    ]


def links_of(client: Client, page: str) -> set[str]:
    html = client.get(page).content.decode()
    return {part.partition('"')[0] for part in html.split('href="') if "/receipts/" in part[:80]}


def test_the_pages_of_a_case_lead_to_its_receipts(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    one = f"/account/cases/{case.number}/receipts"
    every = {f"{one}/1/"}
    own = browser(case.filed_by.user)
    assert links_of(own, f"/account/cases/{case.number}/") == every
    assert links_of(own, f"/apply/{case.number}/filed/") == every
    assert links_of(browser(people["manager"]), f"/work/cases/{case.number}/") == every


def test_a_receipt_costs_the_same_however_long_the_case_is(people: dict[str, User]) -> None:
    short, long = filed(people, Kind.RESIDENTIAL), filed(people, Kind.HV_SINGLE)
    for action in ("request_supplement", "supply_supplement", "accept", "reply_plan"):
        long = do(people, long, action)
    asked = {}
    for case in (short, long):
        client, entry = browser(case.filed_by.user), entry_of(case, "case.submitted")
        got(client, case, entry)
        with CaptureQueriesContext(connection) as queries:
            got(client, case, entry)
        asked[case.number] = len(queries)
    assert asked == {short.number: BUDGET, long.number: BUDGET}


@pytest.mark.parametrize(
    "number",
    [
        "",
        "ZG1",
        "-1",
        "ZG1-",
        "ZG1-0",
        "ZG1-01",
        "ZG1-x",
        "ZG1-٣",
        "ZG1--1",
        "ZG1-1\n",
        "ZG1-1e3",
        "ZG1-" + "9" * 5000,
    ],
)
def test_what_is_no_number_of_a_receipt_is_missing(number: str) -> None:
    with pytest.raises(Missing):
        split(number)


def test_a_number_beyond_all_numbers_is_missing(people: dict[str, User]) -> None:
    case = filed(people, Kind.RESIDENTIAL)
    client = browser(case.filed_by.user)
    assert client.get(f"/api/v1/ledger/receipts/{case.number}-{10**30}/").status_code == 404
    assert client.get(f"/account/cases/{case.number}/receipts/{10**30}/").status_code == 404
