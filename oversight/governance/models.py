"""The working group and its work for everybody to read (方案四, 机制), as published rows: posts and
no people, projects of the grid, training and promotion, good practice."""

from typing import ClassVar, Final

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from publishing.models import (
    STANDING,
    InForce,
    PublishedManager,
    PublishedRow,
    ends_after_it_begins,
)

CODE_MAX: Final = 40


class Seat(models.TextChoices):
    HEAD = "head", pgettext_lazy("working group", "Head")
    DEPUTY = "deputy", pgettext_lazy("working group", "Deputy head")
    MEMBER = "member", pgettext_lazy("working group", "Member")
    LIAISON = "liaison", _("Liaison")


class ProjectKind(models.TextChoices):
    DISTRIBUTION = "distribution", _("Distribution network")
    RURAL = "rural", _("Rural network")


class ProjectState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("grid project", "Planned")
    WORKS = "works", pgettext_lazy("grid project", "Under construction")
    DONE = "done", pgettext_lazy("grid project", "In operation")
    STOPPED = "stopped", pgettext_lazy("grid project", "Stopped")


class PlanKeeper(models.TextChoices):
    """Whose it is that a project is taken into the urban-rural plan (方案三(四)1)."""

    LEAD_AGENCY = "lead_agency", _("Development and reform, city")
    HOUSING = "housing", _("Housing and urban-rural development, city")
    PLANNING = "planning", _("Natural resources and planning, city")
    DISTRICT_LEAD = "district_lead", _("Development and reform, district or county")
    DISTRICT_HOUSING = "district_housing", _("Housing, district or county")


class EventKind(models.TextChoices):
    TRAINING = "training", _("Training")
    PROMOTION = "promotion", _("Promotion")


def standing_once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["code"], condition=STANDING, name=name)


def in_order(name: str, *fields: str) -> models.Index:
    return models.Index(fields=fields, name=name, condition=STANDING)


class GroupSeat(PublishedRow, InForce):
    """A seat of the working group: a post of an organisation, whoever holds it."""

    code = models.CharField(max_length=CODE_MAX)
    seat = models.CharField(max_length=8, choices=Seat)
    # Where it stands in the list, for the plan names its seats in an order.
    place = models.PositiveSmallIntegerField()
    organisation = models.CharField(max_length=24)
    post = models.CharField(max_length=80)
    duty = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = PublishedManager()

    class Meta:
        ordering = ("place", "id")
        indexes: ClassVar = [in_order("group_seat_order", "place", "id")]
        constraints: ClassVar = [
            standing_once("one_standing_group_seat"),
            ends_after_it_begins("group_seat_from_before_until"),
            models.CheckConstraint(
                condition=Q(seat__in=Seat.values) & ~Q(code="") & ~Q(organisation="") & ~Q(post=""),
                name="group_seat_is_a_post",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class GridProject(PublishedRow):
    """A project of the distribution or rural network. `plan` names where in the urban-rural plan it
    stands; empty: it is not taken in yet. Yuan are in ten thousands."""

    code = models.CharField(max_length=CODE_MAX)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ProjectKind)
    district = models.CharField(max_length=12)
    about = models.CharField(max_length=500)
    invested = models.DecimalField(max_digits=12, decimal_places=2)
    spent = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    plan = models.CharField(max_length=200, blank=True)
    plan_keeper = models.CharField(max_length=16, choices=PlanKeeper)
    state = models.CharField(max_length=8, choices=ProjectState)
    begins_on = models.DateField()
    ends_on = models.DateField()
    in_operation_on = models.DateField(null=True, blank=True)
    evaluated_on = models.DateField(null=True, blank=True)
    evaluation = models.CharField(max_length=500, blank=True)
    adjustment = models.CharField(max_length=500, blank=True)
    data_date = models.DateField()

    objects = PublishedManager()

    class Meta:
        ordering = ("district", "ends_on", "id")
        indexes: ClassVar = [in_order("grid_project_order", "district", "ends_on", "id")]
        constraints: ClassVar = [
            standing_once("one_standing_grid_project"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("begins_on")), name="grid_project_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state="done", in_operation_on__isnull=False)
                | Q(state__in=["planned", "works", "stopped"], in_operation_on__isnull=True),
                name="grid_project_done_with_day",
            ),
            models.CheckConstraint(
                condition=Q(evaluated_on__isnull=True, evaluation="")
                | Q(evaluated_on__isnull=False) & ~Q(evaluation=""),
                name="grid_project_evaluated_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(about=""), name="grid_project_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class TrainingEvent(PublishedRow):
    """Training or promotion on a day. `attended`: how many came, by whom in `attendance`; None: it
    has not been held, or nobody has counted yet. `cancelled`: why it was not held."""

    code = models.CharField(max_length=CODE_MAX)
    organiser = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=EventKind)
    title = models.CharField(max_length=120)
    held_on = models.DateField()
    place = models.CharField(max_length=120)
    audience = models.CharField(max_length=200)
    about = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=500, blank=True)
    attended = models.PositiveIntegerField(null=True, blank=True)
    attendance = models.CharField(max_length=500, blank=True)
    cancelled = models.CharField(max_length=300, blank=True)

    objects = PublishedManager()

    class Meta:
        # What is to come stands above what was held.
        ordering = ("-held_on", "-id")
        indexes: ClassVar = [in_order("training_order", "-held_on", "-id")]
        constraints: ClassVar = [
            standing_once("one_standing_training"),
            models.CheckConstraint(
                condition=Q(cancelled="") | Q(attended__isnull=True, attendance=""),
                name="training_cancelled_was_not_attended",
            ),
            models.CheckConstraint(
                condition=Q(attendance="") | Q(attended__isnull=False),
                name="training_attendance_with_count",
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(organiser="") & ~Q(title="") & ~Q(place=""),
                name="training_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class GoodPractice(PublishedRow):
    """What an organisation does well, for others to do likewise (首创经验和典型做法)."""

    code = models.CharField(max_length=CODE_MAX)
    title = models.CharField(max_length=120)
    organisation = models.CharField(max_length=60)
    since = models.DateField()
    body = models.TextField()
    effect = models.CharField(max_length=500)
    link = models.CharField(max_length=500, blank=True)
    announced_at = models.DateTimeField()

    objects = PublishedManager()

    class Meta:
        ordering = ("-announced_at", "-id")
        indexes: ClassVar = [in_order("practice_order", "-announced_at", "-id")]
        constraints: ClassVar = [
            standing_once("one_standing_practice"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(title="") & ~Q(organisation="") & ~Q(body=""),
                name="practice_is_told",
            ),
        ]

    def __str__(self) -> str:
        return self.code
