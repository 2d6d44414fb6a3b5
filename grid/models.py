from typing import ClassVar

from django.db import models
from django.db.models import F, Q

# Django finds the tables of an app here.
from grid.rental.models import RentalUnit  # noqa: F401
from publishing.models import STANDING, PublishedManager, PublishedRow


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
