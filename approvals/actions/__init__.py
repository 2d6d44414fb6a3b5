"""Verbs of line works and permits. Each is one transaction under the lock of its case."""

from approvals.actions.perform import VERBS, perform
from approvals.actions.rounds import open_change, open_round, withdraw_line_works
from approvals.actions.steps import (
    accept,
    commit,
    exclude_time,
    grant,
    refuse,
    request_supplement,
    resume,
    supply_supplement,
)

__all__ = [
    "VERBS",
    "accept",
    "commit",
    "exclude_time",
    "grant",
    "open_change",
    "open_round",
    "perform",
    "refuse",
    "request_supplement",
    "resume",
    "supply_supplement",
    "withdraw_line_works",
]
