"""The tables of follow-ups; which rating one is about, and what it says, stands with the case."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from applications.follow_ups.workflow import FollowUpMachine, FollowUpState
from applications.serializers import ACCEPTANCE, END
from core.fields import EncryptedTextField
from rules import registry
from rules.policy import Policy

if TYPE_CHECKING:
    from applications.models import Application


class FollowUp(FollowUpMachine, FSMModelMixin, models.Model):
    """What a low rating obliges the supply company to; one for each that is low.

    `ref` stands for it in the record and at its clock. It is in the record of no case: there its
    steps would tell whoever worked on the case how it was rated. Which rating opened it never
    changes (portal/grants.py); `said` and `done` are of its close.
    """

    class Stage(models.TextChoices):
        ACCEPTANCE = ACCEPTANCE
        END = END

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="follow_ups"
    )
    stage = models.CharField(max_length=10, choices=Stage)
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    state = FSMField(
        max_length=6, choices=FollowUpState.choices, default=FollowUpState.OPEN, protected=True
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Both may name people.
    said = EncryptedTextField(blank=True)
    done = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "stage"], name="follow_up_of_a_rating"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True, said="", done="")
                # Both are empty once they are erased with the person of the case.
                | Q(state="closed", closed_at__isnull=False)
                & (~Q(said="") & ~Q(done="") | Q(said="", done="")),
                name="follow_up_closed_in_words",
            ),
        ]
        indexes = [
            models.Index(
                fields=["district", "id"], condition=Q(state="open"), name="follow_up_open"
            ),
            models.Index(fields=["district", "-id"], name="follow_up_by_district"),
        ]

    def __str__(self) -> str:
        return f"{self.application.number} {self.stage}"

    @property
    def level(self) -> int | None:
        """Of the rating."""
        case: Application = self.application
        return case.acceptance_rating if self.stage == ACCEPTANCE else case.rating

    @property
    def comment(self) -> str:
        case: Application = self.application
        words = case.acceptance_comment if self.stage == ACCEPTANCE else case.rating_comment
        return str(words)

    def rules(self) -> Policy:
        """Those in force when it was opened."""
        book = registry.book(self.rules_version)
        return self.application.in_force(book, self.opened_at)

    def concerns(self, user: User) -> bool:
        """Whether it is about the person's own case."""
        return self.application.concerns(user)
