"""The table of complaints about charges."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from core.fields import EncryptedTextField
from money.complaints.workflow import ComplaintMachine, ComplaintState, Ground
from rules import registry
from rules.policy import Policy

if TYPE_CHECKING:
    from applications.models import Application


class Complaint(ComplaintMachine, FSMModelMixin, models.Model):
    """What the applicant's side complains of in one charge.

    `ref` stands for it in the record and at its clock: it is in the record of no case, so that it
    moves nothing there, and the end of a case does not end it. What was complained of never changes
    (portal/grants.py).
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    charge = models.ForeignKey("money.Charge", models.PROTECT, related_name="complaints")
    # That of the charge, for whoever reads by cases.
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="complaints"
    )
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    ground = models.CharField(max_length=16, choices=Ground)
    state = FSMField(
        max_length=9, choices=ComplaintState.choices, default=ComplaintState.OPEN, protected=True
    )
    made_at = models.DateTimeField()
    explained_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # All three may name people; they are empty once they are erased with the person of the case.
    text = EncryptedTextField()
    explanation = EncryptedTextField(blank=True)
    reasons = EncryptedTextField(blank=True)
    clause = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, reasons="", clause="")
                | Q(state="withdrawn", ended_at__isnull=False, reasons="", clause="")
                | Q(state__in=["upheld", "dismissed"], ended_at__isnull=False)
                & (~Q(reasons="") | Q(text="")),
                name="complaint_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explanation="")
                | Q(explained_at__isnull=False) & (~Q(explanation="") | Q(text="")),
                name="complaint_explained_in_words",
            ),
            models.CheckConstraint(
                condition=Q(ground__in=[ground.value for ground in Ground]),
                name="complaint_ground_known",
            ),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(state="open"), name="complaint_one_open"
            ),
            models.UniqueConstraint(
                fields=["charge", "ground"],
                condition=Q(state__in=["upheld", "dismissed"]),
                name="complaint_one_decision_of_a_ground",
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "id"], condition=Q(state="open"), name="complaint_open"
            ),
            models.Index(fields=["state", "-id"], name="complaint_by_state"),
            models.Index(fields=["district", "-id"], name="complaint_by_district"),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.charge_id}"

    @property
    def is_erased(self) -> bool:
        return not self.text

    def rules(self) -> Policy:
        """Those in force when it was made."""
        case: Application = self.application
        return case.in_force(registry.book(self.rules_version), self.made_at)

    def concerns(self, user: User) -> bool:
        """Whether it is about the person's own case."""
        return self.application.concerns(user)
