"""The tables of what monitoring tells, of the faults that it suggests, and of who tells it."""

import json
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin

from core.clock import CityNow
from core.webhooks import ID_MAX
from grid.models import CODE_MAX, Element
from reliability.monitoring.bodies import WORDS_MAX
from reliability.monitoring.kinds import Aside, EventType, Problem
from reliability.monitoring.workflow import SuggestionMachine, SuggestionState
from reliability.outages.models import Outage

SYSTEM_MAX = 20
RAW_SHOWN = 500


class MonitoringSystem(models.Model):
    """When a system was heard last, by our clock; and the newest time that it has told, by its."""

    code = models.CharField(max_length=SYSTEM_MAX, unique=True)
    heard_at = models.DateTimeField()
    reported_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.code


class Suggestion(SuggestionMachine, FSMModelMixin, models.Model):
    """A fault as it follows from events; all times but those of its entries are as reported.

    `elements`: codes of what is without voltage by the last word (of what was, where all have it
    again), without what hangs below another one of them. `located`: the lowest that is above all of
    them. `root`: the top of the grid above. `medium`, `low`: customers below, by the grid's tables.
    `back_at`: from when all had voltage again; null: not all.
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    number = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=12)
    root = models.ForeignKey(Element, models.PROTECT, related_name="+")
    located = models.ForeignKey(Element, models.PROTECT, related_name="+", db_index=False)
    elements = ArrayField(models.CharField(max_length=CODE_MAX))
    section = models.CharField(max_length=WORDS_MAX, blank=True)
    first_lost_at = models.DateTimeField()
    back_at = models.DateTimeField(null=True)
    medium = models.PositiveIntegerField(default=0)
    low = models.PositiveIntegerField(default=0)
    state = FSMField(
        max_length=8, choices=SuggestionState.choices, default=SuggestionState.NEW, protected=True
    )
    suggested_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True, choices=Aside.choices)
    note = models.CharField(max_length=WORDS_MAX, blank=True)
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, related_name="suggestions")
    into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    version = models.PositiveIntegerField(default=0)

    ORDER: ClassVar = ("-suggested_at", "-id")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-suggested_at", "-id"], name="suggestions_order"),
            models.Index(
                fields=["suggested_at", "id"],
                condition=Q(state="waiting"),
                name="suggestions_waiting",
            ),
            models.Index(
                fields=["district", "suggested_at", "id"],
                condition=Q(state="waiting"),
                name="suggestions_of_district",
            ),
            models.Index(
                fields=["-suggested_at", "-id"],
                condition=~Q(state="waiting"),
                name="suggestions_decided",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at=None)
                | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="suggestion_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "joined"], outage__isnull=False)
                | ~Q(state__in=["reported", "joined"]) & Q(outage=None),
                name="suggestion_of_an_outage",
            ),
            models.CheckConstraint(
                condition=Q(state="aside", reason__in=Aside.values)
                | ~Q(state="aside") & Q(reason="", note=""),
                name="suggestion_aside_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", into__isnull=False) & ~Q(into=F("id"))
                | ~Q(state="merged") & Q(into=None),
                name="suggestion_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(back_at=None) | Q(back_at__gte=F("first_lost_at")),
                name="suggestion_back_after_lost",
            ),
            models.CheckConstraint(
                condition=~Q(elements=[]) & ~Q(number=""), name="suggestion_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class MonitoringEvent(models.Model):
    """One row of a message as it came (`raw`, JSON), and what was read of it. It belongs to a
    suggestion, to an outage, to both, or, voltage that came back to what nobody missed, to neither.

    `problem`: why nothing was made of it. `digest`: of `raw`. `reported_at` is by the clock of the
    system, `received_at` by ours.
    """

    system = models.CharField(max_length=SYSTEM_MAX)
    event_id = models.CharField(max_length=ID_MAX, blank=True)
    digest = models.BinaryField(max_length=32, editable=False)
    type = models.CharField(max_length=20, blank=True, choices=EventType.choices)
    element = models.ForeignKey(Element, models.PROTECT, null=True, related_name="told")
    section = models.CharField(max_length=WORDS_MAX, blank=True)
    reported_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(db_default=CityNow(), editable=False)
    raw = models.TextField()
    problem = models.CharField(max_length=20, blank=True, choices=Problem.choices)
    suggestion = models.ForeignKey(Suggestion, models.PROTECT, null=True, related_name="events")
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, related_name="told")

    ORDER: ClassVar = ("-id",)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-id"], condition=~Q(problem=""), name="told_to_clarify"),
            models.Index(
                fields=["system", "-id"], condition=~Q(problem=""), name="told_to_clarify_by"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "event_id", "digest"], name="told_once"),
            models.UniqueConstraint(
                fields=["system", "event_id"], condition=Q(problem=""), name="told_one_content"
            ),
            models.CheckConstraint(
                condition=~Q(problem="")
                | Q(type__in=EventType.values, element__isnull=False, reported_at__isnull=False)
                & ~Q(event_id=""),
                name="told_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(problem="")
                | Q(problem__in=Problem.values, suggestion=None, outage=None),
                name="told_with_a_problem_counts_for_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.event_id}"

    @property
    def shown(self) -> str:
        """As it came, as people read it; the beginning of what is long."""
        try:
            text = json.dumps(json.loads(self.raw), ensure_ascii=False)
        except RecursionError:
            text = self.raw
        return text[:RAW_SHOWN].encode(errors="backslashreplace").decode()
