"""What an HTTP request does about clocks before it acts."""

from uuid import UUID

from django.db import transaction

from core.locks import lock_case
from deadlines.sweep import has_passed, settle_locked


def settle(case_ref: UUID) -> None:
    """Record what is late in a case, committed by itself, so that a refusal keeps it."""
    if has_passed(case_ref):
        with transaction.atomic():
            lock_case(case_ref)
            settle_locked(case_ref)
