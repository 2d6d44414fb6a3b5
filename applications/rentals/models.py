"""The table of rentals."""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.functional import cached_property
from django_fsm import FSMField, FSMModelMixin

from applications.rentals.workflow import HOLDING, RentalMachine, RentalState
from core.clock import city_now, local_date
from core.fields import EncryptedTextField
from grid.rental.models import CODE_MAX, RentalUnit

HOLDS = Q(state__in=[state.value for state in HOLDING])
OUT = Q(state="handed_over")


class DayRange(Func):
    """PostgreSQL's `daterange(from, until)`: the last day is not in it, so it can be the first of
    the next one."""

    function = "daterange"
    output_field = DateRangeField()


class RentalQuerySet(models.QuerySet["Rental"]):
    def holding(self) -> "RentalQuerySet":
        """Those on whose days nobody else can have their unit."""
        return self.filter(HOLDS)


class Rental(RentalMachine, FSMModelMixin, models.Model):
    """A unit that is rented within a case, or was to be: its days are a plan, so they are data;
    when it was handed over and came back is the record's.

    `ref` stands for it as a part of its case's record; `unit` is the row of the register as it was
    when it was asked for, `code` its number, which stays through corrections. From `due_at` on
    something has to be done about it: it is to be answered and handed over by its first day, and
    to be returned on its last.
    """

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="rentals"
    )
    district = models.CharField(max_length=12)
    unit = models.ForeignKey(RentalUnit, models.PROTECT, related_name="+")
    code = models.CharField(max_length=CODE_MAX)
    from_day = models.DateField()
    until_day = models.DateField()
    state = FSMField(
        max_length=12, choices=RentalState.choices, default=RentalState.NEW, protected=True
    )
    # They may name people, though nobody is asked to.
    words = EncryptedTextField(blank=True)
    condition_out = EncryptedTextField(blank=True)
    condition_back = EncryptedTextField(blank=True)
    damaged = models.BooleanField(null=True)
    asked_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar = RentalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="rental_of_one_at_a_time",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (DayRange("from_day", "until_day"), RangeOperators.OVERLAPS),
                ],
                condition=HOLDS,
            ),
            models.UniqueConstraint(fields=["code"], condition=OUT, name="rental_out_once"),
            models.CheckConstraint(
                condition=Q(from_day__lt=F("until_day")), name="rental_of_some_days"
            ),
            models.CheckConstraint(
                condition=HOLDS & Q(ended_at__isnull=True, due_at__isnull=False)
                | ~HOLDS & Q(ended_at__isnull=False, due_at__isnull=True),
                name="rental_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["handed_over", "returned"], handed_over_at__isnull=False)
                | ~Q(state__in=["handed_over", "returned"]) & Q(handed_over_at__isnull=True),
                name="rental_handed_over_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", damaged__isnull=False)
                | ~Q(state="returned") & Q(damaged__isnull=True),
                name="rental_returned_damaged_or_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "-id"], name="rental_of_case"),
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="rental_due"
            ),
            models.Index(
                fields=["district", "due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="rental_due_in_district",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.from_day} {self.until_day}"

    @cached_property
    def today(self) -> date:
        """In the city, when this was asked first."""
        return local_date(city_now())

    @property
    def late_days(self) -> int:
        """Days since its day of return on which it was still out; 0 where it was back in time."""
        if self.handed_over_at is None:
            return 0
        back = local_date(self.ended_at) if self.ended_at else self.today
        return max(0, (back - self.until_day).days)
