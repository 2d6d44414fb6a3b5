"""What an HTTP request does about clocks before it acts."""

from uuid import UUID

from django.db import transaction

from deadlines.sweep import has_passed, hold_case


def settle(case_ref: UUID) -> None:
    """Record what is late in a case, committed by itself, so that a refusal keeps it."""
    if has_passed(case_ref):
        with transaction.atomic():
            hold_case(case_ref)
