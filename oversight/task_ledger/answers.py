"""What the API gives of tasks."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.serializers import BooleanField, CharField, IntegerField, Serializer

from core.answers import Count, Day, Instant, MaybeDay, MaybeInstant, MaybeText
from core.clock import city_now
from documents.queries import about as documents_about
from documents.serializers import FileAnswer
from oversight.task_ledger.actions import TASKS
from oversight.task_ledger.models import Task, TaskNote
from oversight.task_ledger.owners import Ledger
from oversight.task_ledger.workflow import TaskState, is_overdue
from workflow.buttons import WithButtons


class TaskRow(Serializer[Any]):
    """A task; its owner is a post of an organisation (`party`), never a person."""

    id = IntegerField(source="pk")
    ledger = serializers.ChoiceField(Ledger.choices)
    title = CharField()
    clause = CharField()
    party = CharField()
    post = CharField()
    district = MaybeText(help_text="empty: the whole city")
    due_on = Day()
    state = serializers.ChoiceField(choices=TaskState.choices)
    overdue = serializers.SerializerMethodField()
    claimed_at = MaybeInstant()
    ended_at = MaybeInstant()
    version = Count()

    def get_overdue(self, task: Task) -> bool:
        known: dict[str, Any] = self.context  # type: ignore[assignment]  # DRF's own dict
        if "now" not in known:
            known["now"] = city_now()
        return is_overdue(task, known["now"])


class TaskMoved(TaskRow, WithButtons):
    workflow = TASKS


class TaskNoteAnswer(Serializer[Any]):
    """What was said; of a moved day, both days."""

    kind = serializers.ChoiceField(TaskNote.Kind.choices)
    at = Instant()
    role = CharField()
    words = CharField()
    on_time = BooleanField(allow_null=True, help_text="of what is said to be done")
    due_before = MaybeDay()
    due_after = MaybeDay()


class TaskWhole(TaskMoved):
    what = CharField()
    notes = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    @extend_schema_field(TaskNoteAnswer(many=True))
    def get_notes(self, task: Task) -> Any:
        return TaskNoteAnswer(task.notes.order_by("id"), many=True).data

    @extend_schema_field(FileAnswer(many=True))
    def get_files(self, task: Task) -> Any:
        return FileAnswer(documents_about(task.word, task.pk), many=True).data
