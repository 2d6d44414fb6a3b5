"""The table of orders of materials and meters."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from applications.materials.serializers import REASON_MAX
from applications.materials.workflow import OPEN, MaterialOrderMachine, MaterialOrderState
from applications.plans.models import PlanLine
from applications.serializers import METER_MAX
from rules.materials import Item, material_rules

OPEN_NOW = Q(state__in=[state.value for state in OPEN])


class MaterialOrderQuerySet(models.QuerySet["MaterialOrder"]):
    def open(self) -> "MaterialOrderQuerySet":
        return self.filter(OPEN_NOW)


class MaterialOrder(MaterialOrderMachine, FSMModelMixin, models.Model):
    """One item that was ordered for a case; never deleted, and nobody's personal data.

    `ref` is what both systems know it by, and a part of its case's record. `line` is the line of
    the plan that it is for, at high voltage; `meter`, whether it comes with numbers. From `late_at`
    on it is late while it has not come; null where no rule says when.
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="material_orders"
    )
    district = models.CharField(max_length=12)
    item = models.CharField(max_length=40)
    meter = models.BooleanField()
    quantity = models.DecimalField(max_digits=12, decimal_places=2)
    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="+", null=True)
    state = FSMField(
        max_length=12,
        choices=MaterialOrderState.choices,
        default=MaterialOrderState.NEW,
        protected=True,
    )
    ordered_at = models.DateTimeField()
    # Of its last step.
    changed_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    meter_numbers = ArrayField(models.CharField(max_length=METER_MAX), default=list, blank=True)
    reason = models.CharField(max_length=REASON_MAX, blank=True)
    version = models.PositiveIntegerField(default=0)

    ORDER: ClassVar = ("-id",)

    objects: ClassVar = MaterialOrderQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "item", "line"],
                condition=OPEN_NOW,
                name="material_open_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="material_of_some_quantity"),
            models.CheckConstraint(
                condition=Q(meter_numbers=[]) | Q(meter=True, state="delivered"),
                name="material_numbers_of_delivered_meters",
            ),
            models.CheckConstraint(
                condition=Q(reason="") & ~Q(state="refused") | ~Q(reason="") & Q(state="refused"),
                name="material_refused_with_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "-id"], name="material_of_case"),
            models.Index(
                fields=["ordered_at"], condition=Q(state="ordered"), name="material_not_taken_on"
            ),
            models.Index(
                fields=["district", "late_at", "id"],
                condition=OPEN_NOW & Q(late_at__isnull=False),
                name="material_late",
            ),
            GinIndex(
                fields=["meter_numbers"],
                condition=~Q(meter_numbers=[]),
                name="material_meters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.item}"

    @property
    def catalogued(self) -> Item | None:
        """What the catalogue says of it now; None where it has it no more."""
        return material_rules().items.get(self.item)

    @property
    def item_name(self) -> str:
        return str(self.catalogued.name) if self.catalogued else self.item

    @property
    def unit(self) -> str:
        return str(self.catalogued.unit) if self.catalogued else ""
