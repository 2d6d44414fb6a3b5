"""What must hold in the database at every moment, as queries that return the rows that break it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from django.db import connection

from portal import compare
from portal.committed import beside, cases, columns, commitments, inspections, supply
from portal.compare import Row
from portal.held import HELD
from portal.kept import KEPT
from portal.states import STATES

ROWS_SHOWN = 20

INVARIANTS: dict[str, str] = {
    "a case is in the state and with the holder that its last entry says": """
        SELECT a.number, a.state, a.holder, e.to_state, e.holder
        FROM applications_application a
        JOIN LATERAL (SELECT to_state FROM ledger_entry
            WHERE case_ref = a.ref AND part IS NULL AND to_state <> ''
            ORDER BY case_seq DESC LIMIT 1) s ON true
        JOIN LATERAL (SELECT to_state, holder FROM ledger_entry
            WHERE case_ref = a.ref ORDER BY case_seq DESC LIMIT 1) e ON true
        WHERE s.to_state <> a.state OR e.holder <> coalesce(nullif(a.holder, ''), 'nobody')
    """,
    "every filed case has its two clocks": """
        SELECT a.number, a.state, count(c.id) FROM applications_application a
        LEFT JOIN deadlines_clock c ON c.case_ref = a.ref AND c.part IS NULL
            AND c.kind <> 'step'
        GROUP BY a.id HAVING count(c.id) <> CASE WHEN a.filed_at IS NULL THEN 0 ELSE 2 END
    """,
    "the handling clock runs exactly while the supply company holds the case": """
        SELECT a.number, a.holder, c.state FROM applications_application a
        JOIN deadlines_clock c ON c.case_ref = a.ref AND c.part IS NULL AND c.kind = 'handling'
        WHERE c.state <> CASE WHEN a.holder = 'supplier' THEN 'running'
                              WHEN a.holder = '' THEN 'stopped' ELSE 'paused' END
    """,
    "no clock runs in a case that has ended": """
        SELECT a.number, c.kind FROM applications_application a
        JOIN deadlines_clock c ON c.case_ref = a.ref
        WHERE a.holder = '' AND c.state <> 'stopped'
    """,
    "an ordered complaint about an interruption and its order name each other": """
        SELECT m.id, o.id FROM oversight_interruptioncomplaint m
        FULL JOIN (SELECT * FROM rectification_order WHERE subject_kind = 'interruption') o
            ON o.ref = m.order_ref
        WHERE (m.order_ref IS NOT NULL OR o.id IS NOT NULL)
            AND o.subject_ref IS DISTINCT FROM m.ref
    """,
    "a report is answered with one that stands by itself": """
        SELECT r.id FROM reliability_report r
        JOIN reliability_report head ON head.id = r.joined_to_id
        WHERE head.joined_to_id IS NOT NULL OR (head.kind, head.district) <> (r.kind, r.district)
    """,
    "no charge is asked for whose complaint is upheld": """
        SELECT m.id, c.state FROM money_complaint m
        JOIN applications_charge c ON c.id = m.charge_id
        WHERE m.state = 'upheld' AND c.state IN ('due', 'nothing')
    """,
    "a case was closed after its applicant was reminded": """
        SELECT a.number FROM applications_application a
        WHERE a.state = 'closed' AND NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = a.ref AND e.type = 'case.reminded' AND e.at >= a.held_since)
    """,
    "a charge is paid by exactly one payment that was received": """
        SELECT c.id, c.state, count(p.id) FROM applications_charge c
        LEFT JOIN money_payment p ON p.charge_id = c.id AND p.state = 'received'
        WHERE c.state <> 'refunded'
        GROUP BY c.id HAVING count(p.id) <> (c.state = 'paid')::int
    """,
    "no more is refunded than was paid": """
        SELECT p.id, p.amount_fen, sum(r.amount_fen) FROM money_payment p
        JOIN money_refund r ON r.payment_id = p.id AND r.state <> 'closed'
        GROUP BY p.id HAVING sum(r.amount_fen) > p.amount_fen
    """,
    "no unit is kept for a case that has ended": """
        SELECT r.id, a.number FROM applications_rental r
        JOIN applications_application a ON a.id = r.application_id
        WHERE r.state IN ('asked', 'confirmed') AND a.ended_at IS NOT NULL
    """,
    "the supply chain is told of every order, and of every one that was cancelled": """
        SELECT m.id, m.state FROM applications_materialorder m
        WHERE NOT EXISTS (SELECT 1 FROM notifications_outbox o
            WHERE o.kind = 'material.ordered' AND o.subject_kind = 'material_order'
            AND o.subject_id = m.id)
        OR m.state = 'cancelled' AND NOT EXISTS (SELECT 1 FROM notifications_outbox o
            WHERE o.kind = 'material.cancelled' AND o.subject_kind = 'material_order'
            AND o.subject_id = m.id)
    """,
    "nobody is blocked where somebody comes to a customer": """
        SELECT b.id, p.id FROM applications_blockedtime b
        JOIN applications_appointment p ON p.staff_id = b.user_id AND p.state = 'booked'
            AND p.begins_at < b.ends_at AND b.begins_at < p.ends_at
    """,
    "a signal is in the state that its last entry says, and has evidence in the record": """
        SELECT s.number, s.state, e.to_state FROM integrity_signal s
        LEFT JOIN LATERAL (SELECT to_state FROM ledger_entry
            WHERE case_ref = s.ref ORDER BY case_seq DESC LIMIT 1) e ON true
        WHERE e.to_state IS DISTINCT FROM s.state OR NOT EXISTS (
            SELECT 1 FROM integrity_evidence v JOIN ledger_entry b ON b.id = v.entry_id
            WHERE v.signal_id = s.id)
    """,
    "a signal is put right exactly when its order is closed": """
        SELECT s.number, s.state, o.state FROM integrity_signal s
        LEFT JOIN rectification_order o ON o.ref = s.order_ref
        WHERE s.order_ref IS NOT NULL AND (o.state = 'closed') IS DISTINCT FROM
            (s.state = 'put_right')
    """,
    "a case was filed first when the record has it, in the lineage that it has": """
        SELECT a.number, a.first_filed_at, f.at, a.lineage, f.lineage
        FROM applications_application a
        JOIN LATERAL (SELECT lineage FROM ledger_entry WHERE case_ref = a.ref
            AND type = 'case.submitted' LIMIT 1) own ON true
        JOIN LATERAL (SELECT min(at) AS at, own.lineage FROM ledger_entry
            WHERE type = 'case.submitted' AND lineage = own.lineage) f ON true
        WHERE a.first_filed_at <> f.at OR a.lineage <> f.lineage
    """,
    "a case keeps of its newest plan what the plan says": """
        SELECT a.number, a.plan_lapses_at, p.lapses_at, a.open_lines, l.open
        FROM applications_application a
        JOIN LATERAL (SELECT id, lapses_at FROM applications_plan
            WHERE application_id = a.id ORDER BY version DESC LIMIT 1) p ON true
        JOIN LATERAL (SELECT count(*) AS open FROM applications_planline
            WHERE plan_id = p.id AND builder = 'supplier' AND finished_at IS NULL) l ON true
        WHERE a.plan_lapses_at IS DISTINCT FROM p.lapses_at OR a.open_lines <> l.open
    """,
    "a plan has the lines that it was replied with": """
        SELECT p.id, p.line_count, l.found FROM applications_plan p
        JOIN LATERAL (SELECT count(*) AS found FROM applications_planline
            WHERE plan_id = p.id) l ON true
        WHERE p.line_count <> l.found
    """,
    "a case is held since its holder last changed": """
        SELECT a.number, a.held_since FROM applications_application a
        WHERE a.filed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = a.ref AND e.at = a.held_since)
    """,
    "a clock that was counted again has an entry that says so": """
        SELECT r.id, r.due_on FROM deadlines_recount r JOIN deadlines_clock c ON c.id = r.clock_id
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.case_ref = c.case_ref
            AND e.type = 'clock.recounted' AND e.part IS NOT DISTINCT FROM c.part
            AND e.clock = c.kind || ' recounted' AND e.at = r.at)
    """,
    "time that the law excludes begins and ends with an entry": """
        SELECT x.id FROM approvals_excludedtime x JOIN approvals_permit p ON p.id = x.permit_id
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.part = p.ref AND e.type = 'permit.time_excluded' AND e.at = x.began_at)
        OR x.ended_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = p.case_ref AND e.at = x.ended_at
            AND e.type IN ('permit.time_resumed', 'permit.withdrawn', 'case.withdrawn'))
    """,
    "whoever issued an order did so as its entry says": """
        SELECT o.number, o.issued_as, e.actor_role FROM rectification_order o
        JOIN ledger_entry e ON e.case_ref = o.ref AND e.type = 'order.issued'
        WHERE e.actor_role <> o.issued_as
    """,
    "a chase and its answer have their entries": """
        SELECT c.id FROM approvals_chase c JOIN approvals_permit p ON p.id = c.permit_id
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.part = p.ref AND e.type = 'permit.chased' AND e.at = c.asked_at
                AND e.actor_role = c.role)
        OR c.answered_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.part = p.ref AND e.type = 'permit.chase_answered' AND e.at = c.answered_at)
    """,
    "a permit handed out has its entry": """
        SELECT p.id FROM approvals_permit p
        WHERE p.handed_out_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.case_ref = p.case_ref AND e.type = 'permit.handed_out'
                AND e.at = p.handed_out_at)
    """,
    "a check afterwards has one clock of its own, from the signature to what was found": """
        SELECT m.id, count(c.id) FROM approvals_commitment m
        LEFT JOIN deadlines_clock c ON c.case_ref = m.ref
        GROUP BY m.id HAVING count(c.id) <> CASE WHEN m.selected THEN 1 ELSE 0 END
            OR m.selected AND (min(c.kind) <> 'check' OR min(c.started_at) <> m.signed_at
                OR min(c.stopped_at) IS DISTINCT FROM m.checked_at)
    """,
    "a case has no revoked permit among those that its works stand on": """
        SELECT a.number, p.id FROM applications_application a
        JOIN approvals_lineworks l ON l.case_ref = a.ref
        JOIN approvals_round r ON r.line_works_id = l.id AND r.number = l.round_number
        JOIN approvals_permit p ON p.round_id = r.id
        WHERE p.state = 'revoked' AND a.state IN ('permits_granted', 'works')
    """,
    "what a bureau named is answered item by item, with its entries": """
        SELECT i.id FROM approvals_supplementitem i JOIN approvals_permit p ON p.id = i.permit_id
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.part = p.ref AND e.type = 'permit.supplement_requested' AND e.at = i.asked_at)
        OR i.supplied_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry e
            WHERE e.part = p.ref AND e.type = 'permit.supplement_supplied'
            AND e.at = i.supplied_at)
        OR i.supplied_at IS NULL AND p.state NOT IN ('awaiting_supplement', 'withdrawn')
    """,
    "the scan for signs has seen no more than there is": """
        SELECT position FROM integrity_scan
        WHERE position > (SELECT coalesce(max(index), -1) FROM ledger_leaf)
    """,
    "intervals of one clock do not overlap": """
        SELECT i.clock_id, i.id, j.id FROM deadlines_interval i
        JOIN deadlines_interval j ON j.clock_id = i.clock_id AND j.id > i.id
        WHERE i.started_at < j.ended_at AND j.started_at < i.ended_at
    """,
    "a breach is dated at its deadline and recorded once": """
        SELECT c.id, c.breached_at, count(e.id) FROM deadlines_clock c
        LEFT JOIN ledger_entry e ON e.case_ref = c.case_ref AND e.type = 'clock.breached'
            AND e.part IS NOT DISTINCT FROM c.part AND e.clock = c.kind || ' late'
            AND e.effective_at = c.breached_at
        WHERE c.breached_at IS NOT NULL GROUP BY c.id HAVING count(e.id) <> 1
    """,
    "a round is joined once, after its last decision": """
        SELECT r.id FROM approvals_round r JOIN approvals_permit p ON p.round_id = r.id
        WHERE r.joined_at IS NOT NULL AND p.state NOT IN ('granted', 'refused', 'revoked')
            AND r.withdrawn_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM approvals_lineworks l
                WHERE l.id = r.line_works_id AND l.state = 'withdrawn')
    """,
    "a case waits in permits only while a permit is undecided": """
        SELECT a.number FROM applications_application a
        WHERE a.state = 'permits' AND NOT EXISTS (
            SELECT 1 FROM approvals_permit p WHERE p.case_ref = a.ref
            AND p.state NOT IN ('granted', 'refused', 'revoked', 'withdrawn'))
    """,
    "entries of a case are numbered without a gap": """
        SELECT case_ref, count(*), max(case_seq) FROM ledger_entry
        GROUP BY case_ref HAVING count(*) <> max(case_seq)
    """,
    "a home or three-zero case has no charge": """
        SELECT a.number FROM applications_charge c
        JOIN applications_application a ON a.id = c.application_id
        WHERE a.kind IN ('residential', 'lv_small')
    """,
    "a charge lies where its case does, and its payee is as declared": """
        SELECT a.number, c.id FROM applications_charge c
        JOIN applications_application a ON a.id = c.application_id
        LEFT JOIN money_payee p ON p.id = c.declared_id
        WHERE c.district <> a.district
            OR p.id IS NOT NULL AND (c.payee, c.payee_affiliated) <> (p.name, p.affiliated)
    """,
    "a row of a bill is of its day": """
        SELECT e.id, b.day FROM money_billentry e JOIN money_bill b ON b.id = e.bill_id
        WHERE (e.at AT TIME ZONE 'Asia/Shanghai')::date <> b.day OR b.state <> 'fetched'
    """,
    "a difference is explained where the record says so": """
        SELECT d.id, d.state, e.at FROM money_difference d
        LEFT JOIN ledger_entry e ON e.case_ref = d.ref AND e.type = 'difference.explained'
        WHERE (d.state = 'explained') <> (e.id IS NOT NULL) OR d.ended_at <> e.at
    """,
    "every filed case that has ended has its facts, and no other": """
        SELECT a.number, f.counted_at FROM applications_application a
        FULL JOIN applications_casefacts f ON f.application_id = a.id
        WHERE (f.application_id IS NOT NULL)
            IS DISTINCT FROM (a.filed_at IS NOT NULL AND a.ended_at IS NOT NULL)
    """,
    "an open high-voltage case has one row for each of its managers, another case none": """
        SELECT a.number, a.kind, count(s.id) FROM applications_application a
        LEFT JOIN applications_assignment s ON s.application_id = a.id AND s.ended_at IS NULL
        GROUP BY a.id HAVING count(s.id) <> CASE
            WHEN a.kind IN ('hv_single', 'hv_dual') AND a.filed_at IS NOT NULL
                AND a.ended_at IS NULL THEN 2 ELSE 0 END
    """,
    "every case has a record": """
        SELECT a.number FROM applications_application a
        WHERE NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.case_ref = a.ref)
    """,
    "the log gives each place to one entry, from 0 without a gap": """
        SELECT index, place FROM (
            SELECT index, row_number() OVER (ORDER BY index) - 1 AS place FROM ledger_leaf
        ) placed WHERE index <> place
    """,
    "a leaf of the log has the hash of its entry": """
        SELECT l.index FROM ledger_leaf l LEFT JOIN ledger_entry e ON e.id = l.entry_id
        WHERE e.leaf IS DISTINCT FROM l.hash
    """,
    "every entry is in the log or waits for its place": """
        SELECT e.id FROM ledger_entry e
        WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.entry_id = e.id)
        AND NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.entry_id = e.id)
    """,
    "no entry is in the log and waits": """
        SELECT l.index FROM ledger_leaf l JOIN ledger_pending p ON p.entry_id = l.entry_id
    """,
    "no checkpoint says more than the log has": """
        SELECT epoch, size FROM ledger_checkpoint
        WHERE size > (SELECT coalesce(max(index) + 1, 0) FROM ledger_leaf)
    """,
    "a message stands on this site exactly where its delivery was made": """
        SELECT o.id, d.state, m.id FROM notifications_delivery d
        JOIN notifications_outbox o ON o.id = d.outbox_id
        LEFT JOIN notifications_message m ON m.outbox_id = o.id
        WHERE d.channel = 'site' AND d.state = 'confirmed' AND m.id IS NULL
        UNION ALL
        SELECT o.id, NULL, m.id FROM notifications_message m
        JOIN notifications_outbox o ON o.id = m.outbox_id WHERE NOT EXISTS (
            SELECT 1 FROM notifications_delivery d WHERE d.outbox_id = o.id AND d.channel = 'site')
    """,
    "an intent goes only over the channels that it names": """
        SELECT o.id, d.channel FROM notifications_delivery d
        JOIN notifications_outbox o ON o.id = d.outbox_id WHERE NOT d.channel = ANY (o.channels)
        -- Whoever has no account reads nothing on this site, and is told all of it outside.
        AND NOT ('site' = ANY (o.channels) AND NOT EXISTS (
            SELECT 1 FROM accounts_user u WHERE u.party_id = o.recipient_id))
    """,
    "a secret is kept no longer than a day after its end": """
        SELECT id FROM notifications_outbox
        WHERE secret <> '' AND expires_at < now() - interval '1 day'
    """,
    "a phone, name or number was corrected as often as the record says": """
        SELECT a.number, a.corrections, count(e.id) FROM applications_application a
        LEFT JOIN ledger_entry e ON e.case_ref = a.ref
            AND e.type IN ('case.corrected', 'case.identity_corrected')
        GROUP BY a.id HAVING count(e.id) <> a.corrections
    """,
    "a correction waits exactly where its case and the record say so": """
        SELECT a.number, a.correcting, c.open, e.type FROM applications_application a
        LEFT JOIN LATERAL (SELECT count(*) AS open FROM applications_identitycorrection
            WHERE application_id = a.id AND outcome = '') c ON true
        LEFT JOIN LATERAL (SELECT type FROM ledger_entry WHERE case_ref = a.ref AND type IN (
                'case.correction_proposed', 'case.identity_corrected', 'case.correction_refused',
                'case.correction_taken_back')
            ORDER BY case_seq DESC LIMIT 1) e ON true
        WHERE (a.correcting, c.open) IS DISTINCT FROM (
            a.ended_at IS NULL AND e.type IS NOT DISTINCT FROM 'case.correction_proposed',
            CASE WHEN a.correcting THEN 1 ELSE 0 END)
    """,
    "a case that was taken over is the party's who took it last": """
        SELECT a.number FROM applications_application a JOIN (
            SELECT DISTINCT ON (case_ref) case_ref, salt_ref FROM ledger_entry
            WHERE type IN ('case.went_online', 'case.handed_over')
            ORDER BY case_ref, case_seq DESC
        ) e ON e.case_ref = a.ref JOIN ledger_salt s ON s.ref = e.salt_ref
        LEFT JOIN accounts_user u ON u.id = s.actor_id
        WHERE a.filed_by_id <> coalesce(u.party_id, -s.actor_id)
    """,
    "nobody holds a mandate of the own party": """
        SELECT m.id FROM accounts_mandate m JOIN accounts_user u ON u.id = m.user_id
        WHERE u.party_id = m.party_id
    """,
    # The other way round it need not hold: deleting a salt forgets a person.
    "every salt belongs to an entry": """
        SELECT s.ref FROM ledger_salt s LEFT JOIN ledger_entry e ON e.salt_ref = s.ref
        WHERE e.id IS NULL
    """,
    **STATES,
    **KEPT,
    **HELD,
}


#: What follows from the record by more than a query says.
CHECKS: dict[str, Callable[[], Iterable[Row]]] = {
    "every clock is as the record has it": compare.differences,
    "what an ended case came to is what its record says": compare.facts,
    "what a row says of an act is what its entry says": columns.columns,
    "a declaration is the one that its filing or correction commits to": cases.declarations,
    "what a customer decided by a code was confirmed before": cases.decisions,
    "every file handed in is in the record and has its row": cases.files,
    "a file with a virus is one in its row and in the record": cases.infected,
    "who has a case is whom its record names": cases.assignments,
    "a grid cell is as its last entry says": beside.cells,
    "an answer to a bureau is the one that was handed in": beside.answers,
    "an approval to dig a closed road is the one that was handed in": beside.road_approvals,
    "every charge is in the record and has its row": beside.charges,
    "what the company spent is in the record and has its row": beside.investments,
    "every role was given and ended by the record": beside.roles,
    "the works of a round are those of its entry": beside.rounds,
    "what was said at a step of an order is what its entry says": beside.statements,
    "a plan is what its reply commits to": cases.plans,
    "what is reserved of the grid is what its acts commit to": supply.reservations,
    "a package that was sent is what its entry commits to": cases.packages,
    "own works are finished in the record and in their line": cases.finished_lines,
    "a contract is the text that its signature commits to": cases.contracts,
    "a commitment is what was signed, found and revoked": commitments.commitments,
    "a review or inspection is what its entry says": inspections.inspections,
    "no case of high voltage has power without every document of its kind": inspections.papers,
    "a low rating has one follow-up, from the first one on": cases.follow_ups,
    "what was passed on is what its sending commits to": beside.referrals,
    "an opinion is what its entries commit to": beside.opinions,
    "a call to an applicant is in the record and has its row": cases.attempts,
    "a message about a case is the text that its entry commits to": cases.messages,
    "what is published is what the record tells of": beside.publications,
}


def broken() -> Iterator[tuple[str, list[Row]]]:
    for name, check in CHECKS.items():
        yield name, _rows(check)
    with connection.cursor() as cursor:
        for name, query in INVARIANTS.items():
            cursor.execute(f"SELECT * FROM ({query}) broken LIMIT {ROWS_SHOWN}")  # noqa: S608 (constants)
            yield name, cursor.fetchall()


def _rows(check: Callable[[], Iterable[Row]]) -> list[Row]:
    """A row that cannot even be read, such as a sealed text that somebody wrote over, breaks it."""
    try:
        return list(islice(check(), ROWS_SHOWN))
    except Exception as error:  # noqa: BLE001 (said, and the other invariants go on)
        return [("cannot be read", type(error).__name__, str(error))]
