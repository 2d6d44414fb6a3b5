"""The table of enquiries."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from applications.enquiries.workflow import EnquiryMachine, EnquiryState
from core.fields import EncryptedTextField
from rules import registry
from rules.policy import Policy

if TYPE_CHECKING:
    from applications.models import Application


class Enquiry(EnquiryMachine, FSMModelMixin, models.Model):
    """A question of the applicant's side about a case.

    `ref` stands for it in the record and at its clock, which the case's end does not stop. What was
    asked never changes (portal/grants.py).
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="enquiries"
    )
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    state = FSMField(
        max_length=8, choices=EnquiryState.choices, default=EnquiryState.OPEN, protected=True
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    # Both may name people.
    text = EncryptedTextField()
    answer_text = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True, answer_text="")
                # Both texts are empty once they are erased with the person of the case.
                | Q(state="answered", answered_at__isnull=False)
                & (~Q(text="") & ~Q(answer_text="") | Q(text="", answer_text="")),
                name="enquiry_answered_in_words",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "id"], condition=Q(state="open"), name="enquiry_open"),
            models.Index(
                fields=["district", "-id"], condition=Q(state="answered"), name="enquiry_answered"
            ),
            models.Index(fields=["district", "-id"], name="enquiry_by_district"),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.pk}"

    def rules(self) -> Policy:
        """Those in force when it was asked."""
        return self.application.in_force(registry.book(self.rules_version), self.asked_at)

    def concerns(self, user: User) -> bool:
        """Whether it is about the person's own case."""
        case: Application = self.application
        return case.concerns(user)
