"""The supply contract: read as a whole, signed as read, sealed, kept, and opened for ever."""

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import User
from applications.contracts import keeping
from applications.contracts.models import Contract
from applications.contracts.paper import unsigned_pdf
from applications.contracts.text import contract_text
from applications.models import Application
from applications.states import State
from core.clock import city_now
from core.fields import text_digest
from core.problems import WrongState
from documents import storage
from documents.models import Opening
from ledger.models import Entry
from ledger.receipts.content import opening_of
from ledger.seal import DEMONSTRATION_SEAL
from portal.committed.cases import contracts, files
from rules.names import Kind
from tests.applications.pages import door_of, of, press, stranger
from tests.builders import again, case_at, perform
from tests.receipts.papers import attached, signature_of, signer_of

pytestmark = pytest.mark.django_db
People = Mapping[str, User]


def to_sign(people: People, kind: Kind = Kind.RESIDENTIAL) -> Application:
    return case_at(people, kind, State.ACCEPTED)


def signed(people: People, kind: Kind = Kind.RESIDENTIAL, **body: Any) -> Application:
    case = to_sign(people, kind)
    by = case.filed_by.user
    return perform(application=case, action="sign_contract", by=by, body=body)


def page_of(case: Application) -> str:
    return f"/account/cases/{case.number}/"


def said(case: Application, type_: str) -> dict[str, Any]:
    """What the last entry of a type commits to."""
    entry = Entry.objects.filter(case_ref=case.ref, type=type_).latest("id")
    opening = opening_of(entry)
    assert opening
    return dict(opening.data)


def kept(case: Application) -> bytes:
    contract = Contract.objects.get(pk=case.pk)
    assert contract.document
    return storage.read(contract.document.stored_name)


def due_now(case: Application) -> None:
    """As if its pause were over."""
    from django.db.models.functions import Now

    Contract.objects.filter(pk=case.pk).update(due_at=Now())


# The text


@pytest.mark.parametrize("kind", [Kind.RESIDENTIAL, Kind.LV_SMALL, Kind.LV_OTHER])
def test_the_text_has_both_parties_and_what_is_supplied_in_both_languages(
    people: dict[str, User], kind: Kind
) -> None:
    case = to_sign(people, kind)
    text = contract_text(case)
    read = json.loads(text)
    zh = "".join(clause["zh"] for part in read["parts"] for clause in part["clauses"])
    en = " ".join(clause["en"] for part in read["parts"] for clause in part["clauses"])
    for words in ("国网自贡供电公司", case.applicant_name, case.address_line, case.number, "kW"):
        assert words in zh
    for number in ("95598", "96598", "12398"):
        assert number in zh
        assert number in en
    assert "State Grid Zigong" in en
    free = "办理用电不收费" in zh
    assert free == (kind != Kind.LV_OTHER)
    assert case.id_number not in text
    assert "{" not in zh


def test_the_same_case_gives_the_same_text_and_the_same_pdf(people: dict[str, User]) -> None:
    case = to_sign(people)
    assert contract_text(case) == contract_text(again(case))
    at = city_now()
    assert unsigned_pdf(contract_text(case), at) == unsigned_pdf(contract_text(case), at)


