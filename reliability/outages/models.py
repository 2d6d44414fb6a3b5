"""The tables of outages, of what each takes the power from, and of who was without it when."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import F, GeneratedField, Q
from django.db.models.functions import Coalesce
from django_fsm import FSMField, FSMModelMixin

from grid.models import Element
from grid.points.models import AreaClass, Level
from reliability.crews.models import RepairCrew
from reliability.outages.kinds import Nature, OutageKind
from reliability.outages.workflow import OutageMachine, OutageState
from reliability.patrols.models import Defect


class Outage(OutageMachine, FSMModelMixin, models.Model):
    """`ref` stands for it in the record. What is planned is data; every other time is that of the
    entry which told it. `corrected_…`: what the times were where the entries came later.

    `number_of_case`, `case_ref`: the connection whose works need it. `medium`, `low`: how many
    customers of each level it takes the power from, as of its announcement or its beginning.
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=12)
    kind = models.CharField(max_length=12, choices=OutageKind)
    nature = models.CharField(max_length=20, choices=Nature)
    area = models.CharField(max_length=300)
    cause = models.CharField(max_length=300)
    regulation = models.CharField(max_length=300, blank=True)
    excluded_by_policy = models.BooleanField(default=False)
    important = models.BooleanField(default=False)
    state = FSMField(
        max_length=10, choices=OutageState.choices, default=OutageState.NEW, protected=True
    )
    planned_from = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    short_notice = models.BooleanField(default=False)
    short_notice_reason = models.CharField(max_length=300, blank=True)
    again_reason = models.CharField(max_length=300, blank=True)
    not_live_reason = models.CharField(max_length=300, blank=True)
    number_of_case = models.CharField(max_length=20, blank=True)
    case_ref = models.UUIDField(null=True)
    defect = models.ForeignKey(Defect, models.PROTECT, null=True, related_name="outages")
    rules_version = models.CharField(max_length=40)
    announced_at = models.DateTimeField()
    # When the plan was changed last.
    changed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    section = models.CharField(max_length=300, blank=True)
    located_at = models.DateTimeField(null=True)
    crew_at = models.DateTimeField(null=True)
    crew = models.ForeignKey(RepairCrew, models.PROTECT, null=True, related_name="outages")
    repairing_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    estimated_at = models.DateTimeField(null=True)
    # When it was back for some last, while others were without it.
    part_restored_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=300, blank=True)
    corrected_started_at = models.DateTimeField(null=True)
    corrected_restored_at = models.DateTimeField(null=True)
    corrected_at = models.DateTimeField(null=True)
    correction = models.CharField(max_length=300, blank=True)
    medium = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    # What lists are sorted by.
    begins_at = GeneratedField(
        expression=Coalesce("corrected_started_at", "started_at", "planned_from"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-begins_at", "-id"], name="outages_order"),
            models.Index(fields=["district", "-begins_at", "-id"], name="outages_of_district"),
            models.Index(
                fields=["begins_at", "id"],
                condition=Q(state="announced"),
                name="outages_ahead",
            ),
            models.Index(
                fields=["begins_at", "id"],
                condition=Q(state__in=["off", "located", "crew", "repairing"]),
                name="outages_now",
            ),
            models.Index(
                fields=["-begins_at", "-id"],
                condition=Q(state__in=["restored", "cancelled"]),
                name="outages_past",
            ),
            models.Index(fields=["announced_at"], condition=Q(kind="fault"), name="outages_faults"),
            models.Index(
                fields=["case_ref"], condition=Q(case_ref__isnull=False), name="outages_of_case"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=OutageKind.values) & Q(nature__in=Nature.values),
                name="outages_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(cause="") & ~Q(area="") & ~Q(number=""), name="outages_say_what"
            ),
            models.CheckConstraint(
                condition=~Q(kind="safety") | ~Q(regulation=""), name="outages_safety_cites"
            ),
            models.CheckConstraint(
                condition=Q(excluded_by_policy=False) | Q(kind="safety"),
                name="outages_excluded_for_safety",
            ),
            models.CheckConstraint(
                condition=Q(planned_from=None, planned_until=None, started_at__isnull=False)
                | Q(planned_until__gt=F("planned_from")),
                name="outages_planned_or_begun",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["planned", "temporary", "safety", "restriction"])
                | Q(planned_from=None),
                name="outages_fault_is_not_planned",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["announced", "cancelled"], started_at=None)
                | ~Q(state__in=["announced", "cancelled"]) & Q(started_at__isnull=False),
                name="outages_off_since",
            ),
            models.CheckConstraint(
                condition=Q(state="restored", restored_at__gte=F("started_at"))
                | ~Q(state="restored") & Q(restored_at=None),
                name="outages_restored_after_start",
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(ending="")
                | ~Q(state="cancelled") & Q(ending=""),
                name="outages_cancelled_says_why",
            ),
            models.CheckConstraint(
                condition=Q(crew=None) | Q(crew_at__isnull=False), name="outages_crew_was_sent"
            ),
            models.CheckConstraint(
                condition=Q(short_notice=False) | ~Q(short_notice_reason=""),
                name="outages_short_notice_says_why",
            ),
            models.CheckConstraint(
                condition=Q(expected_at=None, estimated_at=None)
                | Q(expected_at__isnull=False, estimated_at__isnull=False),
                name="outages_estimated_when",
            ),
            models.CheckConstraint(
                condition=Q(corrected_at=None, corrected_started_at=None,
                            corrected_restored_at=None, correction="")
                | Q(corrected_at__isnull=False, restored_at__isnull=False,
                    corrected_started_at__isnull=False,
                    corrected_restored_at__gte=F("corrected_started_at")) & ~Q(correction=""),
                name="outages_corrected_as_a_whole",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def told_at(self) -> datetime:
        """Of the newest of its entries."""
        times = (
            self.announced_at, self.changed_at, self.started_at, self.located_at, self.crew_at,
            self.repairing_at, self.estimated_at, self.part_restored_at, self.ended_at,
            self.corrected_at,
        )  # fmt: skip
        return max(filter(None, times))

    @property
    def off_at(self) -> datetime | None:
        """When the power went off, as corrected."""
        return self.corrected_started_at or self.started_at

    @property
    def on_at(self) -> datetime | None:
        """When it came back for all, as corrected."""
        return self.corrected_restored_at or self.restored_at

    def switched_off(self) -> list[Element]:
        """The elements from which it takes the power, as they were said; one statement."""
        return [row.element for row in self.elements.select_related("element").order_by("id")]

    def still_off(self) -> "models.QuerySet[Interruption]":
        """Whom it interrupts still, while the power is off."""
        return self.interruptions.filter(on_at=None).order_by("element", "area_class", "level")

    @property
    def is_off_in_several(self) -> bool:
        """Whether it can come back for some before it does for all."""
        places = self.still_off().exclude(element="").order_by("element").values("element")
        return len(places.distinct()[:2]) > 1

    def parts(self) -> "models.QuerySet[Interruption]":
        """Whoever had power back before all had it, in the order in which it came."""
        back = self.interruptions.filter(recorded_on_at__isnull=False)
        return back.exclude(recorded_on_at=self.restored_at).order_by("recorded_on_at", "id")


class OutageElement(models.Model):
    """An element of the grid from which an outage takes the power, with all that hangs below it."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="elements")
    element = models.ForeignKey(Element, models.PROTECT, related_name="outages")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outage", "element"], name="outage_element_once"),
        ]

    def __str__(self) -> str:
        return f"{self.outage_id}: {self.element_id}"


class Interruption(models.Model):
    """Customers of one class and level whom an outage takes the power from, at one line or public
    transformer; what all indices are computed from.

    Counted at the announcement, and anew when the power goes off: from then on they stay. `element`
    is the code of what they are connected to; empty where the grid's tables do not say who is
    below. `off_at` and `on_at` are as corrected, `recorded_…` as the record had them.
    """

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="interruptions")
    district = models.CharField(max_length=12)
    area_class = models.CharField(max_length=8, choices=AreaClass.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    element = models.CharField(max_length=60, blank=True)
    line = models.CharField(max_length=60, blank=True)
    customers = models.PositiveIntegerField()
    excluded = models.BooleanField(default=False)
    off_at = models.DateTimeField(null=True)
    on_at = models.DateTimeField(null=True)
    recorded_off_at = models.DateTimeField(null=True)
    recorded_on_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["off_at"], condition=Q(off_at__isnull=False), name="interruption_off"
            ),
            models.Index(fields=["element", "off_at"], name="interruption_of_element"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["outage", "element", "district", "area_class", "level"],
                name="interruption_once",
            ),
            models.CheckConstraint(
                condition=Q(area_class__in=AreaClass.values) & Q(level__in=Level.values),
                name="interruption_words_known",
            ),
            models.CheckConstraint(condition=Q(customers__gt=0), name="interruption_of_somebody"),
            models.CheckConstraint(
                condition=Q(on_at=None) | Q(on_at__gte=F("off_at")),
                name="interruption_on_after_off",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outage_id}: {self.customers}"
