"""The tables of grid cells and their people, of assignments, and of absences."""

from typing import Any, ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.models import User
from accounts.roles import Role, role_words
from core.clock import CityNow, CityToday

OPEN: Final = Q(ended_at__isnull=True)
#: The two that a high-voltage case has, each with rights of its own.
ROLES: Final = [(role.value, role.label) for role in (Role.MANAGER, Role.PROJECT)]


class GridCell(models.Model):
    """A part of a district; no town is in two of them (`CellTown`)."""

    district = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["district", "name"], condition=OPEN, name="grid_cell_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CellTown(models.Model):
    """A town of a cell; an empty one is all of the district that no other cell has."""

    cell = models.ForeignKey(GridCell, models.CASCADE, related_name="towns")
    district = models.CharField(max_length=12)
    town = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "town"], name="town_in_one_cell")
        ]


class CellMember(models.Model):
    """Somebody to whom cases of a cell go in a role; ended, and never deleted."""

    cell = models.ForeignKey(GridCell, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=ROLES)
    since = models.DateTimeField(db_default=CityNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cell", "user", "role"], condition=OPEN, name="cell_member_once"
            )
        ]


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def today(self) -> "AbsenceQuerySet":
        return self.filter(OPEN, days__contains=CityToday())


class Absence(models.Model):
    """The days on which somebody is away and a deputy has their cases: a plan, so it may end early.

    No deputy is away on any of these days, so there is no deputy of a deputy (`absences.enter`).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(User, models.PROTECT, related_name="deputised_absences")
    days = DateRangeField()
    entered_at = models.DateTimeField(db_default=CityNow(), editable=False)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = AbsenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="absent_once",
                expressions=[("user", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                condition=OPEN,
            ),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="deputy_is_another"),
            models.CheckConstraint(
                condition=Q(days__isempty=False)
                & Q(days__lower_inf=False)
                & Q(days__upper_inf=False),
                name="absence_has_two_ends",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["deputy"], condition=OPEN, name="absence_of_deputy")
        ]


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def open(self) -> "AssignmentQuerySet":
        return self.filter(OPEN)

    def vacant(self) -> "AssignmentQuerySet":
        """Which the supply company's lead is to assign."""
        return self.filter(OPEN, user=None)

    def held(self) -> "AssignmentQuerySet":
        """Of people who can act, each with the `deputy_id` of today."""
        deputy = Absence.objects.today().filter(user=OuterRef("user")).values("deputy")
        held = self.filter(user__is_active=True)
        return held.annotate(deputy_id=Subquery(deputy[:1]))  # type: ignore[no-redef]  # declared for who reads it

    def of_cases(self, role: str) -> Any:
        """Of their cases those in which it is about this role."""
        return self.filter(role=role).values("application")

    def with_(self, user: User) -> "AssignmentQuerySet":
        """Open ones of somebody, and of those for whom they deputise today."""
        # Asked for by itself: with the few people known, an index has their cases.
        away = Absence.objects.today().filter(deputy=user).values_list("user", flat=True)
        return self.filter(OPEN, user__in=[user.pk, *away])

    def at_hand(self, user: User, districts: set[str] | None) -> "AssignmentQuerySet":
        """As `with_`, and in these districts what nobody has yet; None is all of them."""
        vacant = self.vacant()
        if districts is not None:
            vacant = vacant.filter(district__in=sorted(districts))
        return self.with_(user) | vacant


class Assignment(models.Model):
    """Who has a high-voltage case in one of two roles; without a `user` it is to be assigned.

    An open case has one open row for each role. A row is ended and never changed: who had a case
    when stays known.
    """

    #: Of `held` rows.
    deputy_id: int | None

    application = models.ForeignKey(
        "applications.Application", models.PROTECT, related_name="assignments"
    )
    role = models.CharField(max_length=20, choices=ROLES)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="assignments")
    district = models.CharField(max_length=12)
    # The instants of the entries by which it began and ended.
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = AssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "role"], condition=OPEN, name="assigned_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role for role, _label in ROLES]), name="assigned_in_a_role"
            ),
            models.CheckConstraint(
                condition=OPEN | Q(ended_at__gte=F("since")), name="assigned_before_ended"
            ),
        ]
        indexes: ClassVar = [
            # How many open cases somebody has, and which.
            models.Index(fields=["user", "role", "id"], condition=OPEN, name="assigned_to"),
            models.Index(
                fields=["district", "since", "id"],
                condition=OPEN & Q(user__isnull=True),
                name="assignment_vacant_there",
            ),
            models.Index(
                fields=["since", "id"],
                condition=OPEN & Q(user__isnull=True),
                name="assignment_vacant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {role_words(self.role)}"

    @property
    def people(self) -> set[int]:
        """The ids of those whose it is today, of a `held` row."""
        return {one for one in (self.user_id, self.deputy_id) if one is not None}
