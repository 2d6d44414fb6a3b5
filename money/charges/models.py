"""The table of charges."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django_fsm import FSMField, FSMModelMixin

from core.fields import EncryptedTextField
from money.catalogue import FeeItem, Payee
from money.charges.workflow import ChargeMachine, ChargeState
from money.yuan import fen_of

SETTLED = Q(state__in=["paid", "refunded"])
ENDED = Q(state__in=["withdrawn", "refunded"])


class Charge(ChargeMachine, FSMModelMixin, models.Model):
    """An amount that a customer is asked for, by an item of the published catalogue.

    `ref` stands for it as a part of its case's record, `words` say why it was taken back.
    `declared` is the payee as it was declared then; charges from before payees were declared have
    only what was typed. The database refuses a row on a home or a three-zero case (trigger
    `charge_refused`).
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="charges"
    )
    fee_item = models.ForeignKey(FeeItem, on_delete=models.PROTECT, related_name="+")
    district = models.CharField(max_length=12)
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2)
    payee = models.CharField(max_length=120)
    payee_affiliated = models.BooleanField()
    declared = models.ForeignKey(Payee, on_delete=models.PROTECT, null=True, related_name="+")
    state = FSMField(
        max_length=12, choices=ChargeState.choices, default=ChargeState.NEW, protected=True
    )
    words = EncryptedTextField(blank=True)
    entered_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "applications_charge"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_yuan__gte=0) & ~Q(payee=""),
                name="charge_has_amount_and_payee",
            ),
            models.CheckConstraint(
                condition=SETTLED & Q(paid_at__isnull=False, amount_yuan__gt=0)
                | ~SETTLED & Q(paid_at__isnull=True),
                name="charge_paid_with_instant",
            ),
            models.CheckConstraint(
                condition=ENDED & Q(ended_at__isnull=False) | ~ENDED & Q(ended_at__isnull=True),
                name="charge_ended_with_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "id"], name="charge_of_case"),
            models.Index(fields=["-entered_at", "-id"], name="charge_newest"),
            models.Index(fields=["district", "-entered_at", "-id"], name="charge_of_district"),
            models.Index(
                fields=["district", "-entered_at", "-id"],
                condition=Q(payee_affiliated=True),
                name="charge_to_affiliates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_item_id} {self.amount_yuan}"

    @property
    def amount_fen(self) -> int:
        return fen_of(self.amount_yuan)

    @property
    def affiliate_words(self) -> str:
        """What an affiliate that is paid is to the supply company; empty of everybody else."""
        if not self.payee_affiliated:
            return ""
        if not (self.declared and self.declared.relation):
            return gettext("affiliated with the supply company")
        words = gettext("Affiliated with the supply company: %(relation)s")
        return words % {"relation": self.declared.relation}
