"""Reads of the task ledger; who reads which task, `owners.readable` says."""

from collections.abc import Iterator
from typing import Final

from django.db.models import F, QuerySet, Value

from accounts.models import User
from accounts.roles import Role
from core.clock import NEVER, city_now
from core.problems import Forbidden, Missing
from oversight.agency import lead_agency
from oversight.task_ledger.models import Task
from oversight.task_ledger.owners import READERS, desks, owner_role, readable
from oversight.task_ledger.workflow import TaskState

OVERDUE: Final = "overdue"


def tasks(user: User, show: str = "") -> QuerySet[Task]:
    """`show`: a state, `OVERDUE`, or empty for all. Raises Forbidden: the person reads none."""
    if user.role_in(*READERS) is None:
        raise Forbidden
    found = Task.objects.filter(readable(user))
    if show == OVERDUE:
        return found.filter(state=TaskState.OPEN, late_from__lte=city_now())
    return found.filter(state=show) if show in TaskState.values else found


def task_for(pk: int, user: User) -> Task:
    """Raises Missing, Forbidden."""
    found = tasks(user).filter(pk=pk).first()
    if found is None:
        raise Missing
    return found


def opens_as(pk: int, user: User) -> Role | None:
    """Under which role somebody opens the files of a task: whoever reads it."""
    found = Task.objects.filter(readable(user), pk=pk).first()
    if found is None:
        return None
    return owner_role(found.party, found.district, user) or user.role_in(*READERS)


# What is to be done


def to_do(user: User) -> Iterator[QuerySet[Task]]:
    """Of each desk that the person holds."""
    opened = Task.objects.filter(state=TaskState.OPEN).annotate(runs_out=F("late_from"))
    return (opened.filter(desk).order_by("runs_out", "id") for desk in desks(user))


def to_confirm(user: User) -> Iterator[QuerySet[Task]]:
    if lead_agency(None, user) is not None:
        yield Task.objects.filter(state=TaskState.CLAIMED).annotate(runs_out=Value(NEVER))
