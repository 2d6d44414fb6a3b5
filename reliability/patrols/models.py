"""The tables of patrols and defects."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django_fsm import FSMField, FSMModelMixin

from grid.models import Element
from reliability.patrols.bodies import WORDS_MAX, Severity
from reliability.patrols.workflow import DefectMachine, DefectState, PatrolMachine, PatrolState


class Patrol(PatrolMachine, FSMModelMixin, models.Model):
    """How often one element is patrolled, and when it was last. Who did it under which role stands
    in its record. `late_from`: the end of the due day."""

    ref = models.UUIDField(default=uuid4, unique=True)
    element = models.ForeignKey(Element, models.PROTECT, related_name="patrols")
    district = models.CharField(max_length=12)
    every_days = models.PositiveIntegerField()
    due_on = models.DateField()
    late_from = models.DateTimeField()
    last_done_at = models.DateTimeField(null=True)
    state = FSMField(
        max_length=8, choices=PatrolState.choices, default=PatrolState.NEW, protected=True
    )
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    ORDER: ClassVar = ("late_from", "id")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["late_from", "id"], name="patrols_by_day"),
            models.Index(
                fields=["district", "late_from", "id"],
                condition=Q(state="active"),
                name="patrols_of_district",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["element"], condition=Q(state="active"), name="patrol_once"
            ),
            models.CheckConstraint(condition=Q(every_days__gt=0), name="patrol_again"),
            models.CheckConstraint(
                condition=Q(state="active", ended_at=None)
                | Q(state="ended", ended_at__isnull=False),
                name="patrol_active_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return str(self.element_id)


class Defect(DefectMachine, FSMModelMixin, models.Model):
    """What was found on an element, by a patrol or outside one. `due_on`: by when it is mended, as
    the rules said when it was found."""

    ref = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=20, unique=True)
    element = models.ForeignKey(Element, models.PROTECT, related_name="defects")
    patrol = models.ForeignKey(Patrol, models.PROTECT, null=True, related_name="defects")
    district = models.CharField(max_length=12)
    severity = models.CharField(max_length=8, choices=Severity)
    words = models.CharField(max_length=WORDS_MAX)
    due_on = models.DateField()
    late_from = models.DateTimeField()
    state = FSMField(
        max_length=8, choices=DefectState.choices, default=DefectState.NEW, protected=True
    )
    found_at = models.DateTimeField()
    works = models.CharField(max_length=WORDS_MAX, blank=True)
    ordered_at = models.DateTimeField(null=True)
    mended = models.CharField(max_length=WORDS_MAX, blank=True)
    mended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    ORDER: ClassVar = ("late_from", "id")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["late_from", "id"],
                condition=Q(state__in=["found", "works"]),
                name="defects_open",
            ),
            models.Index(
                fields=["district", "late_from", "id"],
                condition=Q(state__in=["found", "works"]),
                name="defects_of_district",
            ),
            models.Index(fields=["-id"], condition=Q(state="mended"), name="defects_mended"),
            models.Index(fields=["late_from", "id"], name="defects_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values) & ~Q(words=""), name="defect_says_what"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["found", "works"], mended_at=None, mended="")
                | Q(state="mended", mended_at__isnull=False) & ~Q(mended=""),
                name="defect_mended_says_how",
            ),
            models.CheckConstraint(
                condition=Q(works="", ordered_at=None) | ~Q(works="") & Q(ordered_at__isnull=False),
                name="defect_works_were_ordered",
            ),
        ]

    def __str__(self) -> str:
        return self.number
