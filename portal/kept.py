"""What triggers keep for lists and figures, compared with the rows that it follows from: as
`portal.invariants`, queries that return what differs."""

from typing import Final

KEPT: Final[dict[str, str]] = {
    "an open case is listed by what its clocks and permits say": """
        SELECT a.number, a.runs_out, k.runs_out, a.late_at, k.late_at, a.wanted, w.wanted
        FROM applications_application a
        CROSS JOIN LATERAL (
            SELECT coalesce(min(least(late_from, breached_at)), '9999-01-01Z') AS runs_out,
                min(least(late_from, breached_at)) FILTER (WHERE NOT target) AS late_at
            FROM deadlines_clock
            WHERE case_ref = a.ref AND part IS NULL AND limit_days IS NOT NULL
                AND state <> 'stopped'
        ) k
        CROSS JOIN LATERAL (
            SELECT CASE
                WHEN bool_or(p.state IN ('awaiting_supplement', 'awaiting_commitment'))
                    THEN 'awaited'
                WHEN bool_or(p.state = 'refused') THEN 'refused' ELSE '' END AS wanted
            FROM approvals_permit p JOIN approvals_round r ON r.id = p.round_id
            JOIN approvals_lineworks l ON l.id = p.line_works_id AND l.round_number = r.number
            WHERE p.case_ref = a.ref
        ) w
        WHERE a.ended_at IS NULL
            AND (a.runs_out, a.late_at, a.wanted)
                IS DISTINCT FROM (k.runs_out, k.late_at, w.wanted)
    """,
    "a case keeps since when a limit of it was passed": """
        SELECT a.number, a.passed_at, k.passed_at FROM applications_application a
        LEFT JOIN (
            SELECT case_ref, min(breached_at) AS passed_at FROM deadlines_clock
            WHERE part IS NULL AND breached_at IS NOT NULL GROUP BY case_ref
        ) k ON k.case_ref = a.ref
        WHERE a.passed_at IS DISTINCT FROM k.passed_at
    """,
    "a permit is listed at the counter that has its case": """
        SELECT p.id, p.office_id, a.office_id FROM approvals_permit p
        JOIN applications_application a ON a.ref = p.case_ref
        WHERE p.office_id IS DISTINCT FROM a.office_id
    """,
    "a permit is listed by what its clocks say": """
        SELECT p.id, p.runs_out, k.runs_out, p.late_at, k.late_at, p.own_late_at, k.own_late_at
        FROM approvals_permit p
        CROSS JOIN LATERAL permit_limits(p.ref, p.round_id, p.state, p.route) k
        WHERE (p.runs_out, p.late_at, p.own_late_at)
            IS DISTINCT FROM (k.runs_out, k.late_at, k.own_late_at)
    """,
    "who was awaited while a limit was passed is as the record has it": """
        SELECT c.id, s.party, s.now, l.party, l.now
        FROM (
            SELECT clock, party, bool_or(now) AS now FROM late_stays((
                SELECT array_agg(id) FROM deadlines_clock
                WHERE breached_at IS NOT NULL
                    AND kind NOT IN (
                        'rectification', 'check', 'complaint', 'interruption', 'report')
            )) GROUP BY clock, party
        ) s
        FULL JOIN oversight_lateparty l ON l.clock_id = s.clock AND l.party = s.party
        JOIN deadlines_clock c ON c.id = coalesce(s.clock, l.clock_id)
        WHERE (s.now, c.district, c.breached_at)
            IS DISTINCT FROM (l.now, l.district, l.breached_at)
    """,
    "homes are counted on the days of their filing and their power": """
        SELECT district, first, last, sum(homes) FROM (
            SELECT district, first, last, homes FROM oversight_homeday
            UNION ALL
            SELECT district, (filed_at AT TIME ZONE 'Asia/Shanghai')::date,
                (ended_at AT TIME ZONE 'Asia/Shanghai')::date, -1
            FROM applications_application
            WHERE kind = 'residential' AND filed_at IS NOT NULL
                AND (ended_at IS NULL OR state = 'energised')
        ) days GROUP BY district, first, last HAVING sum(homes) <> 0
    """,
    # A case may go on in another channel than the one it was filed in.
    "cases are counted on the day of their filing, with what was explained": """
        SELECT day, district, sum(filed), sum(explained) FROM (
            SELECT day, district, filed, explained FROM oversight_filingday
            UNION ALL
            SELECT (filed_at AT TIME ZONE 'Asia/Shanghai')::date, district,
                -1, -(explained <> '')::integer
            FROM applications_application WHERE filed_at IS NOT NULL
        ) days GROUP BY day, district HAVING sum(filed) <> 0 OR sum(explained) <> 0
    """,
}
