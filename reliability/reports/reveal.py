"""Whom to call: shown to the office that works a report, for a reason that its record keeps."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from accounts.parties import Contact
from reliability.reports.actions import REPORTS
from reliability.reports.models import Report


def reveal(report: Report, body: Mapping[str, Any], *, by: User, version: int | None = None) -> str:
    """Record that somebody sees who reported, and why; return the phone, empty where none is known.

    Raises:
        Missing, Forbidden, WrongState, Stale: in this order, as `Workflow.perform`.
        Invalid: without a reason.
    """
    one = REPORTS.perform(report, "see_reporter", by=by, body=body, version=version)
    if one.phone:
        return str(one.phone)
    reached = Contact.objects.filter(
        party=one.party_id, channel=Contact.Channel.SMS, ended_at=None
    )  # fmt: skip
    contact = reached.order_by("-id").first()
    return str(contact.address) if contact else ""
