"""A receipt stays valid: whatever becomes of the keys, of the database, and of what it says."""

import json
from typing import Any

import pytest

from accounts.models import User
from applications.models import Application
from ledger import keys, sequencer, upkeep
from rules.names import Kind
from tests.builders import do, filed
from tests.ledger.entries import run, unguarded
from tests.ledger.records import put_back
from tests.people import browser
from tests.receipts.reading import Say, entries, entry_of, got, page_of
from tools.launcher.postgres import Postgres

PROMISED, RECORDED = (0, "Promised"), (0, "Recorded")


@pytest.fixture
def case(signed_city: dict[str, User]) -> Application:
    """A home's case, filed in a record that is signed already."""
    sequencer.run()
    return filed(signed_city, Kind.RESIDENTIAL)


def receipt(case: Application, kind: str = "case.submitted") -> dict[str, Any]:
    return got(browser(case.filed_by.user), case, entry_of(case, kind))


def first_key() -> str:
    """The key with which the record began, as somebody kept it."""
    return str(keys.published()["keys"][0]["vkey"])


def test_got_early_and_late_it_holds(case: Application, say: Say) -> None:
    early = receipt(case)
    sequencer.run()
    late = receipt(case)
    assert (say(early), say(late)) == (PROMISED, RECORDED)
    assert (say(early, first_key()), say(late, first_key())) == (PROMISED, RECORDED)


def test_new_keys_take_nothing_away(case: Application, say: Say) -> None:
    early, kept = receipt(case), first_key()
    sequencer.run()
    late = receipt(case)
    upkeep.rotate(keys.LOG)
    upkeep.rotate(keys.RECEIPT)
    newest = receipt(case)
    assert newest["promise"] != early["promise"]
    for known in ("", kept):
        assert [say(one, known) for one in (early, late, newest)] == [PROMISED, RECORDED, RECORDED]


def test_a_declared_gap_takes_nothing_away(
    case: Application, say: Say, committed_db: str, postgres: Postgres,
    signed_city: dict[str, User],
) -> None:  # fmt: skip
    sequencer.run()
    before, kept = receipt(case), first_key()
    with put_back(postgres, committed_db):
        do(signed_city, case, "accept")
        early = receipt(case, "case.accepted")
        sequencer.run()
        lost = receipt(case, "case.accepted")
    assert "case.accepted" not in [entry.type for entry in entries(case)]
    regulator = User.objects.get(username="regulator")
    assert upkeep.declare_gap(reason="restored from the backup", by=regulator) == 2
    again = do(signed_city, case, "accept")
    sequencer.run()
    after = receipt(again, "case.accepted")
    for known in ("", kept):
        assert say(early, known) == PROMISED
        assert [say(one, known) for one in (before, lost, after)] == [RECORDED] * 3
    assert json.loads(after["entry"])["at"] != json.loads(lost["entry"])["at"]


def test_what_was_forgotten_is_not_said_and_the_step_still_proved(
    case: Application, say: Say
) -> None:
    sequencer.run()
    entry = entry_of(case, "case.submitted")
    full = receipt(case)
    run("DELETE FROM ledger_salt WHERE ref = %s", [entry.salt_ref], "owner")
    bare = receipt(case)
    assert (full["opening"] is None, bare["opening"]) == (False, None)
    assert say(bare) == RECORDED
    client, page = browser(case.filed_by.user), page_of(case, "case.submitted")
    html = client.get(page).content.decode()
    assert "这一步所附的内容已不再保存" in html
    assert "收到的材料" not in html
    assert client.get(f"{page.rstrip('/')}.pdf").status_code == 200


ALTERED = "UPDATE ledger_entry e SET to_state = 'withdrawn' WHERE id = %s"
HASHED = (
    "UPDATE ledger_entry e SET leaf = sha256('\\x00'::bytea"
    " || convert_to(ledger_entry_canonical(e), 'UTF8')) WHERE id = %s"
)
LISTED = (
    "UPDATE ledger_leaf l SET hash = e.leaf FROM ledger_entry e"
    " WHERE e.id = l.entry_id AND e.id = %s"
)


@pytest.mark.parametrize("edits", [[ALTERED], [ALTERED, HASHED], [ALTERED, HASHED, LISTED]])
def test_nothing_is_promised_of_an_entry_that_was_altered(
    case: Application, edits: list[str]
) -> None:
    sequencer.run()
    entry = entry_of(case, "case.submitted")
    for edit, table in zip(edits, ("ledger_entry", "ledger_entry", "ledger_leaf"), strict=False):
        with unguarded(table):
            run(edit, [entry.pk], alias="owner")
    answer = browser(case.filed_by.user).get(
        f"/api/v1/ledger/receipts/{case.number}-{entry.case_seq}/"
    )
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/receipt-not-signed")
