"""What stands beside a great many cases (`tools.bulk`): what is found in the record of so many,
what their applicants ask, and what triggers keep of them."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from applications.enquiries.models import Enquiry
from approvals.advice.models import Advice
from oversight.models import Finding


def sealed(model: type[Model], column: str, text: str) -> Any:
    """A text as the column keeps it."""
    field: Any = model._meta.get_field(column)
    return field.get_prep_value(text)


def findings(cursor: Any, values: Mapping[str, Any]) -> None:
    """One for every tenth case: what the record of so many makes a regulator look at."""
    said = sealed(Finding, "explanation", "Accepted and replied at the counter on the same day.")
    cursor.execute("ALTER TABLE integrity_signal DISABLE TRIGGER USER")
    cursor.execute(
        """
        INSERT INTO integrity_signal (ref, number, key, sign, subject_kind, subject, case_ref,
            district, party, entry_id, entry_at, found_at, rules_version, thresholds, facts,
            state, explanation, decision, explained_at, decided_at, ended_at, version)
        SELECT md5('finding' || id)::uuid, 'B' || id, 'bulk:' || id, 'steps_in_minutes', 'case',
            ref, ref, district, 'supplier', 0, filed_at, filed_at, rules_version, '{}',
            '{"steps": 4, "minutes": 10}',
            CASE WHEN ended_at IS NULL THEN 'open' ELSE 'accepted' END,
            CASE WHEN ended_at IS NULL THEN '' ELSE %(sealed)s END, '',
            ended_at, ended_at, ended_at, 1
        FROM applications_application WHERE id >= %(first)s AND id %% (%(room)s * 10) = 0
        ORDER BY id
        """,
        dict(values) | {"sealed": said},
    )
    cursor.execute("ALTER TABLE integrity_signal ENABLE TRIGGER USER")


def enquiries(cursor: Any, values: Mapping[str, Any]) -> None:
    """One for every fifth case, answered two days after; of every hundredth open case one that
    waits for its answer."""
    for table in ("applications_enquiry", "deadlines_clock"):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(
        """
        INSERT INTO applications_enquiry (ref, application_id, number, topic, phone, language,
            district, rules_version, state, asked_at, answered_at, text, answer_text, version)
        SELECT md5('enquiry' || id)::uuid, id, number, '', '', 'zh-hans', district, rules_version,
            CASE WHEN waits THEN 'open' ELSE 'answered' END, filed_at,
            CASE WHEN waits THEN NULL ELSE filed_at + '2d'::interval END,
            %(asked)s, CASE WHEN waits THEN '' ELSE %(answer)s END, 1
        FROM applications_application CROSS JOIN LATERAL (
            SELECT ended_at IS NULL AND id / %(room)s %% 100 = 1 AS waits
        ) w
        WHERE id >= %(first)s AND id / %(room)s %% 5 = 1 ORDER BY id;
        INSERT INTO deadlines_clock (case_ref, kind, step, state, limit_days, target, clause,
            district, rules_version, calendar_version, carried_days, started_at,
            interval_started_at, stopped_at, due_on, late_from, provisional, breached_at,
            noticed_at)
        SELECT q.ref, 'enquiry', '', CASE q.state WHEN 'open' THEN 'running' ELSE 'stopped' END,
            5, false, '{}', q.district, q.rules_version,
            (SELECT calendar_version FROM deadlines_clock LIMIT 1), 0, q.asked_at,
            CASE q.state WHEN 'open' THEN q.asked_at END, q.answered_at,
            (passed - '1h'::interval)::date, passed, false,
            CASE WHEN q.state = 'open' AND passed <= now() THEN passed END,
            CASE WHEN q.state = 'open' AND passed <= now() THEN passed END
        FROM applications_enquiry q CROSS JOIN LATERAL (
            SELECT date_trunc('day', q.asked_at + '8d'::interval, 'Asia/Shanghai') AS passed
        ) p;
        """,
        dict(values)
        | {
            "asked": sealed(Enquiry, "text", "When does somebody come?"),
            "answer": sealed(Enquiry, "answer_text", "On Tuesday, at nine."),
        },
    )
    for table in ("applications_enquiry", "deadlines_clock"):
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def advices(cursor: Any, values: Mapping[str, Any]) -> None:
    """One for every twentieth case, answered two days after its filing; one of fifty of them waits
    for its answer yet."""
    cursor.execute("ALTER TABLE approvals_advice DISABLE TRIGGER USER")
    cursor.execute(
        """
        INSERT INTO approvals_advice (ref, case_ref, application, district, statutory_district,
            permit, bureau, level, state, question, words, verdict, route, contractor, sha256,
            asked_at, ended_at, version)
        SELECT md5('advice' || id)::uuid, ref, number, district, statutory_district,
            'planning', 'planning', 'city', CASE WHEN waits THEN 'asked' ELSE 'answered' END,
            %(asked)s, '', CASE WHEN waits THEN '' ELSE 'no_objection' END,
            '[[104.77, 29.34], [104.78, 29.35]]', '', '', filed_at,
            CASE WHEN waits THEN NULL ELSE filed_at + '2d'::interval END, 1
        FROM applications_application CROSS JOIN LATERAL (
            SELECT id / %(room)s %% 1000 = 1 AS waits
        ) w
        WHERE id >= %(first)s AND id / %(room)s %% 20 = 1 ORDER BY id
        """,
        dict(values) | {"asked": sealed(Advice, "question", "May the line go east?")},
    )
    cursor.execute("ALTER TABLE approvals_advice ENABLE TRIGGER USER")


def commitments(cursor: Any) -> None:
    """One for every fifth granted permit, checked ten days after; one of fifty waits for its check
    yet."""
    for table in ("approvals_commitment", "deadlines_clock"):
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(
        """
        INSERT INTO approvals_commitment (ref, permit_id, bureau, district, rules_version,
            conditions, responsible, position, digest, signed_at, selected, checked_at, kept,
            findings, reason, clause)
        SELECT md5('commitment' || p.id)::uuid, p.id, p.bureau, p.district, r.rules_version, '[]',
            '', '', '', p.decided_at, true, CASE WHEN waits THEN NULL ELSE later END,
            CASE WHEN waits THEN NULL ELSE p.id % 3 > 0 END,
            CASE WHEN waits THEN '' ELSE 'Seen on site.' END, '', ''
        FROM approvals_permit p JOIN approvals_round r ON r.id = p.round_id
        CROSS JOIN LATERAL (
            SELECT p.id % 250 = 0 AS waits, p.decided_at + '10d'::interval AS later
        ) w
        WHERE p.state = 'granted' AND p.id % 5 = 0 ORDER BY p.id;
        INSERT INTO deadlines_clock (case_ref, kind, step, state, limit_days, target, clause,
            district, rules_version, calendar_version, carried_days, started_at,
            interval_started_at, stopped_at, due_on, late_from, provisional, breached_at,
            noticed_at)
        SELECT m.ref, 'check', '', CASE WHEN open THEN 'running' ELSE 'stopped' END,
            20, false, '{}', m.district, m.rules_version,
            (SELECT calendar_version FROM deadlines_clock LIMIT 1), 0, m.signed_at,
            CASE WHEN open THEN m.signed_at END, m.checked_at,
            (passed - '1h'::interval)::date, passed, false,
            CASE WHEN open AND passed <= now() THEN passed END,
            CASE WHEN open AND passed <= now() THEN passed END
        FROM approvals_commitment m CROSS JOIN LATERAL (
            SELECT m.checked_at IS NULL AS open,
                date_trunc('day', m.signed_at + '29d'::interval, 'Asia/Shanghai') AS passed
        ) p
        WHERE NOT EXISTS (SELECT 1 FROM deadlines_clock c WHERE c.case_ref = m.ref);
        """
    )
    for table in ("approvals_commitment", "deadlines_clock"):
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def kept(cursor: Any) -> None:
    """What triggers would have kept of all cases, counted anew."""
    cursor.execute(
        """
        SELECT late_keep(array_agg(id)) FROM deadlines_clock WHERE breached_at IS NOT NULL;
        DELETE FROM oversight_homeday;
        INSERT INTO oversight_homeday (district, first, last, homes)
        SELECT district, (filed_at AT TIME ZONE 'Asia/Shanghai')::date,
            (ended_at AT TIME ZONE 'Asia/Shanghai')::date, count(*)
        FROM applications_application
        WHERE kind = 'residential' AND filed_at IS NOT NULL
            AND (ended_at IS NULL OR state = 'energised')
        GROUP BY 1, 2, 3;
        DELETE FROM oversight_filingday;
        INSERT INTO oversight_filingday (day, district, channel, filed, explained)
        SELECT (filed_at AT TIME ZONE 'Asia/Shanghai')::date, district, channel, count(*),
            count(*) FILTER (WHERE explained <> '')
        FROM applications_application WHERE filed_at IS NOT NULL
        GROUP BY 1, 2, 3
        """
    )
