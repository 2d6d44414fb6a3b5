"""Clocks: what is limited, since when it runs, until when, and what was late."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from core.clock import CITY, NEVER, CityNow, local_date


class ClockQuerySet(models.QuerySet["Clock"]):
    def breached(self, districts: set[str] | None) -> Self:
        """On the record as late, newest first; None means every district."""
        found = self.filter(breached_at__isnull=False).order_by("-breached_at", "-id")
        return found if districts is None else found.filter(district__in=districts)


class Clock(models.Model):
    """One limited span of one case or permit; without a limit it only measures.

    A running clock has an open interval (`interval_started_at`); every closed one is an
    `Interval` row. `late_from` is the first late instant: 00:00:00 of the day after `due_on`.
    """

    class Kind(models.TextChoices):
        WHOLE_PROCESS = "whole_process"
        HANDLING = "handling"
        INTAKE = "intake"
        REVIEW = "review"
        INSTANT = "instant"
        SET = "set"
        RECTIFICATION = "rectification"
        FOLLOW_UP = "follow_up"
        ENQUIRY = "enquiry"
        STEP = "step"
        CHECK = "check"
        COMPLAINT = "complaint"
        INTERRUPTION = "interruption"
        REPORT = "report"

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        STOPPED = "stopped"

    case_ref = models.UUIDField()
    part = models.UUIDField(null=True)
    kind = models.CharField(max_length=14, choices=Kind)
    # Of a public step of a case (环节) with a limit of its own: which.
    step = models.CharField(max_length=40, blank=True, default="", db_default="")
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    limit_days = models.PositiveSmallIntegerField(null=True)
    target = models.BooleanField(default=False)
    clause = models.JSONField(default=dict)
    district = models.CharField(max_length=12)
    rules_version = models.CharField(max_length=40)
    calendar_version = models.CharField(max_length=40)
    carried_days = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    interval_started_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    late_from = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    breached_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)
    # From this instant on its marks are still to be told (deadlines/warnings.py); null: none is.
    warn_at = models.DateTimeField(null=True)
    # When a calendar was published later: the last day as it was before, and when it was counted.
    due_before = models.DateField(null=True)
    recounted_at = models.DateTimeField(null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", interval_started_at__isnull=False)
                | (~Q(state="running") & Q(interval_started_at__isnull=True)),
                name="clock_runs_in_an_interval",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True, late_from__isnull=True)
                | Q(due_on__isnull=False, late_from__isnull=False),
                name="clock_due_day_and_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state="running")
                | Q(limit_days__isnull=True)
                | Q(due_on__isnull=False),
                name="clock_running_has_due_day",
            ),
            models.CheckConstraint(
                condition=Q(breached_at__isnull=True) | Q(noticed_at__gte=models.F("breached_at")),
                name="clock_breach_before_notice",
            ),
            models.CheckConstraint(
                condition=Q(due_before__isnull=True, recounted_at__isnull=True)
                | Q(due_before__isnull=False, recounted_at__isnull=False),
                name="clock_recounted_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False)
                | (~Q(state="stopped") & Q(stopped_at__isnull=True)),
                name="clock_stopped_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(warn_at__isnull=True) | Q(state="running"),
                name="clock_warned_of_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(kind="step", part__isnull=True) & ~Q(step="")
                | ~Q(kind="step") & Q(step=""),
                name="clock_names_its_step",
            ),
            models.UniqueConstraint(
                fields=["case_ref", "part", "kind"],
                condition=~Q(state="stopped"),
                nulls_distinct=False,
                name="one_open_clock_of_a_kind",
            ),
        ]
        indexes = [
            # The sweep: deadlines/sweep.py claims by it.
            models.Index(
                fields=["late_from"],
                condition=Q(state="running", noticed_at__isnull=True, target=False)
                & Q(late_from__isnull=False),
                name="clock_due_next",
            ),
            # What is told before and after the last day: deadlines/warnings.py claims by it.
            models.Index(
                fields=["warn_at"], condition=Q(warn_at__isnull=False), name="clock_warn_next"
            ),
            models.Index(fields=["case_ref", "part"], name="clock_by_case"),
            # Lists of permits look their clocks up by the permit alone.
            models.Index(
                fields=["part", "kind"], condition=Q(part__isnull=False), name="clock_by_part"
            ),
            # deadlines/recalculation.py: those whose last day a newer calendar may move.
            models.Index(
                fields=["calendar_version", "due_on", "id"],
                condition=Q(state="running", noticed_at__isnull=True, due_on__isnull=False),
                name="clock_to_recount",
            ),
            models.Index(
                fields=["-breached_at", "-id"],
                condition=Q(breached_at__isnull=False),
                name="clock_breached",
            ),
            # deadlines.queries.was_late: those of things that have one clock of their own.
            models.Index(
                fields=["kind"],
                include=["case_ref"],
                condition=Q(breached_at__isnull=False),
                name="clock_breached_of_kind",
            ),
            models.Index(
                fields=["district", "-breached_at", "-id"],
                condition=Q(breached_at__isnull=False),
                name="clock_breached_in_district",
            ),
            # Open homes past their target (oversight/homes.py).
            models.Index(
                fields=["late_from", "id"],
                condition=Q(kind="whole_process", part__isnull=True, stopped_at__isnull=True),
                name="clock_open_whole",
            ),
            # Sets of permits under way (approvals/sets.py).
            models.Index(
                fields=["late_from", "id"],
                condition=Q(kind="set", stopped_at__isnull=True),
                name="clock_open_set",
            ),
            models.Index(
                fields=["district", "late_from", "id"],
                condition=Q(kind="set", stopped_at__isnull=True),
                name="clock_open_set_there",
            ),
        ]

    @property
    def due_at(self) -> datetime | None:
        """23:59:59 of the due day, the last second in time, as the contract shows it."""
        return self.late_from and self.late_from.astimezone(CITY) - timedelta(seconds=1)

    @property
    def last_day(self) -> date | None:
        """The last day that it had: of one that was late, the day that it missed."""
        if self.breached_at:
            return local_date(self.breached_at) - timedelta(days=1)
        return self.due_on

    @property
    def runs_out(self) -> datetime:
        """The first late instant, as cases are listed by it (`case_keep_limits`)."""
        return min(filter(None, (self.late_from, self.breached_at)), default=NEVER)

    def is_late(self, now: datetime) -> bool:
        """By the instant only; a target is never late."""
        return not self.target and (self.breached_at is not None or self.past(now))

    def past(self, now: datetime) -> bool:
        """Whether the due day is over, for limits and targets alike."""
        return self.late_from is not None and (self.stopped_at or now) >= self.late_from


class Interval(models.Model):
    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="intervals")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__gte=models.F("started_at")), name="interval_forward"
            )
        ]
        indexes = [models.Index(fields=["clock", "started_at"], name="interval_by_clock")]


class ClockWarning(models.Model):
    """One mark of a running clock, told once in an interval for one last day.

    `on` is the day of the mark, by which it is dated however late it is told.
    """

    clock = models.ForeignKey(Clock, models.PROTECT, related_name="warnings", db_index=False)
    interval_started_at = models.DateTimeField()
    mark = models.CharField(max_length=20)
    on = models.DateField()
    due_on = models.DateField()
    told_at = models.DateTimeField(db_default=CityNow(), editable=False)

    class Meta:
        db_table = "deadlines_warning"
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "interval_started_at", "mark", "due_on"], name="warned_once"
            )
        ]


class Recalculation(models.Model):
    """One change of a running clock's last day by a newer calendar; never changed or removed.

    `was` and `due_on` are the same where a provisional day became final. `counted` is what the
    calendar gives; `due_on` is later where that was over when it was loaded. `reason` holds
    `notices` (titles, numbers), `text` (the approver's words), `role`, `loaded_at` and `entry`, the
    id of the record's entry about the calendar.
    """

    clock = models.ForeignKey(
        Clock, on_delete=models.PROTECT, related_name="recalculations", db_index=False
    )
    version_before = models.CharField(max_length=80)
    calendar_version = models.CharField(max_length=80)
    was = models.DateField()
    was_provisional = models.BooleanField()
    due_on = models.DateField()
    counted = models.DateField()
    provisional = models.BooleanField()
    reason = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        db_table = "deadlines_recount"
        constraints = [
            models.UniqueConstraint(fields=["clock", "calendar_version"], name="recounted_once"),
        ]
        indexes = [
            models.Index(
                fields=["calendar_version"],
                include=["was", "due_on"],
                name="recount_by_calendar",
            )
        ]

    def moved(self) -> bool:
        return self.was != self.due_on
