"""The machine of a task: every legal move is a transition here, and only here."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.problems import Text
from ledger.queries import taken_by
from oversight.agency import LEAD_AGENCY
from oversight.task_ledger import bodies
from oversight.task_ledger.owners import keeper_role, owner_role
from workflow.machine import TWO_PEOPLE, Act, act

if TYPE_CHECKING:
    from oversight.task_ledger.models import Task

ENTERED: Final = "task.entered"
CLAIMED: Final = "task.claimed"


class TaskState(TextChoices):
    OPEN = "open", pgettext_lazy("task", "Open")
    CLAIMED = "claimed", pgettext_lazy("task", "Done, to be confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("task", "Confirmed")
    CANCELLED = "cancelled", pgettext_lazy("task", "Cancelled")


def owner(task: "Task", user: User) -> Role | None:
    return owner_role(task.party, task.district, user)


def keeper(task: "Task", user: User) -> Role | None:
    return keeper_role(task.ledger, task.district, user)


def own(tasks: Iterable["Task"], user: User) -> set[UUID]:
    """References of those that the person entered, or said to be done; one statement."""
    return taken_by(user.pk, [task.ref for task in tasks], [ENTERED, CLAIMED])


def not_own(task: "Task", user: User) -> Text | None:
    """Whoever entered it, or said that it is done, does not judge it."""
    return TWO_PEOPLE if own([task], user) else None


def is_overdue(task: "Task", now: datetime) -> bool:
    return task.state == TaskState.OPEN and now >= task.late_from


OWNER: Final[dict[str, Any]] = {
    "who": owner, "refusal": _("Only the owner of the task does this."),
}  # fmt: skip
KEEPER: Final[dict[str, Any]] = {
    "who": keeper, "refusal": _("Only who keeps this ledger does this."),
}  # fmt: skip
JUDGE: Final[dict[str, Any]] = {**LEAD_AGENCY, "bar": not_own}


class TaskMachine:
    due_on: date
    late_from: datetime

    @act(
        TaskState.OPEN, TaskState.CLAIMED,
        Act(_("Say that it is done"), CLAIMED, ahead=True, **OWNER, body=bodies.Claim, files=True,
            stamps=["claimed_at"]),
    )  # fmt: skip
    def claim(self, *, words: str) -> None:
        """A claim of the owner, until it is confirmed."""

    @act(
        TaskState.OPEN, None,
        Act(_("Add progress"), "task.noted", **OWNER, body=bodies.Progress, files=True),
    )  # fmt: skip
    def note(self, *, words: str) -> None:
        """As often as there is something to say."""

    @act(
        TaskState.CLAIMED, TaskState.CONFIRMED,
        Act(_("Confirm that it is done"), "task.confirmed", ahead=True, **JUDGE,
            stamps=["ended_at"]),
    )  # fmt: skip
    def confirm(self) -> None:
        """By a second person."""

    @act(
        TaskState.CLAIMED, TaskState.OPEN,
        Act(_("Return the task"), "task.returned", **JUDGE, body=bodies.Because),
    )  # fmt: skip
    def give_back(self, *, words: str) -> None:
        """Its day stays: it may be overdue at once."""

    @act(
        TaskState.OPEN, None,
        Act(_("Move the day"), "task.due_moved", **KEEPER, body=bodies.NewDay),
    )  # fmt: skip
    def move_due(self, *, due_on: date, late_from: datetime) -> None:
        """Old day, new day and reasons stay beside the task."""
        self.due_on, self.late_from = due_on, late_from

    @act(
        (TaskState.OPEN, TaskState.CLAIMED), TaskState.CANCELLED,
        Act(_("Cancel the task"), "task.cancelled", **KEEPER, body=bodies.Because,
            stamps=["ended_at"]),
    )  # fmt: skip
    def cancel(self, *, words: str) -> None:
        """It stays in the ledger, with the reasons."""
