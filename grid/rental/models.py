"""The register of units for rent, as published rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from grid.rental.days import Days
from publishing.models import STANDING, PublishedManager, PublishedRow

CODE_MAX, NAME_MAX, WORDS_MAX = 32, 80, 300


class RentalUnit(PublishedRow):
    """Equipment that supplies power for a while, such as a box-type substation or a generator.

    `code` is what it is known by for good, through every correction; `place` where it stands while
    nobody has it; `fee_code` the item of the fee catalogue that says its price.
    """

    code = models.CharField(max_length=CODE_MAX)
    district = models.CharField(max_length=12)
    name = models.CharField(max_length=NAME_MAX)
    equipment = models.CharField(max_length=NAME_MAX)
    capacity_kva = models.DecimalField(max_digits=12, decimal_places=2)
    voltage_kv = models.DecimalField(max_digits=6, decimal_places=2)
    place = models.CharField(max_length=WORDS_MAX)
    fee_code = models.CharField(max_length=32)
    data_date = models.DateField()

    objects = PublishedManager()

    #: The item of the fee catalogue in force on a day, or None; the ranges of days on which nobody
    #: has it, and since when it should be back but is not: set by whoever reads rows.
    price: Any
    free: Sequence[Days]
    late_since: date | None

    class Meta:
        ordering = ("district", "name", "id")
        indexes: ClassVar = [
            models.Index(
                fields=["district", "name", "id"], name="rental_unit_order", condition=STANDING
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=STANDING, name="one_standing_rental_unit"
            ),
            models.CheckConstraint(
                condition=Q(capacity_kva__gt=0) & Q(voltage_kv__gt=0),
                name="rental_unit_has_capacity",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(equipment="") & ~Q(place="")
                & ~Q(fee_code="") & ~Q(source=""),
                name="rental_unit_says_what_and_where",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"
