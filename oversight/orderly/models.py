"""The tables of orderly use."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin

from oversight.orderly.bodies import Reason
from oversight.orderly.workflow import (
    DistrictPlanMachine,
    DistrictState,
    ExecutionMachine,
    ExecutionState,
    PlanMachine,
    PlanState,
)


class ByLevel(models.Model):
    """Megawatts to be shed at the levels I to IV, as typed; None: nothing is said yet."""

    level_1 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    level_2 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    level_3 = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    level_4 = models.DecimalField(max_digits=8, decimal_places=2, null=True)

    class Meta:
        abstract = True

    @property
    def levels(self) -> list[Decimal | None]:
        return [self.level_1, self.level_2, self.level_3, self.level_4]


class CityPlan(PlanMachine, FSMModelMixin, ByLevel):
    """The city's plan, which never changes once it is issued. `due_on`: by when the districts hand
    in theirs."""

    ref = models.UUIDField(default=uuid4, unique=True)
    name = models.CharField(max_length=60)
    begins_on = models.DateField()
    ends_on = models.DateField()
    livelihood = ArrayField(models.CharField(max_length=20))
    important = ArrayField(models.CharField(max_length=20))
    state = FSMField(
        max_length=6, choices=PlanState.choices, default=PlanState.DRAFT, protected=True
    )
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")), name="orderly_plan_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", issued_at__isnull=True, due_on__isnull=True)
                | Q(state="issued", issued_at__isnull=False, due_on__isnull=False),
                name="orderly_plan_issued_with_day",
            ),
            models.CheckConstraint(
                condition=Q(
                    level_1__isnull=False, level_2__isnull=False, level_3__isnull=False,
                    level_4__isnull=False,
                ),
                name="orderly_plan_has_levels",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["state", "-id"], name="orderly_plan_by_state")]

    def __str__(self) -> str:
        return self.name

    def in_force(self, today: date) -> bool:
        return self.state == PlanState.ISSUED and self.begins_on <= today <= self.ends_on


class DistrictPlan(DistrictPlanMachine, FSMModelMixin, ByLevel):
    """What one district has to hand in for a plan: as it stands now, of this round. What was handed
    in before, `HandIn` keeps. `chased_at`: the last time since it was handed in."""

    ref = models.UUIDField(default=uuid4, unique=True)
    plan = models.ForeignKey(CityPlan, models.PROTECT, related_name="districts")
    district = models.CharField(max_length=12)
    state = FSMField(
        max_length=9, choices=DistrictState.choices, default=DistrictState.AWAITED, protected=True
    )
    round = models.PositiveSmallIntegerField(default=1)
    due_on = models.DateField()
    late_from = models.DateTimeField()
    words = models.TextField(blank=True)
    handed_in_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    chased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "district"], name="orderly_district_once"),
            models.CheckConstraint(
                condition=Q(state="awaited")
                | Q(handed_in_at__isnull=False, level_1__isnull=False, level_2__isnull=False,
                    level_3__isnull=False, level_4__isnull=False),
                name="orderly_district_handed_in_with_levels",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at__isnull=True),
                name="orderly_district_accepted_with_instant",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["district", "late_from", "id"],
                condition=Q(state="awaited"),
                name="orderly_district_awaited",
            ),
            models.Index(
                fields=["id"], condition=Q(state="handed_in"), name="orderly_district_to_judge"
            ),
            models.Index(fields=["district", "-id"], name="orderly_district_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.district}"


class HandIn(ByLevel):
    """One round of a district: what it handed in, by which day and when, and why it was given back.
    Its figures never change (portal/grants.py)."""

    of = models.ForeignKey(DistrictPlan, models.PROTECT, related_name="rounds")
    round = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    on_time = models.BooleanField()
    at = models.DateTimeField()
    words = models.TextField()
    reasons = models.TextField(blank=True)
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "round"], name="orderly_round_once"),
            models.CheckConstraint(
                condition=Q(given_back_at__isnull=True, reasons="")
                | Q(given_back_at__isnull=False) & ~Q(reasons=""),
                name="orderly_given_back_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.round}"


class DistrictChase(models.Model):
    """The regulator asked a late district on record. Never changed (portal/grants.py)."""

    of = models.ForeignKey(DistrictPlan, models.PROTECT, related_name="chases")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    words = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.of_id} {self.at:%F}"


class Execution(ExecutionMachine, FSMModelMixin, models.Model):
    """What was carried out: its times are those of its entries in the record. `shed_mw` is None
    where it was not measured, or is not over."""

    ref = models.UUIDField(default=uuid4, unique=True)
    plan = models.ForeignKey(CityPlan, models.PROTECT, related_name="executions")
    level = models.PositiveSmallIntegerField()
    districts = ArrayField(models.CharField(max_length=12))
    ordered_mw = models.DecimalField(max_digits=8, decimal_places=2)
    shed_mw = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    reason = models.CharField(max_length=10, choices=Reason)
    state = FSMField(
        max_length=7, choices=ExecutionState.choices, default=ExecutionState.RUNNING, protected=True
    )
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True, shed_mw__isnull=True)
                | Q(state="ended", ended_at__isnull=False),
                name="orderly_execution_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=4), name="orderly_execution_at_a_level"
            ),
            models.CheckConstraint(condition=~Q(districts=[]), name="orderly_execution_somewhere"),
        ]
        indexes = [
            models.Index(fields=["plan", "-id"], name="orderly_execution_by_plan"),
            models.Index(
                fields=["id"], condition=Q(state="running"), name="orderly_execution_running"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.pk}"


class ExecutionCorrection(models.Model):
    """What stood there before a correction, and why it was corrected. Never changed
    (portal/grants.py)."""

    of = models.ForeignKey(Execution, models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    ordered_mw = models.DecimalField(max_digits=8, decimal_places=2)
    shed_mw = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    reason = models.CharField(max_length=10, choices=Reason)
    why = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.of_id} {self.at:%F}"