def test_it_is_read_on_the_page_and_as_pdf_before_it_is_signed(people: dict[str, User]) -> None:
    case = to_sign(people)
    client = of(people, "resident")
    page = client.get(f"{page_of(case)}sign_contract/").content.decode()
    text = contract_text(case)
    for part in json.loads(text)["parts"]:
        for clause in part["clauses"]:
            assert clause["zh"] in page
    assert text_digest(text) in page
    answer = client.get(f"{page_of(case)}contract.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert attached(answer.content) == {"contract.json": text.encode()}
    assert stranger().get(f"{page_of(case)}contract.pdf").status_code == 404


# The signature


def test_what_was_read_is_signed_and_the_entry_commits_to_it(people: dict[str, User]) -> None:
    case = to_sign(people)
    digest = text_digest(contract_text(case))
    client = of(people, "resident")
    assert press(client, f"{page_of(case)}sign_contract/").status_code == 302
    assert said(case, "case.contract_signed") == {
        "number": case.number,
        "consent": "session",
        "contract": {"template": "1", "sha256": digest},
    }
    contract = Contract.objects.get(pk=case.pk)
    assert hashlib.sha256(contract.text.encode()).hexdigest() == contract.digest == digest


def test_another_text_than_the_one_that_was_read_is_not_signed(people: dict[str, User]) -> None:
    case = to_sign(people)
    by = case.filed_by.user
    with pytest.raises(WrongState) as refused:
        perform(application=case, action="sign_contract", by=by, body={"text": "0" * 64})
    assert str(refused.value.detail) == "合同文本已经更新，请重新阅读。"
    url = f"{page_of(case)}sign_contract/"
    client = of(people, "resident")
    door = door_of(client.get(url).content.decode()) | {"text": "0" * 64}
    assert client.post(url, door).status_code == 409
    assert not Contract.objects.exists()
    assert again(case).state == State.ACCEPTED


def test_at_high_voltage_and_at_a_counter_it_is_signed_on_paper(people: dict[str, User]) -> None:
    visit = case_at(people, Kind.HV_SINGLE, State.CONTRACTED)
    assert said(visit, "case.contract_signed") == {"number": visit.number}
    assert not Contract.objects.exists()
    client = browser_of(visit)
    assert client.get(f"{page_of(visit)}contract/").status_code == 404
    assert client.get(f"{page_of(visit)}contract.pdf").status_code == 404


def browser_of(case: Application) -> Client:
    from tests.people import browser

    return browser(case.filed_by.user)


# What is kept


def test_the_pdf_is_sealed_kept_and_in_the_record(people: dict[str, User]) -> None:
    case = signed(people)
    assert keeping.keep_contracts() == 1
    assert keeping.keep_contracts() == 0
    made, contract = kept(case), Contract.objects.get(pk=case.pk)
    assert contract.document
    assert signer_of(made) == f"Common Name: {DEMONSTRATION_SEAL}"
    status = signature_of(made)
    assert (status.intact, status.valid) == (True, True)
    assert attached(made) == {"contract.json": contract.text.encode()}
    assert said(case, "case.contract_kept") == {
        "number": case.number,
        "documents": [
            {"requirement": "supply_contract", "sha256": hashlib.sha256(made).hexdigest()}
        ],
        "sealed": True,
        "stamped": False,
    }
    assert (contract.sealed_by, contract.stamped_at) == (DEMONSTRATION_SEAL, None)
    with pikepdf.open(BytesIO(made)) as opened:
        assert opened.docinfo["/Title"] == f"低压供用电合同 {case.number}"


def test_nobody_changes_what_was_signed_or_kept(people: dict[str, User]) -> None:
    case = signed(people)
    keeping.keep_contracts()
    for change in ({"text": "other"}, {"digest": "0" * 64}, {"consent": "code"}, {"sealed_by": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Contract.objects.filter(pk=case.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Contract.objects.filter(pk=case.pk).delete()
    assert (list(files()), list(contracts())) == ([], [])


def test_a_text_that_nobody_signed_is_found(people: dict[str, User]) -> None:
    signed(people)
    case = to_sign(people)
    text = contract_text(case)
    Contract.objects.create(
        application=case, text=text, digest=text_digest(text), consent="code", signed_at=city_now()
    )
    assert list(contracts()) == [(case.number, text_digest(text), "")]


def test_both_sides_open_what_is_kept_and_nobody_else(people: dict[str, User]) -> None:
    case = signed(people)
    keeping.keep_contracts()
    client, manager = of(people, "resident"), of(people, "manager")
    assert case.applicant_name in client.get(f"{page_of(case)}contract/").content.decode()
    # Whoever works on the case has the file, and that it was opened is written down.
    assert manager.get(f"{page_of(case)}contract/").status_code == 404
    assert manager.get(f"/api/v1/applications/{case.number}/contract/").json()["text"] is None
    for each in (client, manager):
        assert each.get(f"{page_of(case)}contract.pdf").content == kept(case)
    assert [opening.opened_by for opening in Opening.objects.all()] == [people["manager"]]
    assert f"{page_of(case)}contract/" in of(people, "resident").get(page_of(case)).content.decode()
    work = of(people, "manager").get(f"/work/cases/{case.number}/").content.decode()
    contract = Contract.objects.get(pk=case.pk)
    assert contract.document
    assert f"/documents/{contract.document.ref}/" in work
    opened = {
        name: of(people, name).get(f"/documents/{contract.document.ref}/").status_code
        for name in ("resident", "manager", "shop", "planning")
    }
    assert opened == {"resident": 200, "manager": 200, "shop": 404, "planning": 404}


def test_the_api_tells_the_text_before_and_how_it_stands_after(people: dict[str, User]) -> None:
    case = to_sign(people)
    client, url = of(people, "resident"), f"/api/v1/applications/{case.number}/contract"
    before = client.get(f"{url}/").json()
    text = contract_text(case)
    nothing = dict.fromkeys(
        ("consent", "signed_at", "kept_at", "file_sha256", "sealed_by", "stamped_at", "trouble")
    )
    assert before == {
        "number": case.number, "text": text, "sha256": text_digest(text), **nothing,
    }  # fmt: skip
    sign = f"/api/v1/applications/{case.number}/actions/sign_contract/"
    wrong = client.post(sign, {"text": "0" * 64}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["type"]) == (409, "/problems/wrong-state")
    done = client.post(sign, {"text": before["sha256"]}, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "contracted")
    keeping.keep_contracts()
    after = client.get(f"{url}/").json()
    assert (after["text"], after["consent"], after["sealed_by"], after["trouble"]) == (
        text, "session", DEMONSTRATION_SEAL, None,
    )  # fmt: skip
    assert after["file_sha256"] == hashlib.sha256(client.get(f"{url}.pdf").content).hexdigest()


def test_a_changed_byte_is_found(people: dict[str, User]) -> None:
    case = signed(people)
    keeping.keep_contracts()
    made = kept(case)
    at = made.index(b"stream\n") + 50
    spoilt = made[:at] + bytes([made[at] ^ 1]) + made[at + 1 :]
    assert not signature_of(spoilt).intact


def test_the_receipts_tell_which_text_was_signed_and_which_file_is_kept(
    people: dict[str, User],
) -> None:
    case = signed(people)
    keeping.keep_contracts()
    contract = Contract.objects.get(pk=case.pk)
    assert contract.document
    told = {
        entry.type: of(people, "resident").get(f"{page_of(case)}receipts/{entry.case_seq}/")
        for entry in Entry.objects.filter(case_ref=case.ref)
    }
    signature, file = (
        told[name].content.decode() for name in ("case.contract_signed", "case.contract_kept")
    )
    assert contract.digest in signature
    assert "由已登录的用电方确认" in signature
    assert contract.document.sha256 in file
    assert "供用电合同（电子）" in file
