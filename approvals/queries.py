"""Reads of permits and line works, with names."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from approvals.clocks import DECISION_KINDS
from approvals.models import LineWorks, Permit, Round
from approvals.permissions import on_desk, visible, visible_works
from approvals.workflow import WITH_BUREAU, State
from core.problems import Missing
from deadlines.models import Clock

KIND = Clock.Kind
PERMIT_KINDS: Final = (KIND.INTAKE.value, *DECISION_KINDS)
#: Sorts what has no limit behind everything that has one.
NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
BY_TIME_LEFT: Final = ("runs_out", "id")


def permits_for(user: User) -> QuerySet[Permit]:
    """Return the permits that a person may see, with their line works and rounds."""
    return Permit.objects.filter(visible(user)).select_related("line_works", "round")


def permit_for(user: User, pk: int) -> Permit:
    """Return one permit for a person who may see it.

    Raises:
        Missing: there is none, or it is not for this person's eyes.
    """
    permit = permits_for(user).filter(pk=pk).first()
    if permit is None:
        raise Missing
    return permit


def desk_permits(user: User) -> QuerySet[Permit]:
    """Return the permits that a person decides, or whose bureaus the person chases."""
    return Permit.objects.filter(on_desk(user)).select_related("line_works", "round")


def counts(permits: QuerySet[Permit]) -> dict[str, int]:
    """Return how many permits wait, how many of them are late, and how many are not accepted."""
    return waiting(permits).aggregate(
        waiting=Count("id"),
        late=Count("id", filter=_late()),
        unaccepted=Count("id", filter=Q(state=State.RECEIVED)),
    )


def works_for(user: User) -> QuerySet[LineWorks]:
    """Return the line works that a person may see, newest first."""
    return LineWorks.objects.filter(visible_works(user)).order_by("-id")


def line_works_for(user: User, pk: int) -> LineWorks:
    """Return one case's line works for a person who may see them.

    Raises:
        Missing: there are none, or they are not for this person's eyes.
    """
    line = works_for(user).filter(pk=pk).first()
    if line is None:
        raise Missing
    return line


def newest_rounds(lines: Iterable[LineWorks]) -> dict[int, Round]:
    """Return the newest round of each of these line works with its permits, in two queries."""
    found = Round.objects.filter(
        line_works__in=[line.pk for line in lines], number=F("line_works__round_number")
    )
    permits = Permit.objects.order_by("id")
    rounds = found.select_related("line_works").prefetch_related(Prefetch("permits", permits))
    return {round_.line_works_id: round_ for round_ in rounds}


def late(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return those whose decision is or was late, by the instant only."""
    return permits.filter(_late())


def not_late(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return those whose decision is in time so far, or was."""
    return permits.exclude(_late())


def _late() -> Exists:
    clocks = Clock.objects.filter(part=OuterRef("ref"), kind__in=DECISION_KINDS)
    return Exists(clocks.late())


def by_time_left(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Annotate the first late instant of what runs now as `runs_out`, to be sorted by.

    It is read from the clocks and not kept twice: a calendar loaded later moves due days.
    """
    running = Clock.objects.filter(
        part=OuterRef("ref"), kind__in=PERMIT_KINDS, state=Clock.State.RUNNING
    )
    first = running.order_by().values("part").annotate(first=Min("late_from")).values("first")
    return permits.annotate(runs_out=Coalesce(Subquery(first), Value(NEVER))).order_by(
        *BY_TIME_LEFT
    )


def waiting(permits: QuerySet[Permit]) -> QuerySet[Permit]:
    """Return those that wait for a bureau."""
    return permits.filter(state__in=sorted(WITH_BUREAU))


def clocks_by_part(parts: Iterable[UUID]) -> dict[tuple[UUID | None, str], Clock]:
    """Return the newest clock of each kind of some permits and rounds, by (part, kind)."""
    rows = Clock.objects.filter(part__in=list(parts)).order_by("id")
    return {(clock.part, clock.kind): clock for clock in rows}
