"""Orders to put something right, with their machine, and what was said at each step."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from core.fields import EncryptedTextField
from rectification.states import OPEN, STEP_TYPES, WITH_ADDRESSEE, State


def never_escalated(order: Any) -> bool:
    """Whether the lead agency does not have the order yet."""
    return order.escalated_at is None


class Order(FSMModelMixin, models.Model):
    """One order of the regulator. Every legal move of its state is a transition here.

    `ref` stands for it in the record and at its clock. What it asks of whom, and the days given,
    never change after issue (trigger `rectification_order_guard`). `answered_at` is the instant
    of the answer that stands: empty again where it was sent back.
    """

    class Subject(models.TextChoices):
        CASE = "case"
        PERMIT = "permit"
        SIGNAL = "signal"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=24, unique=True)
    party = models.CharField(max_length=24)
    district = models.CharField(max_length=12)
    subject_kind = models.CharField(max_length=8, choices=Subject, blank=True, default="")
    subject_ref = models.UUIDField(null=True)
    # What is to be put right may name people.
    text = EncryptedTextField()
    clause = models.CharField(max_length=200, blank=True)
    days = models.PositiveSmallIntegerField()
    state = FSMField(max_length=10, choices=State.choices, default=State.ISSUED, protected=True)
    issued_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["answered", "closed"], answered_at__isnull=False)
                | Q(state__in=["issued", "escalated"], answered_at__isnull=True),
                name="order_answered_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | ~Q(state="closed") & Q(closed_at__isnull=True),
                name="order_closed_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="escalated") | Q(escalated_at__isnull=False),
                name="order_escalated_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(escalated_at__isnull=True),
                name="order_stays_with_lead_agency",
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_ref__isnull=True)
                | Q(subject_kind__in=["case", "permit", "signal"], subject_ref__isnull=False),
                name="order_subject_named",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1) & ~Q(party="") & ~Q(district="") & ~Q(text=""),
                name="order_asks_something_of_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party", "district", "id"],
                condition=Q(state__in=sorted(OPEN)),
                name="order_open",
            ),
            models.Index(fields=["district", "-id"], name="order_by_district"),
            models.Index(fields=["subject_ref"], name="order_by_subject"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def with_addressee(self) -> bool:
        """Whether the addressee has it, so that its clock runs."""
        return self.state in WITH_ADDRESSEE

    @property
    def back_to(self) -> State:
        """Where an answer that is not enough leads back to."""
        return State.ISSUED if never_escalated(self) else State.ESCALATED

    @transition("state", [State.ISSUED, State.ESCALATED], State.ANSWERED)
    def answer(self, *, at: datetime) -> None:
        """The addressee says what was put right."""
        self.answered_at = at

    @transition("state", State.ANSWERED, RETURN_VALUE(State.ISSUED, State.ESCALATED))
    def send_back(self, *, at: datetime) -> State:
        """The answer is not enough: the addressee has it again, with what is left of its days."""
        self.answered_at = None
        return self.back_to

    @transition("state", State.ANSWERED, State.CLOSED)
    def close(self, *, at: datetime) -> None:
        """It is put right."""
        self.closed_at = at

    @transition(
        "state", [State.ISSUED, State.ANSWERED], State.ESCALATED, conditions=[never_escalated]
    )
    def escalate(self, *, at: datetime) -> None:
        """The lead agency takes it up; the addressee has it, with what is left of its days."""
        self.answered_at, self.escalated_at = None, at


class Statement(models.Model):
    """What was said at one step of an order. Never changed, never deleted (portal/grants.py).

    Args of a row: `seq` is the number of the step's entry in the order's record.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="statements")
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=8, choices=[(name, name) for name in STEP_TYPES])
    text = EncryptedTextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "seq"], name="statement_once_a_step"),
            models.CheckConstraint(
                condition=Q(action__in=["answer", "return", "close", "escalate"]),
                name="statement_of_a_step",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.action} {self.seq}"
