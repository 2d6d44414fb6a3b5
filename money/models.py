"""The fee catalogue, as published, and what is charged by it."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from publishing.models import STANDING, PublishedManager, PublishedRow


class Nature(models.TextChoices):
    """Who sets a price (政府定价, 政府指导价, 市场调节价)."""

    SET = "government_set", _("Set by government")
    GUIDED = "government_guided", _("Guided by government")
    MARKET = "market", _("Set by the market")


class DateRange(Func):
    """PostgreSQL's `daterange(from, until, '[]')`: both days included, no end when NULL."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


class FeeItem(PublishedRow):
    """One item of the fee catalogue (收费项目目录清单) at one rate, from one day to another."""

    code = models.CharField(max_length=32)
    item = models.CharField(max_length=120)
    payer = models.CharField(max_length=300)
    unit = models.CharField(max_length=40)
    rate = models.DecimalField(max_digits=14, decimal_places=4)
    nature = models.CharField(max_length=20, choices=Nature.choices)
    legal_basis = models.CharField(max_length=300)
    from_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = PublishedManager()

    class Meta:
        db_table = "grid_feeitem"
        ordering = ("code", "from_date", "id")
        indexes: ClassVar = [
            models.Index(fields=["code", "from_date", "id"], name="fee_order", condition=STANDING),
        ]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="fee_ranges_do_not_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (DateRange("from_date", "until_date"), RangeOperators.OVERLAPS),
                ],
                condition=STANDING,
            ),
            models.CheckConstraint(condition=Q(rate__gte=0), name="fee_rate_not_negative"),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
                name="fee_from_before_until",
            ),
            models.CheckConstraint(
                condition=~Q(legal_basis="") & ~Q(source="") & ~Q(code=""),
                name="fee_has_basis_and_source",
            ),
            models.CheckConstraint(
                condition=Q(nature__in=[nature.value for nature in Nature]), name="fee_nature_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.from_date}"

    def in_force(self, on: date) -> bool:
        """Whether the item is in force on a day, both ends included."""
        return self.from_date <= on and (self.until_date is None or on <= self.until_date)


class Charge(models.Model):
    """An amount that a customer is asked for, by an item of the published catalogue.

    The database refuses a row on a home or a three-zero case (trigger `charge_refused`).
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="charges"
    )
    fee_item = models.ForeignKey(FeeItem, on_delete=models.PROTECT, related_name="+")
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    amount_yuan = models.DecimalField(max_digits=12, decimal_places=2)
    payee = models.CharField(max_length=120)
    payee_affiliated = models.BooleanField()
    entered_at = models.DateTimeField()

    class Meta:
        db_table = "applications_charge"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, amount_yuan__gte=0) & ~Q(payee=""),
                name="charge_has_amount_and_payee",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["application", "id"], name="charge_of_case")]
