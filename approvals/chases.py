"""Chasing (催办): the digital bureau, or the lead of the district, asks on record whoever is
awaited what keeps a permit.

A chase is of the party whose turn it was. It waits for an answer while it is that party's turn:
what the party does counts as much as what it says, and moves the turn by itself.
"""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from rest_framework.serializers import CharField, ChoiceField, Serializer

from accounts.roles import Role
from approvals.workflow import GOVERNMENT, SUPPLIER, TURN, State
from core.answers import Instant, MaybeInstant, MaybeText
from workflow.run import Step

if TYPE_CHECKING:
    from approvals.models import Permit


class Chase(models.Model):
    permit = models.ForeignKey("approvals.Permit", on_delete=models.PROTECT, related_name="chases")
    party = models.CharField(max_length=10)
    # As what it was asked: that role hears the answer.
    role = models.CharField(max_length=20, default=Role.DIGITAL)
    words = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["permit", "party"],
                condition=Q(answered_at__isnull=True),
                name="one_chase_waits_of_a_party",
            ),
            models.CheckConstraint(
                condition=Q(party__in=["government", "supplier"]), name="chase_of_a_party"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__gte=F("asked_at")) & ~Q(answer=""),
                name="chase_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.permit_id} {self.party}"

    def waits(self) -> bool:
        """For an answer of whoever is awaited now."""
        return self.answered_at is None and self.party == TURN[State(self.permit.state)]


class ChaseAnswer(Serializer[Any]):
    """A chase, by what `role`, and what whoever was awaited answered."""

    role = CharField()
    party = ChoiceField([GOVERNMENT, SUPPLIER])
    words = MaybeText()
    asked_at = Instant()
    answer = MaybeText()
    answered_at = MaybeInstant()


def waiting_chase(permit: "Permit") -> Chase | None:
    return next((chase for chase in permit.chases.all() if chase.waits()), None)


def chase(step: "Step[Permit]") -> None:
    """Ask the party whose turn it is; no clock moves."""
    party: Any = TURN[State(step.thing.state)]  # somebody's, in the states of the act
    at = step.record()
    said = {"words": step.values["words"], "role": step.actor.role}
    Chase.objects.create(permit=step.thing, party=party, asked_at=at, **said)


def answer_chase(step: "Step[Permit]") -> None:
    """Say what keeps it, and until when."""
    waiting: Any = waiting_chase(step.thing)  # a guard of the act
    waiting.answered_at, waiting.answer = step.record(), step.values["answer"]
    waiting.save(update_fields=["answered_at", "answer"])
