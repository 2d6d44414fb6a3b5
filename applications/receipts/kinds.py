"""Which steps of a case a receipt is given for, and how it is numbered."""

from collections.abc import Iterable

from django.urls import reverse

from core.events import has_receipt
from ledger.queries import Event
from ledger.receipts import number_of

SUBMITTED = "case.submitted"


def receipt_of(case_number: str, event: Event) -> str | None:
    """Return the number of the receipt of a step; None where there is none."""
    return number_of(case_number, event.seq) if has_receipt(event.type) else None


def receipt_url(case_number: str, event: Event) -> str:
    """Return the address of the receipt of a step; empty where there is none."""
    if not has_receipt(event.type):
        return ""
    return reverse("applications:receipt", args=[case_number, event.seq])


def url_of_last(case_number: str, events: Iterable[Event], event_type: str) -> str:
    """Return the address of the receipt of the last step of a type; empty without such a step."""
    found = [event for event in events if event.type == event_type]
    return receipt_url(case_number, found[-1]) if found else ""
