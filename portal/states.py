"""What must hold of everything that has a state, and of those with a clock of their own: as
`portal.invariants`, queries that return what differs. A new one is a line in a table here."""

from typing import Final

#: Things with a record of their own, by their tables; and parts of a case's.
RECORDS: Final = {
    "an order": "rectification_order",
    "a follow-up": "applications_followup",
    "an enquiry": "applications_enquiry",
    "a referral": "applications_referral",
    "a complaint": "money_complaint",
    "a complaint about an interruption": "oversight_interruptioncomplaint",
    "a city's plan of orderly use": "oversight_cityplan",
    "a district's plan of orderly use": "oversight_districtplan",
    "an execution of orderly use": "oversight_execution",
    "a task of a ledger": "oversight_task",
    "a report": "reliability_report",
    "a repair crew": "reliability_repaircrew",
    "a patrol": "reliability_patrol",
    "a defect": "reliability_defect",
    "a suggestion of a fault": "reliability_suggestion",
}
PARTS: Final = {
    "a permit": "approvals_permit",
    "an advice": "approvals_advice",
    "an opinion": "approvals_opinion",
    "an appointment": "applications_appointment",
    "a rental": "applications_rental",
    "an order of materials": "applications_materialorder",
    "a charge": "applications_charge",
    "a payment": "money_payment",
    "a refund": "money_refund",
}
#: What a thing is while no entry says a state.
UNSAID: Final = {
    "a follow-up": "'open'",
    # From before charges had states of their own.
    "a charge": "CASE WHEN m.amount_yuan > 0 THEN 'due' ELSE 'nothing' END",
}
AWAITED: Final = """
    CASE WHEN m.state IN ('issued', 'escalated') THEN 'running'
         WHEN m.state = 'closed' THEN 'stopped' ELSE 'paused' END
"""
OPEN: Final = "CASE m.state WHEN 'open' THEN 'running' ELSE 'stopped' END"
#: Which one clock a thing has, in which state that is then, and what else is wrong about it.
CLOCKS: Final = {
    "an order has one clock, which runs exactly while its addressee has it": (
        "rectification_order", "rectification",
        AWAITED,
        "min(c.limit_days) <> m.days",
    ),
    "a follow-up has one clock, which runs exactly while it is open": (
        "applications_followup", "follow_up", OPEN, "min(c.limit_days) IS NULL",
    ),
    "an enquiry has one clock, which runs exactly while it is open": (
        "applications_enquiry", "enquiry", OPEN, "false",
    ),
    "a complaint has one clock, which runs exactly while it is open": (
        "money_complaint", "complaint", OPEN, "false",
    ),
    "a complaint about an interruption has one clock, which runs exactly while it is open": (
        "oversight_interruptioncomplaint", "interruption", OPEN, "false",
    ),
    "a report has one clock, which runs exactly while it is not closed": (
        "reliability_report", "report",
        "CASE m.state WHEN 'closed' THEN 'stopped' ELSE 'running' END", "false",
    ),
}  # fmt: skip


def _state(name: str, table: str, newest: str) -> str:
    said = f"coalesce(s.to_state, {UNSAID[name]})" if name in UNSAID else "s.to_state"
    return f"""
        SELECT m.id, m.state, s.to_state FROM {table} m
        LEFT JOIN LATERAL (SELECT to_state FROM ledger_entry
            WHERE to_state <> '' AND {newest} DESC LIMIT 1) s ON true
        WHERE {said} IS DISTINCT FROM m.state
    """  # noqa: S608 (of the constants above)


def _clock(table: str, kind: str, state: str, wrong: str) -> str:
    return f"""
        SELECT m.id, m.state, count(c.id), min(c.state) FROM {table} m
        LEFT JOIN deadlines_clock c ON c.case_ref = m.ref
        GROUP BY m.id HAVING count(c.id) <> 1 OR min(c.kind) <> '{kind}'
            OR min(c.state) <> {state} OR {wrong}
    """  # noqa: S608 (of the constants above)


def _held(tables: dict[str, str], newest: str) -> dict[str, str]:
    return {
        f"{name} is in the state that its last entry says": _state(name, table, newest)
        for name, table in tables.items()
    }


STATES: Final[dict[str, str]] = {
    **_held(RECORDS, "case_ref = m.ref ORDER BY case_seq"),
    **_held(PARTS, "part = m.ref ORDER BY id"),
    **{name: _clock(*said) for name, said in CLOCKS.items()},
}
