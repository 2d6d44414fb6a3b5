"""Outages of before and customers served, as they are published; the tables of recorded outages are
in `reliability.outages.models`."""

from typing import ClassVar

from django.db import models
from django.db.models import DateField, F, Func, GeneratedField, Q, Value
from django.db.models.functions import Coalesce

from grid.points.models import AreaClass, Level
from publishing.models import STANDING, PublishedManager, PublishedRow
from reliability.outages.kinds import OutageKind


class OutageRow(PublishedRow):
    """An outage from before the portal recorded them itself (`reliability.outages`), as published;
    its times are the supply company's. `announced_at` is the time of its first publication."""

    number = models.CharField(max_length=40)
    district = models.CharField(max_length=12)
    area = models.CharField(max_length=300)
    area_class = models.CharField(max_length=8, choices=AreaClass.choices)
    kind = models.CharField(max_length=12, choices=OutageKind.choices)
    regulation = models.CharField(max_length=300, blank=True)
    excluded_by_policy = models.BooleanField(default=False)
    cause = models.CharField(max_length=300)
    announced_at = models.DateTimeField()
    planned_from = models.DateTimeField(null=True, blank=True)
    planned_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    restored_at = models.DateTimeField(null=True, blank=True)
    short_notice = models.BooleanField(default=False)
    short_notice_reason = models.CharField(max_length=300, blank=True)
    customers = models.PositiveIntegerField()
    level = models.CharField(max_length=8, choices=Level.choices)
    begins_at = GeneratedField(
        expression=Coalesce("started_at", "planned_from"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )

    objects = PublishedManager()

    class Meta:
        ordering = ("-begins_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["-begins_at", "-id"], name="outage_order", condition=STANDING),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"], condition=STANDING, name="one_standing_outage"
            ),
            models.CheckConstraint(
                condition=Q(excluded_by_policy=False) | (Q(kind="safety") & ~Q(regulation="")),
                name="excluded_cites_regulation",
            ),
            models.CheckConstraint(
                condition=~Q(kind="safety") | ~Q(regulation=""), name="safety_cites_regulation"
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=False) | Q(planned_from__isnull=False),
                name="outage_begins",
            ),
            models.CheckConstraint(
                condition=~Q(kind="planned")
                | Q(planned_from__isnull=False, planned_until__isnull=False),
                name="planned_has_its_plan",
            ),
            models.CheckConstraint(
                condition=Q(planned_until__isnull=True) | Q(planned_until__gt=F("planned_from")),
                name="plan_from_before_until",
            ),
            models.CheckConstraint(
                condition=Q(restored_at__isnull=True)
                | Q(started_at__isnull=False, restored_at__gte=F("started_at")),
                name="restored_after_start",
            ),
            models.CheckConstraint(
                condition=Q(short_notice=False) | (Q(kind="planned") & ~Q(short_notice_reason="")),
                name="short_notice_says_why",
            ),
            models.CheckConstraint(
                condition=Q(area_class__in=AreaClass.values)
                & Q(kind__in=OutageKind.values)
                & Q(level__in=Level.values),
                name="outage_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(source="") & ~Q(cause="") & ~Q(area=""), name="outage_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CustomersServed(PublishedRow):
    """Customers of a group from a day of a year on: `from_date`, or its first day (`begins_on`).

    `complete_until` is the last day up to which the outage record of the group is complete, the
    newest of a year's rows; without such a row there is no figure."""

    district = models.CharField(max_length=12)
    area_class = models.CharField(max_length=8, choices=AreaClass.choices)
    level = models.CharField(max_length=8, choices=Level.choices)
    year = models.PositiveSmallIntegerField()
    from_date = models.DateField(null=True, blank=True)
    customers = models.PositiveIntegerField()
    complete_until = models.DateField()
    begins_on = GeneratedField(
        expression=Coalesce(
            "from_date",
            Func("year", Value(1), Value(1), function="make_date", output_field=DateField()),
        ),
        output_field=DateField(),
        db_persist=True,
    )

    objects = PublishedManager()

    class Meta:
        ordering = ("-year", "district", "area_class", "level", "id")
        indexes: ClassVar = [
            models.Index(
                fields=["-year", "district", "area_class", "level", "id"],
                name="customers_order",
                condition=STANDING,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "area_class", "level", "begins_on"],
                condition=STANDING,
                name="one_standing_customers_row",
            ),
            models.CheckConstraint(condition=Q(customers__gt=0), name="somebody_is_served"),
            models.CheckConstraint(
                condition=Q(complete_until__year=F("year")), name="complete_within_its_year"
            ),
            models.CheckConstraint(
                condition=Q(from_date=None)
                | Q(from_date__year=F("year"), from_date__lte=F("complete_until")),
                name="customers_from_within_their_year",
            ),
            models.CheckConstraint(
                condition=Q(area_class__in=AreaClass.values) & Q(level__in=Level.values),
                name="customers_words_known",
            ),
            models.CheckConstraint(condition=~Q(source=""), name="customers_have_source"),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on} {self.district} {self.area_class} {self.level}"


# They are of this app.
import reliability.crews.models  # noqa: E402
import reliability.following.models  # noqa: E402
import reliability.indices.models  # noqa: E402
import reliability.monitoring.models  # noqa: E402
import reliability.outages.models  # noqa: E402
import reliability.patrols.models  # noqa: E402
import reliability.reports.models  # noqa: E402, F401
