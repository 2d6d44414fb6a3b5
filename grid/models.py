"""What the supply company publishes about money and capacity, and the publications themselves.

Rows are facts as published: nothing in them is ever changed or deleted (a trigger refuses it).
A correction publishes a new row and notes on the old one in which publication it was replaced,
so every earlier state of a table can be shown.
"""

from datetime import date
from typing import Any, ClassVar, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User

M = TypeVar("M", bound=models.Model)

STANDING = Q(replaced_in__isnull=True)


class Kind(models.TextChoices):
    """The tables that are published; outages and customers live in the app above."""

    FEES = "fees", _("Fee catalogue")
    CAPACITY = "capacity", _("Open capacity")
    OUTAGES = "outages", _("Outages")
    CUSTOMERS = "customers", _("Customers served")


class Publication(models.Model):
    """One publication of one table: numbered, dated by the record, with its source."""

    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    entry = models.BigIntegerField(unique=True)
    role = models.CharField(max_length=20)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=500, blank=True)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    withdrawn = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="one_publication_per_number"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="publication_kind_known"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="publication_has_source"),
            models.CheckConstraint(
                condition=Q(changed=0, withdrawn=0) | ~Q(note=""), name="correction_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(added__gt=0) | Q(changed__gt=0) | Q(withdrawn__gt=0),
                name="publication_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Draft(models.Model):
    """A file or form on its way to publication: kept until published or discarded.

    `withdraws` is the row that it takes out of the table; then it has no text.
    """

    kind = models.CharField(max_length=12, choices=Kind.choices)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    file_name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    whole = models.BooleanField(default=False)
    withdraws = models.BigIntegerField(null=True, blank=True)
    publication = models.OneToOneField(
        Publication, models.PROTECT, null=True, blank=True, related_name="draft"
    )

    class Meta:
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(
                fields=["by", "kind"], name="draft_open", condition=Q(publication__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} draft {self.pk}"


class PublishedManager(models.Manager[M]):
    """Published rows, by when they stand."""

    def standing(self) -> models.QuerySet[M]:
        """The rows that stand now."""
        return self.filter(STANDING)

    def as_of(self, number: int) -> models.QuerySet[M]:
        """The rows that stood right after publication `number` of their table."""
        later = Q(replaced_in__isnull=True) | Q(replaced_in__number__gt=number)
        return self.filter(later, publication__number__lte=number)


class PublishedRow(models.Model):
    """A row of a published table: in which publication it came, in which it was replaced."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+")
    replaced_in = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=300)

    objects: Any

    class Meta:
        abstract = True


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


class CapacityRow(PublishedRow):
    """What one line of one transformer can still take (可开放容量), load side only, in kVA."""

    district = models.CharField(max_length=12)
    substation = models.CharField(max_length=80)
    voltage_kv = models.DecimalField(max_digits=6, decimal_places=2)
    transformer = models.CharField(max_length=60)
    line = models.CharField(max_length=80)
    capacity_kva = models.DecimalField(max_digits=12, decimal_places=2)
    open_kva = models.DecimalField(max_digits=12, decimal_places=2)
    limited = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    measure = models.CharField(max_length=300, blank=True)
    expected_end = models.DateField(null=True, blank=True)
    data_date = models.DateField()

    objects = PublishedManager()

    class Meta:
        ordering = ("district", "substation", "line", "id")
        indexes: ClassVar = [
            models.Index(
                fields=["district", "substation", "line", "id"],
                name="capacity_order",
                condition=STANDING,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "substation", "transformer", "line"],
                condition=STANDING,
                name="one_standing_capacity_row",
            ),
            models.CheckConstraint(
                condition=Q(open_kva__gte=0) & Q(open_kva__lte=F("capacity_kva")),
                name="open_within_capacity",
            ),
            models.CheckConstraint(
                condition=Q(limited=False) | ~Q(reason=""), name="limited_says_why"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="capacity_has_source"),
        ]

    def __str__(self) -> str:
        return f"{self.substation} {self.line}"
