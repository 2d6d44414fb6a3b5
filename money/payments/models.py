"""The tables of payments and of refunds. Amounts are whole fen."""

from decimal import Decimal
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField, FSMModelMixin

from core.fields import EncryptedTextField
from money.charges.models import Charge
from money.payments.workflow import PaymentMachine, PaymentState, RefundMachine, RefundState
from money.yuan import yuan_of

NUMBER_MAX = 32
TRANSACTION_MAX = 64
OPEN = Q(state="open")
#: Of whose provider it is known that money came.
CAME = Q(state__in=["received", "surplus", "refunded"])
#: Somebody has to look at it.
TO_DO = Q(state__in=["questioned", "surplus"])


class Payment(PaymentMachine, FSMModelMixin, models.Model):
    """What was ordered of a payment provider for a charge, and what came of it.

    `number` is ours and the provider's name for it; `transaction` the provider's own, of the money
    that came. `repeats` is the order for which that came once more; such a payment was never
    ordered. `paid_at` is what the provider says; `questioned` which of its words differ from ours.
    From `ask_at` on, by the server's real clock, the provider is asked about it, for the `asked`th
    time.
    """

    class Differs(models.TextChoices):
        AMOUNT = "amount", _("another amount")
        CURRENCY = "currency", _("another currency")
        MERCHANT = "merchant", _("another payee account")
        TRANSACTION = "transaction", _("no number of the transaction")

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="payments")
    district = models.CharField(max_length=12)
    number = models.CharField(max_length=NUMBER_MAX, unique=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeated")
    provider = models.CharField(max_length=20)
    merchant = models.CharField(max_length=TRANSACTION_MAX)
    amount_fen = models.BigIntegerField()
    state = FSMField(
        max_length=12, choices=PaymentState.choices, default=PaymentState.NEW, protected=True
    )
    transaction = models.CharField(max_length=TRANSACTION_MAX, blank=True)
    questioned = models.CharField(max_length=12, blank=True, choices=Differs.choices)
    # They may name people, though nobody is asked to.
    words = EncryptedTextField(blank=True)
    ordered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charge"], condition=OPEN, name="payment_open_once"),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(state="received"), name="payment_received_once"
            ),
            models.UniqueConstraint(
                fields=["provider", "transaction"],
                condition=~Q(transaction=""),
                name="payment_of_a_transaction_once",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_of_some_fen"),
            models.CheckConstraint(
                condition=CAME & Q(received_at__isnull=False) & ~Q(transaction="")
                | ~CAME & Q(received_at__isnull=True, transaction=""),
                name="payment_received_with_transaction",
            ),
            models.CheckConstraint(
                condition=Q(state="questioned") & ~Q(questioned="")
                | ~Q(state__in=["questioned", "closed"]) & Q(questioned="")
                | Q(state="closed"),
                name="payment_questioned_with_what",
            ),
            models.CheckConstraint(
                condition=OPEN & Q(ask_at__isnull=False) | ~OPEN & Q(ask_at__isnull=True),
                name="payment_asked_while_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["charge", "id"], name="payment_of_charge"),
            models.Index(fields=["ask_at", "id"], condition=OPEN, name="payment_ask"),
            models.Index(fields=["-id"], condition=TO_DO, name="payment_to_do"),
            models.Index(
                fields=["district", "-id"], condition=TO_DO, name="payment_to_do_in_district"
            ),
            models.Index(fields=["district", "-id"], name="payment_of_district"),
            models.Index(fields=["state", "-id"], name="payment_of_state"),
            models.Index(fields=["district", "state", "-id"], name="payment_of_district_state"),
            models.Index(fields=["provider", "received_at"], name="payment_received"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def order_number(self) -> str:
        """By which the provider knows it: what came once more has that of its order."""
        return self.repeats.number if self.repeats else self.number

    @property
    def amount_yuan(self) -> Decimal:
        return yuan_of(self.amount_fen)


class Refund(RefundMachine, FSMModelMixin, models.Model):
    """A part of a payment, or all of it, that is given back; its `number` is the same at every try,
    so that it is given once. All of a payment's that were not closed never come to more than it
    (trigger `refund_guard`). `said` is the provider's own word at the last try."""

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey("applications.Application", models.PROTECT, related_name="+")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    district = models.CharField(max_length=12)
    number = models.CharField(max_length=NUMBER_MAX, unique=True)
    amount_fen = models.BigIntegerField()
    state = FSMField(
        max_length=12, choices=RefundState.choices, default=RefundState.NEW, protected=True
    )
    words = EncryptedTextField(blank=True)
    said = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_of_some_fen"),
            models.CheckConstraint(
                condition=Q(state__in=["done", "closed"], ended_at__isnull=False)
                | ~Q(state__in=["done", "closed"]) & Q(ended_at__isnull=True),
                name="refund_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", ask_at__isnull=False)
                | ~Q(state="asked") & Q(ask_at__isnull=True),
                name="refund_asked_while_on_its_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["payment", "id"], name="refund_of_payment"),
            models.Index(fields=["ask_at", "id"], condition=Q(state="asked"), name="refund_ask"),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="refund_failed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def amount_yuan(self) -> Decimal:
        return yuan_of(self.amount_fen)

    @property
    def charge(self) -> Charge:
        return self.payment.charge
