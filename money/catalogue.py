"""The fee catalogue and the payees, as published."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from publishing.columns import PARTED
from publishing.models import (
    STANDING,
    InForce,
    PublishedManager,
    PublishedRow,
    ends_after_it_begins,
)

if TYPE_CHECKING:
    from applications.models import Application


class Nature(models.TextChoices):
    """Who sets a price (政府定价, 政府指导价, 市场调节价)."""

    SET = "government_set", _("Set by government")
    GUIDED = "government_guided", _("Guided by government")
    MARKET = "market", _("Set by the market")


class DateRange(Func):
    """PostgreSQL's `daterange(from, until, '[]')`: both days included, no end when NULL."""

    function = "daterange"
    template = "%(function)s(%(expressions)s, '[]')"


def one_a_day(name: str) -> ExclusionConstraint:
    """Of one code one standing row is in force on a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            ("code", RangeOperators.EQUAL),
            (DateRange("from_date", "until_date"), RangeOperators.OVERLAPS),
        ],
        condition=STANDING,
    )


class FeeItem(PublishedRow, InForce):
    """One item of the fee catalogue (收费项目目录清单) at one rate, from one day to another.

    `kinds` are those of the cases that are charged by it, `purposes` those that are (empty: all),
    `payees` the codes of who is paid by it (empty: everybody declared but affiliates).
    """

    code = models.CharField(max_length=32)
    item = models.CharField(max_length=120)
    payer = models.CharField(max_length=300)
    # Empty in rows that were published before kinds were said: nobody is charged by them.
    kinds = models.CharField(max_length=200, blank=True)
    purposes = models.CharField(max_length=200, blank=True)
    payees = models.CharField(max_length=300, blank=True)
    unit = models.CharField(max_length=40)
    rate = models.DecimalField(max_digits=14, decimal_places=4)
    nature = models.CharField(max_length=20, choices=Nature.choices)
    legal_basis = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)

    objects = PublishedManager()

    class Meta:
        db_table = "grid_feeitem"
        ordering = ("code", "from_date", "id")
        indexes: ClassVar = [
            models.Index(fields=["code", "from_date", "id"], name="fee_order", condition=STANDING),
        ]
        constraints: ClassVar = [
            one_a_day("fee_ranges_do_not_overlap"),
            models.CheckConstraint(condition=Q(rate__gte=0), name="fee_rate_not_negative"),
            ends_after_it_begins("fee_from_before_until"),
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

    @property
    def words(self) -> str:
        """The row, for whoever is refused by it."""
        return f"{self.code} · {self.item} · {self.from_date}"

    @property
    def paid_to(self) -> str:
        """The codes of who is paid by it; empty: everybody declared but affiliates."""
        return self.payees.replace(PARTED, "、")

    def is_charged_to(self, case: "Application") -> bool:
        purposes = self.purposes.split(PARTED) if self.purposes else [case.purpose]
        return case.kind in self.kinds.split(PARTED) and case.purpose in purposes

    def is_paid_to(self, payee: "Payee") -> bool:
        """An affiliate only by an item that names it (plan 3(3)3)."""
        return payee.code in self.payees.split(PARTED) if self.payees else not payee.affiliated


class Payee(PublishedRow, InForce):
    """Who may be paid for a connection, as the supply company declares it: itself, and others. Of
    an affiliate `relation` says what it is to the company."""

    code = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, blank=True)
    affiliated = models.BooleanField()
    relation = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = PublishedManager()

    class Meta:
        ordering = ("code", "from_date", "id")
        indexes: ClassVar = [
            models.Index(fields=["code", "from_date", "id"], name="payee_order", condition=STANDING)
        ]
        constraints: ClassVar = [
            one_a_day("payee_ranges_do_not_overlap"),
            ends_after_it_begins("payee_from_before_until"),
            models.CheckConstraint(
                condition=Q(affiliated=True) & ~Q(relation="") | Q(affiliated=False, relation=""),
                name="payee_affiliate_has_relation",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(source="") & ~Q(code=""),
                name="payee_has_name_and_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.from_date}"

    @property
    def words(self) -> str:
        return f"{self.code} · {self.name} · {self.from_date}"
