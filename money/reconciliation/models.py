"""The bills of a provider's days, and what of them differs from ours."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import EncryptedTextField

#: Of a number of ours at a provider.
NUMBER_MAX = 64


class BillState(models.TextChoices):
    WAITING = "waiting", _("Not there yet")
    FETCHED = "fetched", _("Fetched")
    WRONG = "wrong", _("Refused: it disagrees with itself")
    NONE = "none", _("None came")


class Bill(models.Model):
    """A day in the city at one provider, as its bill was last taken.

    Attributes:
        digest: SHA-256 of the file, in hex.
        due_at: when it is asked for the next time; None: no more.
    """

    provider = models.CharField(max_length=20)
    day = models.DateField()
    state = models.CharField(max_length=8, choices=BillState, default=BillState.WAITING)
    digest = models.CharField(max_length=64, blank=True)
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "day"], name="bill_of_a_day"),
            models.CheckConstraint(
                condition=Q(state="fetched", imported_at__isnull=False) & ~Q(digest="")
                | ~Q(state="fetched") & Q(imported_at__isnull=True, digest=""),
                name="bill_fetched_with_digest",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="bill_due"),
            models.Index(fields=["-day", "-id"], name="bill_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"


class BillEntry(models.Model):
    """A payment, or with our number of it a refund, as a bill has it."""

    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="entries")
    order = models.CharField(max_length=NUMBER_MAX)
    refund = models.CharField(max_length=NUMBER_MAX, blank=True)
    transaction = models.CharField(max_length=NUMBER_MAX)
    amount_fen = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_fen__gte=0) & ~Q(order=""), name="bill_entry_has_amount"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["order"], name="bill_entry_of_order")]

    def __str__(self) -> str:
        return self.refund or self.order


class Difference(models.Model):
    """What a day's bill and we do not have alike; it never changes but to be explained, or to be
    none any more.

    Attributes:
        ref: stands for it in the record.
        district: of the payment; empty where it is none of ours.
        said: of a bill that is refused, what is wrong; of one that was changed, both digests
            (`money.reconciliation.wording`).
        words: the explanation; it may name people.
    """

    class Kind(models.TextChoices):
        THEIRS = "theirs", _("Only with the provider")
        OURS = "ours", _("Only here")
        AMOUNT = "amount", _("Another amount")
        STATE = "state", _("Another state")
        BILL = "bill", _("The bill is refused")
        CHANGED = "changed", _("The bill was changed afterwards")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("difference", "Open")
        EXPLAINED = "explained", pgettext_lazy("difference", "Explained")
        AGREED = "agreed", pgettext_lazy("difference", "Agrees by now")

    ref = models.UUIDField(default=uuid4, unique=True)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="differences")
    kind = models.CharField(max_length=8, choices=Kind)
    district = models.CharField(max_length=12, blank=True)
    order = models.CharField(max_length=NUMBER_MAX, blank=True)
    refund = models.CharField(max_length=NUMBER_MAX, blank=True)
    transaction = models.CharField(max_length=NUMBER_MAX, blank=True)
    theirs_fen = models.BigIntegerField(null=True)
    ours_fen = models.BigIntegerField(null=True)
    ours_state = models.CharField(max_length=20, blank=True)
    said = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField()
    words = EncryptedTextField(blank=True)
    explained_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state="open", words="", explained_by__isnull=True, ended_at__isnull=True
                )
                | Q(state="explained", explained_by__isnull=False, ended_at__isnull=False)
                & ~Q(words="")
                | Q(state="agreed", words="", explained_by__isnull=True, ended_at__isnull=False),
                name="difference_ended_as_said",
            ),
            models.UniqueConstraint(
                fields=["bill", "kind", "order", "refund", "transaction"],
                condition=Q(state="open"),
                name="difference_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-id"], name="difference_by_state"),
            models.Index(fields=["kind", "-id"], name="difference_by_kind"),
            models.Index(fields=["district", "-id"], name="difference_by_district"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.refund or self.order}"
