"""The tables of appointments, and of the times at which somebody cannot come."""

from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.functional import cached_property
from django_fsm import FSMField, FSMModelMixin

from accounts.models import User
from applications.appointments.serializers import Purpose
from applications.appointments.workflow import AppointmentMachine, AppointmentState
from applications.states import Holder
from core.clock import CityNow, city_now
from core.fields import EncryptedTextField

BOOKED = Q(state="booked")


class Instants(Func):
    """PostgreSQL's `tstzrange(begin, end)`: the end is not in it, so one can follow another."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def booked(self) -> "AppointmentQuerySet":
        return self.filter(BOOKED)

    def signing(self) -> "AppointmentQuerySet":
        """At which a contract is being signed: begun, and not recorded yet."""
        return self.filter(BOOKED, purpose=Purpose.CONTRACT, begins_at__lte=CityNow())

    def within(self, since: datetime, until: datetime) -> "AppointmentQuerySet":
        """Those of which any instant lies in a span; its end is not in it."""
        return self.filter(begins_at__lt=until, ends_at__gt=since)


class Appointment(AppointmentMachine, FSMModelMixin, models.Model):
    """A time at which somebody of the supply company comes to the customer: a plan, so its times
    are data; those of its acts are the record's.

    `ref` stands for it as a part of its case's record. `booked_by` is the side that booked it.
    """

    #: The sides that book.
    SIDES: ClassVar = [(each.value, each.label) for each in (Holder.APPLICANT, Holder.SUPPLIER)]

    ref = models.UUIDField(default=uuid4, unique=True)
    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="appointments"
    )
    purpose = models.CharField(max_length=12, choices=Purpose)
    # Who comes, and whose calendar it stands in.
    staff = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = FSMField(
        max_length=10,
        choices=AppointmentState.choices,
        default=AppointmentState.NEW,
        protected=True,
    )
    booked_by = models.CharField(max_length=12, choices=SIDES)
    # Both may name people: what who comes has to know; why it was moved or ended, what came of it.
    remark = EncryptedTextField(blank=True)
    words = EncryptedTextField(blank=True)
    # How often calendars that have it are to be changed (iCalendar's SEQUENCE).
    sequence = models.PositiveIntegerField(default=0)
    # Of the last act that such calendars tell.
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # From then on both sides are reminded of it; null where they were, or never will be.
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar = AppointmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="appointment_at_one_place",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    (Instants("begins_at", "ends_at"), RangeOperators.OVERLAPS),
                ],
                condition=BOOKED,
            ),
            models.UniqueConstraint(
                fields=["application", "purpose"], condition=BOOKED, name="appointment_booked_once"
            ),
            models.CheckConstraint(
                condition=Q(begins_at__lt=F("ends_at")), name="appointment_begins_before_it_ends"
            ),
            models.CheckConstraint(
                condition=Q(state="booked", ended_at__isnull=True)
                | Q(state__in=["held", "not_held", "cancelled"])
                & Q(ended_at__isnull=False, remind_at__isnull=True),
                name="appointment_ended_with_instant",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["application", "-id"], name="appointment_of_case"),
            models.Index(fields=["staff", "begins_at", "id"], name="appointment_of_staff"),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="appointment_to_remind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.purpose} {self.begins_at:%Y-%m-%d %H:%M}"

    @cached_property
    def begun(self) -> bool:
        """Whether its time had come when this was asked first."""
        return self.begins_at <= city_now()


class BlockedTime(models.Model):
    """A time at which somebody takes no appointments; set and taken away by that person."""

    user = models.ForeignKey(User, models.CASCADE, related_name="blocked_times")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(begins_at__lt=F("ends_at")), name="blocked_begins_before_it_ends"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "begins_at", "id"], name="blocked_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.begins_at:%Y-%m-%d %H:%M}"
