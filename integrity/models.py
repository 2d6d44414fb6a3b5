"""Signals: what looks like work outside the system, the entries behind it, what became of it."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin, transition

from core.fields import EncryptedTextField
from integrity.states import State


class Signal(FSMModelMixin, models.Model):
    """One occurrence of one sign. Every legal move of its state is a transition here.

    `key` says which occurrence it is: computing the signs again finds the same signal. `ref`
    stands for it in the record. What was found never changes afterwards (trigger
    `integrity_signal_guard`).

    Attributes:
        subject_kind, subject: the case, a keyed digest (address, account), a bureau or a period.
        case_ref: the case, where the sign is about one.
        party: who answers for it: `supplier`, or the code of a bureau.
        entry_id, entry_at: the entry that completed the occurrence, and its instant.
        found_at: the instant of the signal's own first entry.
        rules_version, thresholds: what it was counted with.
        facts: the numbers of its sentence.
    """

    class Subject(models.TextChoices):
        CASE = "case"
        ADDRESS = "address"
        ACCOUNT = "account"
        BUREAU = "bureau"
        PERIOD = "period"

    ref = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(max_length=24, unique=True)
    key = models.CharField(max_length=160, unique=True)
    sign = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=8, choices=Subject)
    subject = models.CharField(max_length=64)
    case_ref = models.UUIDField(null=True)
    district = models.CharField(max_length=12)
    party = models.CharField(max_length=24)
    entry_id = models.BigIntegerField()
    entry_at = models.DateTimeField()
    found_at = models.DateTimeField()
    rules_version = models.CharField(max_length=40)
    thresholds = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)

    state = FSMField(max_length=10, choices=State.choices, default=State.OPEN, protected=True)
    # Both may name people.
    explanation = EncryptedTextField(blank=True)
    decision = EncryptedTextField(blank=True)
    explained_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    order_ref = models.UUIDField(null=True, unique=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(explained_at__isnull=True, explanation="")
                | Q(explained_at__isnull=False) & ~Q(explanation=""),
                name="signal_explained_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["explained", "accepted"]) | Q(explained_at__isnull=False),
                name="signal_explained_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "explained"], decided_at__isnull=True)
                | ~Q(state__in=["open", "explained"]) & Q(decided_at__isnull=False),
                name="signal_decided_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["ordered", "put_right"], order_ref__isnull=False)
                | ~Q(state__in=["ordered", "put_right"]) & Q(order_ref__isnull=True),
                name="signal_ordered_with_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "put_right"], ended_at__isnull=False)
                | ~Q(state__in=["accepted", "put_right"]) & Q(ended_at__isnull=True),
                name="signal_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(party="") & ~Q(district="") & ~Q(subject=""),
                name="signal_of_something_to_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["district", "-id"], name="signal_by_district"),
            models.Index(fields=["party", "district", "-id"], name="signal_by_party"),
            # The scan: which occurrences of a sign are recent.
            models.Index(fields=["sign", "entry_at"], name="signal_recent"),
            models.Index(fields=["case_ref"], name="signal_by_case"),
        ]

    def __str__(self) -> str:
        return self.number

    @transition("state", State.OPEN, State.EXPLAINED)
    def explain(self, *, at: datetime, text: str) -> None:
        """The addressee says how it came about."""
        self.explained_at, self.explanation = at, text

    @transition("state", State.EXPLAINED, State.ACCEPTED)
    def accept(self, *, at: datetime, text: str) -> None:
        """The regulator takes the explanation: nothing was wrong."""
        self.decided_at = self.ended_at = at
        self.decision = text

    @transition("state", [State.OPEN, State.EXPLAINED], State.CONFIRMED)
    def confirm(self, *, at: datetime, text: str) -> None:
        """The regulator finds that work was done outside the system, or filled in afterwards."""
        self.decided_at, self.decision = at, text

    @transition("state", State.CONFIRMED, State.ORDERED)
    def order(self, *, at: datetime, order_ref: uuid.UUID) -> None:
        """The regulator orders it to be put right."""
        self.order_ref = order_ref

    @transition("state", State.ORDERED, State.PUT_RIGHT)
    def put_right(self, *, at: datetime) -> None:
        """The order was closed."""
        self.ended_at = at


class Evidence(models.Model):
    """An entry of the record behind a signal. Never changed, never deleted (portal/grants.py)."""

    signal = models.ForeignKey(Signal, on_delete=models.PROTECT, related_name="evidence")
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["signal", "entry_id"], name="evidence_once_a_signal")
        ]
        indexes = [models.Index(fields=["entry_id"], name="evidence_by_entry")]

    def __str__(self) -> str:
        return f"{self.signal_id} {self.entry_id}"


class Scan(models.Model):
    """How far the record was looked through: one row.

    Attributes:
        position: index in the log of the last entry seen; -1 before the first.
        latest_at: the latest instant among the entries seen; periods before its month are over.
    """

    position = models.BigIntegerField(default=-1)
    latest_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="scan_is_one_row")]

    def __str__(self) -> str:
        return str(self.position)
