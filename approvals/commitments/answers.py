"""What the API gives of commitments."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from rest_framework.serializers import (
    BooleanField,
    CharField,
    Serializer,
)

from approvals.commitments.models import commitment_of, offered
from approvals.commitments.queries import KIND
from approvals.workflow import COMMITTED_ROUTES, State
from core.answers import MaybeDay, MaybeInstant, MaybeText
from deadlines.queries import own_clocks

if TYPE_CHECKING:
    from approvals.models import Permit


class ConditionAnswer(Serializer[Any]):
    """One condition, in the words that bind and in English."""

    code = CharField()
    zh = CharField()
    en = CharField()


class CommitmentAnswer(Serializer[Any]):
    """What the company commits to, what the check afterwards found, and what came of it; before it
    is signed, what would be."""

    rules_version = CharField()
    conditions = ConditionAnswer(many=True)
    sha256 = MaybeText(source="digest")
    signed_at = MaybeInstant()
    selected = BooleanField()
    check_due_on = MaybeDay()
    check_late = BooleanField()
    checked_at = MaybeInstant()
    kept = BooleanField(allow_null=True)
    findings = MaybeText()
    revoked_at = MaybeInstant()
    reason = MaybeText()
    clause = MaybeText()
    barred_until = MaybeDay()


def know_commitments(permits: Iterable["Permit"], now: datetime) -> None:
    """Give each what is told of its commitment; two queries, where any has one."""
    rows = [permit for permit in permits if permit.route in COMMITTED_ROUTES]
    prefetch_related_objects(rows, "commitment")
    signed = [found for permit in rows if (found := commitment_of(permit))]
    clocks = own_clocks(signed, KIND) if signed else {}
    for permit in rows:
        found = commitment_of(permit)
        if found is None and permit.state == State.AWAITING_COMMITMENT:
            found = offered(permit)
        if found is not None:
            clock = clocks.get(found.ref)
            found.check_due_on = clock.last_day if clock else None
            found.check_late = bool(clock and clock.is_late(now))
        permit.told_commitment = found
