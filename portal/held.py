"""What is promised of the grid, and what the company spent in all, compared with what it follows
from: as `portal.invariants`, queries that return what differs."""

from typing import Final

HELD: Final[dict[str, str]] = {
    "what is reserved holds its element and everything that feeds it, and nothing else does": """
        SELECT w.number, w.element, h.reservation_id, h.element_id
        FROM (
            SELECT r.id AS reservation, r.number, way.id AS element
            FROM grid_reservation r, LATERAL grid_way(r.element_id) way WHERE r.ended_at IS NULL
        ) w
        FULL JOIN grid_hold h ON h.reservation_id = w.reservation AND h.element_id = w.element
        WHERE w.reservation IS NULL OR h.id IS NULL
    """,
    "what is promised of an element is added up as it is held": """
        SELECT element_id, begins_at, until_at, lapses_at, connected_on, sum(kva) FROM (
            SELECT element_id, begins_at, until_at, lapses_at, connected_on, kva
            FROM grid_promisetotal
            UNION ALL
            SELECT h.element_id, CASE WHEN r.from_at > r.made_at THEN r.from_at END, r.until_at,
                r.lapses_at, (r.connected_at AT TIME ZONE 'Asia/Shanghai')::date, -r.kva
            FROM grid_hold h JOIN grid_reservation r ON r.id = h.reservation_id
        ) both_sides GROUP BY 1, 2, 3, 4, 5 HAVING sum(kva) <> 0
    """,
    "what the company spent on energised cases is added up as it was entered": """
        SELECT kind, district, sum(cases), sum(yuan) FROM (
            SELECT kind, district, cases, yuan FROM money_investmenttotal
            UNION ALL
            SELECT a.kind, a.district, -(i.yuan > 0)::int, -i.yuan
            FROM applications_application a, LATERAL (
                SELECT sum(amount_yuan) AS yuan FROM money_investment WHERE application_id = a.id
            ) i WHERE a.state = 'energised' AND i.yuan IS NOT NULL
        ) both_sides GROUP BY 1, 2 HAVING sum(cases) <> 0 OR sum(yuan) <> 0
    """,
    # A promise is refused where there is no room: what is short was published afterwards.
    "more is promised than there is only where figures were published after a promise": """
        SELECT e.code, s.room, s.promised FROM grid_shortages() s
        JOIN grid_element e ON e.id = s.element
        WHERE NOT EXISTS (SELECT 1 FROM grid_publication p
            JOIN grid_hold h ON h.element_id = s.element
            JOIN grid_reservation r ON r.id = h.reservation_id
            WHERE p.kind = 'capacity' AND p.published_at > r.from_at)
    """,
    "what is reserved is an open case's, and an energised one's is in use": """
        SELECT r.number, a.state, r.connected_at FROM grid_reservation r
        LEFT JOIN applications_application a ON a.ref = r.case_ref
        WHERE r.ended_at IS NULL AND (
            a.id IS NULL OR a.ended_at IS NOT NULL AND a.state <> 'energised'
            OR (a.state = 'energised') <> (r.connected_at IS NOT NULL))
    """,
    "a case that waits for capacity is open and has none reserved": """
        SELECT w.number, a.state FROM grid_waiting w
        LEFT JOIN applications_application a ON a.ref = w.case_ref
        WHERE w.ended_at IS NULL AND (a.id IS NULL OR a.ended_at IS NOT NULL OR EXISTS (
            SELECT 1 FROM grid_reservation r WHERE r.case_ref = w.case_ref AND r.ended_at IS NULL))
    """,
    "the point of a case was energised when the case was": """
        SELECT p.id, p.energised_at, a.ended_at FROM grid_energisedpoint p
        LEFT JOIN applications_application a ON a.ref = p.case_ref
        WHERE (a.state, a.ended_at) IS DISTINCT FROM ('energised', p.energised_at)
    """,
    "an outage is in the state that its last entry says, at the instants of its entries": """
        SELECT o.number, o.state, last.to_state, o.started_at, begun.at, o.restored_at, back.at
        FROM reliability_outage o
        LEFT JOIN LATERAL (SELECT to_state FROM ledger_entry
            WHERE case_ref = o.ref AND to_state <> '' ORDER BY case_seq DESC LIMIT 1) last ON true
        LEFT JOIN LATERAL (SELECT at FROM ledger_entry
            WHERE case_ref = o.ref AND type IN ('outage.started', 'outage.reported')) begun ON true
        LEFT JOIN LATERAL (SELECT at FROM ledger_entry
            WHERE case_ref = o.ref AND type = 'outage.restored') back ON true
        WHERE (o.state, o.started_at, o.restored_at)
            IS DISTINCT FROM (last.to_state, begun.at, back.at)
    """,
    "whoever an outage interrupts is without power exactly while it is off": """
        SELECT o.number, i.element, i.off_at, i.on_at FROM reliability_interruption i
        JOIN reliability_outage o ON o.id = i.outage_id
        WHERE i.recorded_off_at IS DISTINCT FROM o.started_at
        OR i.off_at IS DISTINCT FROM coalesce(o.corrected_started_at, o.started_at)
        OR i.recorded_on_at IS NOT DISTINCT FROM o.restored_at
            AND i.on_at IS DISTINCT FROM coalesce(o.corrected_restored_at, o.restored_at)
        -- For some it was back before it was for all.
        OR i.recorded_on_at IS DISTINCT FROM o.restored_at
            AND (i.on_at IS DISTINCT FROM i.recorded_on_at OR NOT EXISTS (
                SELECT 1 FROM ledger_entry e WHERE e.case_ref = o.ref
                AND e.type = 'outage.part_restored' AND e.at = i.recorded_on_at))
    """,
    "an outage says how many customers of each level it interrupts": """
        SELECT o.number, o.medium, o.low FROM reliability_outage o
        LEFT JOIN reliability_interruption i ON i.outage_id = o.id GROUP BY o.id
        HAVING o.medium <> coalesce(sum(i.customers) FILTER (WHERE i.level = 'medium'), 0)
        OR o.low <> coalesce(sum(i.customers) FILTER (WHERE i.level = 'low'), 0)
    """,
}
