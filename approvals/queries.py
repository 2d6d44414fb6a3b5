"""Reads of permits and line works, with names."""

from uuid import UUID

from approvals.models import Permit
from ledger.models import Entry, Salt
from ledger.queries import Last


def overtaken_by(permit: Permit, *, from_states: list[str]) -> Last | None:
    """Return the step that led a permit out of the states in which something could be done.

    Args:
        from_states: the states in which it could be done.

    Returns:
        None where the permit was in none of them yet.
    """
    steps = Entry.objects.filter(part=permit.ref, from_state__in=from_states)
    entry = steps.exclude(to_state__in=from_states).order_by("-id").first()
    if entry is None:
        return None
    salt = Salt.objects.filter(ref=entry.salt_ref).first()
    actor_id = salt.actor_id if salt else None
    return Last(entry.actor_role, entry.at, actor_id, entry.from_state)


def line_of(case_ref: UUID) -> list[Permit]:
    """Return the permits of a case's newest round, in the order of the contract."""
    found = Permit.objects.filter(case_ref=case_ref).select_related("line_works", "round")
    return [p for p in found.order_by("id") if p.round.number == p.line_works.round_number]
