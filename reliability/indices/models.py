"""What is counted, and kept counted (`reliability.indices.counting`): nothing in these tables is
typed, all of it can be computed anew from outages and published rows."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from grid.points.models import AreaClass, Level
from reliability.indices.major import Limit
from reliability.outages.kinds import OutageKind


def customer_time() -> "models.DecimalField[Any, Any]":
    """Customer-microseconds: a whole number, too large for eight bytes in a storm."""
    return models.DecimalField(max_digits=30, decimal_places=0, default=0)


class Grouped(models.Model):
    """`day`: on which it began (facts.md 4.2), in the city. `…_counted`: without what the plan
    leaves out."""

    day = models.DateField()
    district = models.CharField(max_length=12)
    area_class = models.CharField(max_length=8, choices=AreaClass.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    line = models.CharField(max_length=60, blank=True)
    lost = customer_time()
    lost_counted = customer_time()
    recorded = customer_time()
    recorded_counted = customer_time()

    class Meta:
        abstract = True


class CountedInterruption(Grouped):
    """One interruption of the customers of one place, as the indices count it, made of pieces of
    outages (`numbers`). While the power is off it is listed and counts nothing."""

    element = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=340, blank=True)
    numbers = ArrayField(models.CharField(max_length=40))
    kind = models.CharField(max_length=12, choices=OutageKind.choices)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    customers = models.PositiveIntegerField()
    customers_counted = models.PositiveIntegerField()
    momentary = models.BooleanField(default=False)
    corrected = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-begun_at", "-id"], name="counted_order"),
            models.Index(
                fields=["level", "district", "-begun_at", "-id"], name="counted_of_district"
            ),
            models.Index(fields=["day"], name="counted_of_day"),
            models.Index(fields=["element", "words"], name="counted_of_place"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")),
                name="counted_on_after_off",
            ),
            models.CheckConstraint(
                condition=Q(customers_counted__lte=F("customers"))
                & Q(lost_counted__lte=F("lost"), lost_counted__gte=0),
                name="counted_leaves_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {', '.join(self.numbers)}: {self.customers}"


class DailyFigure(Grouped):
    """The sums of the interruptions of one group that began on one day; those that have no line
    have an empty one. Momentary ones are in `momentary` and in nothing else.

    Args:
        unplaced: how many of them name no element, so that nobody knows whom they met again.
        major: whether the day is a major-event day of the level.
    """

    interruptions = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField()
    still_off = models.PositiveIntegerField()
    corrected = models.PositiveIntegerField()
    unplaced = models.PositiveIntegerField()
    customers = models.PositiveBigIntegerField()
    customers_counted = models.PositiveBigIntegerField()
    momentary = models.PositiveBigIntegerField()
    momentary_counted = models.PositiveBigIntegerField()
    major = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "level", "district", "area_class", "line"], name="daily_figure_once"
            ),
            models.CheckConstraint(
                condition=Q(customers_counted__lte=F("customers"))
                & Q(momentary_counted__lte=F("momentary"))
                & Q(lost_counted__lte=F("lost"), lost_counted__gte=0),
                name="daily_figure_leaves_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.district} {self.area_class} {self.level} {self.line}"


class MajorEventLimit(models.Model):
    """By which days of a year are major-event days of a level; see `major.Limit`."""

    year = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=8, choices=Level.choices)
    alpha = models.FloatField()
    beta = models.FloatField()
    days = models.PositiveIntegerField()
    years = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "level"], name="major_limit_once"),
            models.CheckConstraint(
                condition=Q(beta__gte=0, days__gte=2, years__gte=1), name="major_limit_is_defined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.level}"

    @property
    def as_limit(self) -> Limit:
        return Limit(self.alpha, self.beta, self.days, self.years)


class StalePlace(models.Model):
    """A place where something has changed since it was counted; laid by triggers of the tables that
    it is counted from. With an empty level it is the customers served that have changed."""

    district = models.CharField(max_length=12, blank=True)
    area_class = models.CharField(max_length=8, blank=True)
    level = models.CharField(max_length=8, blank=True)
    element = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=340, blank=True)

    def __str__(self) -> str:
        return f"{self.district} {self.element}{self.words}"


class Count(models.Model):
    """The one row: of which instant the figures are, and how they were counted."""

    at = models.DateTimeField(null=True)
    joining = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="one_count"),
        ]

    def __str__(self) -> str:
        return str(self.at)
