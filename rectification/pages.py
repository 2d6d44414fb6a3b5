"""What the pages of orders show: rows of the lists, and everything about one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import SUPERVISORS, Role, role_words
from core.buttons import PageButton
from core.templatetags.city import instant, working_days
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.timeleft import TimeLeft, times_of
from documents.queries import about as documents_about
from ledger.queries import Event, timeline
from rectification import files, queries, subjects, wording
from rectification.machine import allows
from rectification.models import Order
from rectification.permissions import addressee_of
from rectification.states import STEP_TYPES


@dataclass(frozen=True, slots=True)
class Row:
    """One order in a list."""

    number: str
    asked: str
    addressee: str
    tags: list[dict[str, str]]
    since: datetime
    left: TimeLeft
    word: str


def rows_of(orders: Sequence[Order], now: datetime) -> list[Row]:
    """Return the rows of a page of orders; two queries however many there are."""
    left = times_of(queries.clocks_of(orders).values(), now)
    return [
        Row(
            number=order.number,
            asked=wording.first_words(order.text),
            addressee=addressee_of(order).words(),
            tags=wording.tags(order, left[order.ref]),
            since=order.issued_at,
            left=left[order.ref],
            word=wording.left_words(order, left[order.ref]),
        )
        for order in orders
    ]


def order_context(order: Order, user: User, now: datetime) -> dict[str, Any]:
    """Return everything that the page of an order shows."""
    clocks = queries.clocks_of([order])
    left = times_of(clocks.values(), now)[order.ref]
    events = timeline(order.ref)
    return {
        "order": order,
        "subject": subjects.subject_of(order, user),
        "sentence": wording.sentence(order, left),
        "tags": wording.tags(order, left),
        "can_go_up": left.late and allows(order, "escalate"),
        "facts": facts(order, clocks[order.ref]),
        "said": said(order, events),
        "clock": explained(clocks[order.ref], now),
        "events": events_table(events),
    }


def deciding_buttons(order: Order, user: User) -> list[PageButton]:
    """Return the steps of the deciding side, each possible now or with the reason why not."""
    return [
        PageButton(
            action=button.action,
            label=button.label,
            allowed=button.allowed,
            reason=button.reason,
            url=reverse("oversight-orders:step", args=[order.number, button.action]),
            tone="warning" if button.action == "escalate" else "",
        )
        for button in queries.buttons(order, user)
        if button.action != "answer"
    ]


def facts(order: Order, clock: Clock) -> list[dict[str, Any]]:
    """Return what the order says besides its text, as rows of a summary list."""
    rows = [
        (_("Addressee"), addressee_of(order).words()),
        (_("Clause"), order.clause),
        (_("Working days given"), working_days(order.days)),
        (_("Issued"), instant(order.issued_at)),
        (_("Answered on"), instant(order.answered_at)),
        (_("With the lead agency since"), instant(order.escalated_at)),
        (_("Closed on"), instant(order.closed_at)),
        (_("Rules"), clock.rules_version),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def said(order: Order, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return what was said since the issue, oldest first, each with who said it and its files."""
    roles = {event.seq: event.role for event in events}
    kept = list(documents_about(files.SUBJECT, order.pk))
    return [
        {
            "what": wording.event_words(STEP_TYPES[one.action]),
            "who": role_words(roles.get(one.seq, "")),
            "at": one.at,
            "text": one.text,
            "files": [row for row in kept if row.requirement == requirement],
        }
        for one, requirement in queries.statements(order)
    ]


def explained(clock: Clock, now: datetime) -> dict[str, Any]:
    """Return the clock of an order line by line."""
    found = explain(clock, now)
    return {
        "title": _("How this is counted: %(name)s") % {"name": found.name},
        "lines": [{"kind": line.kind, "text": line.text} for line in found.lines],
    }


def events_table(events: Sequence[Event]) -> dict[str, Any]:
    """Return the record of an order as a table, oldest first."""
    return {
        "caption": _("Every step, from the record"),
        "columns": [{"label": _("At what time")}, {"label": _("What")}, {"label": _("Who")}],
        "rows": [
            [instant(event.at), wording.event_words(event.type), role_words(event.role)]
            for event in events
        ],
        "stack": True,
    }


def about_context(case_ref: UUID, user: User, query: str) -> dict[str, Any]:
    """Return the orders about a case, for the pages of those who watch over it.

    Args:
        query: what a new order begins with, as the query of its address.
    """
    may_issue = user.role_in(Role.REGULATOR) is not None
    found = queries.about(user, case_ref) if user.role_in(*SUPERVISORS) else Order.objects.none()
    return {
        "orders": [
            {
                "url": reverse("oversight-orders:order", args=[order.number]),
                "number": order.number,
                "addressee": addressee_of(order).words(),
                "state": order.get_state_display(),
                "tone": wording.TONES[order.state],
            }
            for order in found
        ],
        "issue_url": f"{reverse('oversight-orders:new')}?{query}" if may_issue else "",
    }
