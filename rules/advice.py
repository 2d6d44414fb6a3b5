"""About which permits their bureaus give advice before the application."""

from rules.policy import Policy


def advised_permits(policy: Policy) -> tuple[str, ...]:
    """By their codes, in the order of the row; empty where nobody gives any."""
    row = policy.get("permit.advice")
    return row.codes if row else ()
