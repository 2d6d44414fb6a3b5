"""The tables of the task ledger."""

from uuid import uuid4

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import pgettext_lazy
from django_fsm import FSMField, FSMModelMixin

from oversight.task_ledger.owners import Ledger
from oversight.task_ledger.workflow import TaskMachine, TaskState


class Task(TaskMachine, FSMModelMixin, models.Model):
    """A task of a ledger. `party` and `district` own it (`owners`); an empty district is the whole
    city. `claimed_at`: the last time that it was said to be done."""

    word = "task"

    ref = models.UUIDField(default=uuid4, unique=True)
    ledger = models.CharField(max_length=8, choices=Ledger)
    title = models.CharField(max_length=120)
    what = models.TextField()
    clause = models.CharField(max_length=120)
    party = models.CharField(max_length=24)
    post = models.CharField(max_length=60)
    district = models.CharField(max_length=12, blank=True)
    due_on = models.DateField()
    late_from = models.DateTimeField()
    state = FSMField(
        max_length=9, choices=TaskState.choices, default=TaskState.OPEN, protected=True
    )
    entered_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "cancelled"], ended_at__isnull=False)
                | Q(state__in=["open", "claimed"], ended_at__isnull=True),
                name="task_ended_with_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "cancelled"]) | Q(claimed_at__isnull=False),
                name="task_claimed_with_instant",
            ),
            models.CheckConstraint(
                condition=~Q(ledger="district") | ~Q(district=""), name="task_of_a_district"
            ),
        ]
        indexes = [
            models.Index(
                fields=["party", "late_from", "id"],
                condition=Q(state="open"),
                name="task_open_of_owner",
            ),
            models.Index(
                fields=["late_from", "id"], condition=Q(state="open"), name="task_open_by_day"
            ),
            models.Index(fields=["id"], condition=Q(state="claimed"), name="task_to_confirm"),
            models.Index(fields=["party", "-id"], name="task_of_owner"),
            models.Index(fields=["district", "-id"], name="task_of_district"),
        ]

    def __str__(self) -> str:
        return self.title


class TaskNote(models.Model):
    """What was said of a task, by which role and when; of a moved day, both days. Never changed
    (portal/grants.py)."""

    class Kind(TextChoices):
        NOTED = "note", pgettext_lazy("task", "Progress")
        CLAIMED = "claim", pgettext_lazy("task", "Said to be done")
        RETURNED = "give_back", pgettext_lazy("task", "Returned")
        MOVED = "move_due", pgettext_lazy("task", "Day moved")
        CANCELLED = "cancel", pgettext_lazy("task", "Cancelled")

    of = models.ForeignKey(Task, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=9, choices=Kind)
    at = models.DateTimeField()
    role = models.CharField(max_length=20)
    words = models.TextField()
    on_time = models.BooleanField(null=True)
    due_before = models.DateField(null=True)
    due_after = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="move_due", due_before__isnull=False, due_after__isnull=False)
                | ~Q(kind="move_due") & Q(due_before__isnull=True, due_after__isnull=True),
                name="task_note_has_days_if_moved",
            ),
            models.CheckConstraint(
                condition=Q(kind="claim", on_time__isnull=False)
                | ~Q(kind="claim") & Q(on_time__isnull=True),
                name="task_note_on_time_if_claimed",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="task_note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.kind}"
