"""What an order looks like in the API's answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import User
from core.clock import city_now
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, times_of
from documents.queries import about as documents_about
from documents.serializers import FileAnswer
from rectification import files, queries, subjects
from rectification.models import Order


def rows_json(orders: Iterable[Order]) -> list[dict[str, Any]]:
    """Return orders as a list shows them; two queries however many there are."""
    rows, now = list(orders), city_now()
    clocks = queries.clocks_of(rows)
    left = times_of(clocks.values(), now)
    return [row_json(order, clocks[order.ref], left[order.ref], now) for order in rows]


def row_json(order: Order, clock: Clock, left: TimeLeft, now: datetime) -> dict[str, Any]:
    """Return what a list says of an order."""
    return {
        "number": order.number,
        "party": order.party,
        "district": order.district,
        "state": order.state,
        "days": order.days,
        "used_days": left.used,
        "issued_at": order.issued_at,
        "answered_at": order.answered_at,
        "escalated_at": order.escalated_at,
        "closed_at": order.closed_at,
        "due_on": clock.due_on,
        "due_at": clock.due_at,
        "late": clock.is_late(now),
        "provisional": left.provisional,
        "version": order.version,
    }


def order_json(order: Order, user: User) -> dict[str, Any]:
    """Return an order as one person reads it: its text, what was said, what can be done."""
    return {
        **moved_json(order, user),
        "text": order.text,
        "clause": order.clause or None,
        "statements": statements_json(order),
    }


def moved_json(order: Order, user: User) -> dict[str, Any]:
    """Return an order without anything that was said: the answer to a step.

    Answers are kept in plain for whoever repeats a request, and what is said may name people.
    """
    return {
        **rows_json([order])[0],
        "subject": subject_json(order, user),
        "actions": [
            {"action": one.action, "allowed": one.allowed, "reason": one.reason}
            for one in queries.buttons(order, user)
        ],
    }


def subject_json(order: Order, user: User) -> dict[str, Any] | None:
    """Return what an order is about; None where it is about nothing in the portal."""
    if not order.subject_kind:
        return None
    found = subjects.subject_of(order, user)
    return {
        "kind": order.subject_kind,
        "label": found.label if found else None,
        "application": found.number or None if found else None,
        "permit": found.permit if found else None,
    }


def statements_json(order: Order) -> list[dict[str, Any]]:
    """Return what was said since the issue, oldest first, with the files of each answer."""
    kept = list(documents_about(files.SUBJECT, order.pk))
    return [
        {
            "action": one.action,
            "at": one.at,
            "text": one.text,
            "files": [FileAnswer(row).data for row in kept if row.requirement == requirement],
        }
        for one, requirement in queries.statements(order)
    ]
