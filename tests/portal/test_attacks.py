"""What somebody with the web role's password can do by SQL: each is refused, or found by name."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from accounts.models import User
from applications.states import State
from ledger import keys, sequencer
from ledger.verify import Fault, verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import case_at, do, filed, open_permits, permit_step, post_works
from tests.ledger.entries import refused_with, run
from tests.ledger.records import opened
from tests.oversight import findings, orders
from tlog.note import Verifier, public_bytes
from tools.scenarios import LONG_LINE, PERMIT_BODIES

NO_RIGHT, NO_ACT = "42501", "TD403"
CLOCKS = "every clock is as the record has it"
TWO_CLOCKS = "every filed case has its two clocks"
HANDLING = "the handling clock runs exactly while the supply company holds the case"
ROWS = "what a row says of an act is what its entry says"
FILES = "every file handed in is in the record and has its row"
ROUNDS = "the works of a round are those of its entry"
PERMIT = "a permit is in the state that its last entry says"
CASE_LISTED = "an open case is listed by what its clocks and permits say"
PERMIT_LISTED = "a permit is listed by what its clocks say"
AWAITED = "who was awaited while a limit was passed is as the record has it"
HOMES = "homes are counted on the days of their filing and their power"
EXCLUDED = "time that the law excludes begins and ends with an entry"

REFUSED = {
    "UPDATE deadlines_clock SET started_at = started_at + interval '9 days'": NO_RIGHT,
    "UPDATE deadlines_clock SET limit_days = 99": NO_RIGHT,
    "UPDATE deadlines_clock SET target = true": NO_RIGHT,
    "UPDATE deadlines_clock SET carried_days = 0": NO_RIGHT,
    "UPDATE deadlines_clock SET case_ref = gen_random_uuid()": NO_RIGHT,
    "UPDATE deadlines_clock SET rules_version = 'x', district = '510321'": NO_RIGHT,
    "DELETE FROM deadlines_clock": NO_RIGHT,
    "UPDATE deadlines_clock SET due_on = due_on + 9, late_from = late_from + interval '9 days'"
    " WHERE state = 'stopped' AND due_on IS NOT NULL": NO_ACT,
    "UPDATE deadlines_clock SET state = 'paused', stopped_at = NULL, due_on = NULL,"
    " late_from = NULL WHERE state = 'stopped'": NO_ACT,
    "UPDATE deadlines_interval SET ended_at = started_at": NO_RIGHT,
    "DELETE FROM deadlines_interval": NO_RIGHT,
    "UPDATE deadlines_recount SET due_on = due_on + 9": NO_RIGHT,
    **{
        f"UPDATE applications_application SET {change} WHERE state <> 'draft'": NO_ACT
        for change in (
            "capacity_kw = 1",
            "filed_by_id = (SELECT max(id) FROM accounts_party)",
            "filed_at = filed_at + interval '9 days'",
            "first_filed_at = first_filed_at - interval '9 days'",
            "created_at = now()",
            "number = number || 'x'",
            "ref = gen_random_uuid()",
            "lineage = gen_random_uuid()",
            "rules_version = 'x'",
            "applicant_name = id_number",
            "address_digest = id_digest",
            "id_digest = address_digest",
            "district = '510321'",
            "channel = 'counter'",
            "voltage = 'high', sources = 2",
        )
    },
    "UPDATE applications_application SET ended_at = now() WHERE state = 'energised'": NO_ACT,
    "UPDATE applications_legalmove SET to_state = 'energised'": NO_RIGHT,
    "UPDATE documents_document SET sha256 = ''": NO_RIGHT,
    "UPDATE documents_document SET subject_id = 0, case_ref = gen_random_uuid()": NO_RIGHT,
    "DELETE FROM documents_document": NO_ACT,
    "UPDATE approvals_permit SET received_at = now()": NO_RIGHT,
    "UPDATE approvals_permit SET route = 'special', limit_days = NULL": NO_RIGHT,
    "UPDATE approvals_permit SET bureau = 'police'": NO_RIGHT,
    "UPDATE approvals_permit SET conditions = 'x' WHERE state = 'granted'": NO_ACT,
    "UPDATE approvals_permit SET decided_at = now() WHERE state = 'granted'": NO_ACT,
    "DELETE FROM approvals_permit": NO_RIGHT,
    "UPDATE approvals_round SET length_m = 1": NO_RIGHT,
    "UPDATE approvals_round SET opened_at = now()": NO_RIGHT,
    "UPDATE approvals_lineworks SET district = '510321'": NO_ACT,
    "UPDATE approvals_excludedtime SET began_at = now()": NO_RIGHT,
    "UPDATE approvals_excludedtime SET expected_days = 99": NO_RIGHT,
    "UPDATE applications_charge SET amount_yuan = 0": NO_RIGHT,
    "DELETE FROM applications_charge": NO_RIGHT,
    "UPDATE applications_externalworks SET application_id = 0": NO_RIGHT,
    "UPDATE applications_contract SET text = ''": NO_RIGHT,
    "DELETE FROM applications_contract": NO_RIGHT,
    "UPDATE rectification_order SET days = 99": NO_ACT,
    "UPDATE rectification_order SET issued_at = now()": NO_ACT,
    "UPDATE rectification_order SET closed_at = now() WHERE state = 'closed'": NO_ACT,
    "UPDATE rectification_statement SET text = ''": NO_RIGHT,
    "UPDATE integrity_signal SET facts = '{}'": NO_ACT,
    "DELETE FROM integrity_signal": NO_RIGHT,
    "DELETE FROM integrity_evidence": NO_RIGHT,
    "INSERT INTO integrity_scan (id, position) VALUES (2, 0)": NO_RIGHT,
    "UPDATE accounts_rolegrant SET role = 'administrator'": NO_RIGHT,
    "UPDATE accounts_rolegrant SET from_at = now()": NO_RIGHT,
    "DELETE FROM accounts_rolegrant": NO_RIGHT,
    "DELETE FROM accounts_user": NO_RIGHT,
    "UPDATE accounts_organisation SET code = 'x'": NO_RIGHT,
    "UPDATE grid_publication SET published_at = now()": NO_RIGHT,
    "DELETE FROM grid_publication": NO_RIGHT,
    "UPDATE grid_draft SET by_id = 1": NO_RIGHT,
    "UPDATE grid_feeitem SET rate = 0": NO_RIGHT,
    "DELETE FROM grid_feeitem": NO_RIGHT,
    "UPDATE grid_arearow SET name = ''": NO_RIGHT,
    "UPDATE grid_element SET code = 'x'": NO_RIGHT,
    "UPDATE grid_elementrow SET district = ''": NO_RIGHT,
    "DELETE FROM grid_hold": NO_RIGHT,
    "UPDATE grid_reservation SET kva = 1": NO_RIGHT,
    "UPDATE reliability_outagerow SET customers = 0": NO_RIGHT,
    "DELETE FROM reliability_outagerow": NO_RIGHT,
    "UPDATE reliability_outage SET number = 'TD1'": NO_RIGHT,
    "DELETE FROM reliability_outage": NO_RIGHT,
    "UPDATE reliability_defect SET severity = 'ordinary'": NO_RIGHT,
    "UPDATE reliability_repaircrew SET code = 'Q'": NO_RIGHT,
    "UPDATE reliability_customersserved SET customers = 9": NO_RIGHT,
    "UPDATE notifications_outbox SET recipient_id = 1": NO_RIGHT,
    "DELETE FROM notifications_message": NO_RIGHT,
    "UPDATE django_content_type SET model = 'x'": NO_RIGHT,
    "INSERT INTO auth_group (name) VALUES ('x')": NO_RIGHT,
    "UPDATE rules_version SET label = 'x'": NO_RIGHT,
    "INSERT INTO ledger_witness (name, vkey, url, asked, added_at)"
    " VALUES ('x', 'x', 'http://x', true, now())": NO_ACT,
    "INSERT INTO ledger_checkpoint (epoch, size, root, note, signed_at)"
    " VALUES (9, 1, '', '', now())": NO_ACT,
}  # fmt: skip

NEW_CLOCK = (
    "INSERT INTO deadlines_clock (case_ref, part, kind, state, target, clause, district,"
    " rules_version, calendar_version, carried_days, started_at, stopped_at, provisional) SELECT"
    " {ref}, NULL, '{kind}', 'stopped', false, '{{}}', '510302', '', calendar_version, 0, now(),"
    " now(), false FROM deadlines_clock LIMIT 1"
)
OF_THE_CASE = "(SELECT ref FROM applications_application WHERE state = 'permits')"
FOUND = {
    "UPDATE applications_application SET runs_out = now() WHERE state = 'permits'": {
        CASE_LISTED
    },
    "UPDATE applications_application SET late_at = now() WHERE state = 'permits'": {CASE_LISTED},
    "UPDATE applications_application SET wanted = 'refused' WHERE state = 'permits'": {CASE_LISTED},
    "UPDATE approvals_permit SET runs_out = 'infinity'": {PERMIT_LISTED},
    "UPDATE approvals_permit SET late_at = now()": {PERMIT_LISTED},
    "INSERT INTO oversight_lateparty (clock_id, party, district, breached_at, now) SELECT id,"
    " 'supplier', district, now(), true FROM deadlines_clock LIMIT 1": {AWAITED},
    "INSERT INTO oversight_homeday (district, first, homes) VALUES ('510302', '2021-01-01', 1)": {
        HOMES
    },
    "UPDATE deadlines_clock SET due_on = due_on + 9, late_from = late_from + interval '9 days'"
    " WHERE state = 'running'": {CLOCKS},
    "UPDATE deadlines_clock SET interval_started_at = interval_started_at + interval '2 hours'"
    " WHERE state = 'running'": {CLOCKS},
    "UPDATE deadlines_clock SET noticed_at = now() WHERE state = 'running'": {CLOCKS},
    "UPDATE deadlines_clock SET calendar_version = 'x' WHERE state = 'running'": {CLOCKS},
    "UPDATE deadlines_clock SET late_from = late_from + interval '9 days'"
    " WHERE state = 'running' AND kind = 'set'": {CLOCKS},
    "UPDATE deadlines_clock SET state = 'paused', interval_started_at = NULL, due_on = NULL,"
    " late_from = NULL, warn_at = NULL WHERE state = 'running' AND kind = 'intake'": {CLOCKS},
    "UPDATE deadlines_clock SET state = 'paused', interval_started_at = NULL, due_on = NULL,"
    " late_from = NULL, warn_at = NULL WHERE state = 'running' AND kind = 'handling'": {
        CLOCKS, HANDLING
    },
    NEW_CLOCK.format(ref="gen_random_uuid()", kind="review"): {CLOCKS},
    NEW_CLOCK.format(ref=OF_THE_CASE, kind="review"): {CLOCKS, TWO_CLOCKS},
    "INSERT INTO deadlines_interval (clock_id, started_at, ended_at)"
    " SELECT id, started_at, started_at FROM deadlines_clock WHERE state = 'running' LIMIT 1":
        {CLOCKS},
    "INSERT INTO deadlines_recount (clock_id, version_before, calendar_version, was,"
    " was_provisional, due_on, counted, provisional, reason, at) SELECT id, '', 'x', due_on, false,"
    " due_on + 9, due_on, false, '{}', now() FROM deadlines_clock WHERE state = 'running' AND"
    " due_on IS NOT NULL LIMIT 1":
        {"a clock that was counted again has an entry that says so"},
    "UPDATE applications_application SET held_since = held_since - interval '1 second'"
    " WHERE state = 'permits'": {"a case is held since its holder last changed"},
    "UPDATE applications_application SET meter_number = 'x' WHERE state = 'energised'": {ROWS},
    "UPDATE applications_application SET rating = 5 WHERE state = 'energised'": {ROWS},
    "UPDATE applications_application SET acceptance_rating = 5 WHERE state = 'permits'": {ROWS},
    "UPDATE applications_application SET plan_summary = 'x' WHERE state = 'permits'": {ROWS},
    "UPDATE applications_application SET supplement_items = '[1]' WHERE state = 'permits'": {ROWS},
    "UPDATE approvals_permit SET accepted_at = now() WHERE state = 'accepted'": {ROWS},
    "UPDATE approvals_permit SET supplements_asked = 1, supplement_items = '[1]'"
    " WHERE state = 'accepted'": {ROWS},
    "INSERT INTO documents_document (ref, subject_kind, subject_id, case_ref, requirement,"
    " stored_name, size, content_type, sha256, received_sha256, original_name, uploaded_by_id)"
    " SELECT gen_random_uuid(), 'application', subject_id, case_ref, requirement, 'x', 1,"
    " content_type, 'x', '', '', uploaded_by_id FROM documents_document LIMIT 1": {FILES},
    "INSERT INTO approvals_permit (ref, case_ref, line_works_id, round_id, permit, bureau,"
    " district, route, clause, state, received_at, deemed_accepted, conditions, reason,"
    " refusal_clause, review_points, extension_reason, handed_out_to, supplements_asked,"
    " supplement_items, version, runs_out) SELECT"
    " gen_random_uuid(), case_ref, line_works_id, round_id, 'x', bureau, district, route, clause,"
    " 'received', now(), false, '', '', '', '[]', '', '', 0, '[]', 1, '9999-01-01Z'"
    " FROM approvals_permit LIMIT 1":
        {PERMIT, PERMIT_LISTED, ROWS},
    "INSERT INTO approvals_excludedtime (permit_id, ground, expected_days, began_at)"
    " SELECT id, 'hearing', 9, now() FROM approvals_permit WHERE state = 'accepted'": {EXCLUDED},
    "UPDATE approvals_excludedtime SET ended_at = clock_timestamp()": {EXCLUDED},
    "INSERT INTO applications_charge (application_id, fee_item_id, quantity, amount_yuan, payee,"
    " payee_affiliated, entered_at, district, ref, state, words, version)"
    " SELECT id, 1, 1, 1, 'x', false, now(), district, gen_random_uuid(), 'due', '', 1"
    " FROM applications_application WHERE state = 'permits'":
        {"every charge is in the record and has its row", ROWS},
    "INSERT INTO accounts_rolegrant (role, from_at, organisation_id, user_id)"
    " SELECT 'regulator', now(), min(o.id), min(u.id)"
    " FROM accounts_organisation o, accounts_user u":
        {"every role was given and ended by the record"},
    "UPDATE accounts_rolegrant SET to_at = now()": {"every role was given and ended by the record"},
    "INSERT INTO rectification_statement (order_id, seq, action, text, at)"
    " SELECT id, 99, 'close', 'x', now() FROM rectification_order LIMIT 1":
        {"what was said at a step of an order is what its entry says"},
    "UPDATE integrity_signal SET explanation = 'x' WHERE state = 'explained'": {ROWS},
    "UPDATE integrity_scan SET position = 1000000":
        {"the scan for signs has seen no more than there is"},
    "INSERT INTO grid_publication (kind, number, published_at, entry, role, source, note, added,"
    " changed, withdrawn, digest) VALUES ('roads', 99, now(), 1, 'x', 'x', '', 1, 0, 0, 'x')":
        {"what is published is what the record tells of"},
}  # fmt: skip


@pytest.fixture
def city(people: dict[str, User]) -> None:
    """Something of everything that an act writes, and nothing broken."""
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), LONG_LINE)
    first, second, third, *_others = open_permits(case)
    for permit, steps in ((first, ("accept",)), (second, ("accept", "grant"))):
        for step in steps:
            body = PERMIT_BODIES.get(step, {})
            permit_step(permit=permit, action=step, by=people[permit.bureau], body=body)
    for step in ("accept", "exclude_time"):
        body = PERMIT_BODIES.get(step, {})
        permit_step(permit=third, action=step, by=people[third.bureau], body=body)
    do(people, case_at(people, Kind.RESIDENTIAL, State.WORKS), "energise")
    filed(people, Kind.LV_OTHER)
    orders.issue(people)
    orders.order_at(people, "closed")
    findings.signal_at(people, "explained")
    assert found() == set()


def found() -> set[str]:
    return {name for name, rows in broken() if rows}


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def touched(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def test_what_no_act_changes_is_refused(city: None) -> None:
    assert {statement: refused_with(statement) for statement in REFUSED} == REFUSED


def test_what_does_not_follow_from_the_record_is_found_by_name(city: None) -> None:
    seen = {}
    for statement in FOUND:
        with undone():
            assert touched(statement), statement
            seen[statement] = found()
    assert seen == FOUND


FORGED = (
    "INSERT INTO ledger_key (vkey, purpose, epoch, from_size, closed_size, handover, created_at)"
    " SELECT '{vkey}', '{purpose}', 1, 0, 0, '', now()"
)


@pytest.mark.parametrize("purpose", [keys.LOG, keys.RECEIPT])
def test_a_forged_key_is_refused_and_the_owner_s_own_is_found(
    committed_db: str, purpose: str
) -> None:
    opened()
    sequencer.run()
    vkey = Verifier(keys.origin(1), public_bytes(Ed25519PrivateKey.generate()))
    forged = FORGED.format(vkey=vkey, purpose=purpose)
    assert refused_with(forged) == NO_ACT
    assert sequencer.run() == 0
    assert verify() is None
    run(forged, alias="owner")
    name = f"{vkey.name} ({vkey.key_id.hex()})"
    assert verify() == Fault(None, f"the key {name} was introduced by nobody")
