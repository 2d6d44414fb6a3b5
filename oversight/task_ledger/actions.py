"""The verbs of tasks, run under the lock of each record."""

from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from core.bodies import read
from core.clock import end_of
from core.problems import Forbidden
from ledger.record import NewEntry, append
from notifications.texts import register_link
from oversight.task_ledger.bodies import TaskBody
from oversight.task_ledger.models import Task, TaskNote
from oversight.task_ledger.owners import keeper_role, owners
from oversight.task_ledger.workflow import ENTERED, KEEPER, TaskState
from workflow.files import keep_files
from workflow.run import Step, Workflow

EVIDENCE: Final = "evidence"


def enter(*, body: Any, by: User) -> Task:
    """Enter a task into a ledger (`bodies.TaskBody`); its owner is told.

    Raises:
        Forbidden: the person does not keep this ledger. Malformed, Invalid: refused values.
    """
    said = read(TaskBody, body)
    role = keeper_role(said["ledger"], said["district"], by)
    if role is None:
        raise Forbidden(KEEPER["refusal"])
    new = Task(**said, late_from=end_of(said["due_on"]))
    actor = by.acting_as(role, new.district)
    with transaction.atomic():
        entry = NewEntry(new.ref, ENTERED, actor, to_state=TaskState.OPEN, data=said)
        new.entered_at = append(entry)[0].at
        new.save(force_insert=True)
        TASKS.tell(ENTERED, new, by.party_id)
    return new


def say(step: Step[Task]) -> None:
    """Keep the words beside the task, with the files that came."""
    words = step.values["words"]
    at = step.record(data={"words": words, "documents": keep_files(step, EVIDENCE)})
    kind = TaskNote.Kind(step.act.name)
    on_time = at < step.thing.late_from if kind == TaskNote.Kind.CLAIMED else None
    TaskNote.objects.create(
        of=step.thing, kind=kind, at=at, role=step.actor.role, words=words, on_time=on_time
    )


def move_due(step: Step[Task]) -> None:
    """Keep the day that it was due on before, by whom and why."""
    before, after, words = step.thing.due_on, step.values["due_on"], step.values["words"]
    step.values = {"due_on": after, "late_from": end_of(after)}
    at = step.record(data={"due_before": before, "due_on": after, "words": words})
    TaskNote.objects.create(
        of=step.thing,
        kind=TaskNote.Kind.MOVED,
        at=at,
        role=step.actor.role,
        words=words,
        due_before=before,
        due_after=after,
    )


class TaskWorkflow(Workflow[Task]):
    model = Task
    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = Task.word
    circles = {
        "owner": lambda task: owners(task.party, task.district),
        "lead_agency": lambda _task: holders(Role.LEAD_AGENCY),
    }
    verbs = {
        "note": say, "claim": say, "give_back": say, "cancel": say, "move_due": move_due,
    }  # fmt: skip

    def ref(self, thing: Task) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def identity(self, thing: Task) -> dict[str, Any]:
        return {"task": thing.title}

    def context(self, thing: Task) -> dict[str, Any]:
        return {"name": thing.title}


TASKS: Final = TaskWorkflow()


def wire() -> None:
    register_link(Task.word, lambda pk, _context: reverse("tasks:task", args=[pk]))
