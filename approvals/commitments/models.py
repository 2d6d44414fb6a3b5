"""A commitment: the conditions agreed to and who is responsible, kept with the permit; what its
check afterwards found; and its revocation."""

import hashlib
import uuid
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import F, Q, QuerySet

from core.fields import EncryptedTextField
from ledger.record import text_of
from rules.commitments import CommitmentRules, commitment_rules

if TYPE_CHECKING:
    from approvals.models import Permit

#: A share is in hundredths.
WHOLE: Final = 100


class Commitment(models.Model):
    """`ref` is the record of its check's clock: the case may have ended long before that.

    A permit that holds on in a later round takes its commitment with it.
    """

    ref = models.UUIDField(default=uuid.uuid4, unique=True)
    permit = models.OneToOneField(
        "approvals.Permit", on_delete=models.PROTECT, related_name="commitment"
    )
    bureau = models.CharField(max_length=24)
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    #: Set by whoever tells of it (`answers.know_commitments`).
    check_due_on: date | None
    check_late: bool

    #: As they stood in those rules: `code`, `zh`, `en`.
    conditions = models.JSONField(default=list)
    responsible = EncryptedTextField(blank=True)
    position = EncryptedTextField(blank=True)
    #: SHA-256 of `statement`.
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    # Whether the bureau has to check it.
    selected = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)
    kept = models.BooleanField(null=True)
    findings = models.TextField(blank=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    clause = models.TextField(blank=True)
    #: The last day on which the bureau takes no commitment and no filing.
    barred_until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, kept__isnull=True, findings="")
                | Q(checked_at__gte=F("signed_at"), kept__isnull=False) & ~Q(findings=""),
                name="commitment_checked_with_findings",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, reason="", clause="", barred_until=None)
                | Q(revoked_at__gte=F("checked_at"), kept=False) & ~Q(reason="") & ~Q(clause=""),
                name="commitment_revoked_after_its_check",
            ),
        ]
        indexes = [
            models.Index(
                fields=["bureau", "district", "id"],
                condition=Q(selected=True, checked_at__isnull=True),
                name="commitment_to_check",
            ),
            models.Index(fields=["-checked_at", "-id"], name="commitment_checked"),
            models.Index(
                fields=["bureau", "-checked_at", "-id"],
                condition=Q(kept=False),
                name="commitment_broken_bureau",
            ),
            models.Index(
                fields=["district", "-checked_at", "-id"],
                condition=Q(kept=False),
                name="commitment_broken_place",
            ),
            models.Index(
                fields=["bureau", "barred_until"],
                condition=Q(revoked_at__isnull=False),
                name="commitment_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.ref}"

    def statement(self, permit: "Permit") -> str:
        """The text that is signed; in the canonical form of the record."""
        return text_of(
            {
                "number": permit.line_works.application,
                "permit": permit.permit,
                "bureau": self.bureau,
                "rules": self.rules_version,
                "conditions": self.conditions,
                "responsible": self.responsible,
                "position": self.position,
            }
        )


def offered(permit: "Permit") -> Commitment:
    """What would be signed for a permit by the rules of its receipt, without who is responsible."""
    words = rules_of(permit).conditions
    return Commitment(
        permit=permit,
        bureau=permit.bureau,
        district=permit.district,
        rules_version=permit.round.rules_version,
        conditions=[{"code": code, **asdict(text)} for code, text in words.items()],
    )


def rules_of(permit: "Permit") -> CommitmentRules:
    return commitment_rules(permit.rules(), permit.permit, permit.route)


def commitment_of(permit: "Permit") -> Commitment | None:
    """None where it was not signed, was signed before such were kept, or has gone on with a later
    round of the line."""
    try:
        return permit.commitment
    except ObjectDoesNotExist:
        return None


def to_check(found: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """Those that were drawn and are not checked yet."""
    return found.filter(selected=True, checked_at__isnull=True)


def is_drawn(permit: uuid.UUID, signed_at: datetime, percent: int) -> bool:
    """Whether a commitment falls into the share that is checked.

    The database sets the instant and the record shows both, so that nobody chooses and everybody
    can do the sum again.
    """
    drawn = hashlib.sha256(f"{permit} {signed_at.astimezone(UTC).isoformat()}".encode()).digest()
    return int.from_bytes(drawn, "big") % WHOLE < percent


def may_be_checked(permit: Any) -> bool:
    found = commitment_of(permit)
    return found is not None and found.checked_at is None


def is_broken(permit: Any) -> bool:
    found = commitment_of(permit)
    return found is not None and found.kept is False
