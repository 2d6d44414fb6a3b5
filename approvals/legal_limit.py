"""The law's own limit of a decision, beside the plan's (行政许可法 42).

It is counted in working days from the acceptance, without the time that the law leaves out (45,
82), and shown where the lead of the bureau has extended it. The plan's limit and its clock stay.
"""

from datetime import date
from typing import TYPE_CHECKING

from core.clock import city_now, local_date
from rules.registry import calendar

if TYPE_CHECKING:
    from approvals.models import Permit


def may_be_extended(permit: "Permit") -> bool:
    """By the rules of its receipt."""
    return permit.rules().legal_limit() is not None


def is_in_legal_time(permit: "Permit") -> bool:
    """Whether the law's limit runs yet, as it is without an extension."""
    limit = permit.rules().legal_limit()
    last = last_day(permit, limit.days) if limit else None
    return last is not None and local_date(city_now()) <= last


def legal_due_on(permit: "Permit") -> date | None:
    """The last day of the extended limit; None where it is not extended, or stands still by law."""
    limit = permit.rules().legal_limit() if permit.extended_at else None
    return last_day(permit, limit.days + (permit.extension_days or 0)) if limit else None


def last_day(permit: "Permit", days: int) -> date | None:
    """None before the acceptance, and while time passes that the law leaves out."""
    since, table = permit.accepted_at, calendar()
    for span in sorted(permit.excluded.all(), key=lambda span: span.began_at):
        assert since is not None  # only what is accepted is suspended
        days -= table.used(since, span.began_at)
        since = span.ended_at
    return table.due(since, max(days, 0)).date if since else None
