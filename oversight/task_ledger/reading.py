"""What pages show of tasks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.roles import role_words
from core.clock import city_now
from core.templatetags.city import day, instant
from documents.queries import about as documents_about
from ledger.queries import timeline
from oversight.task_ledger.models import Task, TaskNote
from oversight.task_ledger.owners import Ledger, name_of
from oversight.task_ledger.workflow import TaskState, is_overdue
from rules.city import city
from workflow.machine import state_words
from workflow.pages import steps_table


def ledger_name(task: Task) -> str:
    if task.ledger == Ledger.DISTRICT:
        return str(city().district(task.district).name)
    return str(Ledger(task.ledger).label)


def owner_words(task: Task) -> str:
    """The organisation and the post."""
    return f"{name_of(task.party, task.district)} · {task.post}"


def tags_of(task: Task, now: datetime) -> list[dict[str, str]]:
    tone = "success" if task.state == TaskState.CONFIRMED else "primary"
    tags = [{"text": state_words(task), "tone": tone}]
    if is_overdue(task, now):
        tags.append({"text": pgettext("task", "Overdue"), "tone": "danger"})
    return tags


def tasks_table(found: Iterable[Task]) -> dict[str, Any]:
    now = city_now()
    return {
        "caption": _("Task ledger"),
        "columns": [
            {"label": _("Task")},
            {"label": _("Ledger")},
            {"label": _("Owner")},
            {"label": pgettext("task", "Due on")},
            {"label": _("State")},
        ],
        "rows": [
            [
                {"text": task.title, "url": reverse("tasks:task", args=[task.pk])},
                ledger_name(task),
                owner_words(task),
                day(task.due_on),
                _(", ").join(tag["text"] for tag in tags_of(task, now)),
            ]
            for task in found
        ],
        "stack": True,
        "empty": {
            "title": _("No task here"),
            "text": _("What is entered into a ledger stands here with its owner and its day."),
        },
    }


def note_words(note: TaskNote) -> str:
    """Of which kind it is; of a moved day both days, of a claim whether it came by its day."""
    kind = str(TaskNote.Kind(note.kind).label)
    if note.due_before and note.due_after:
        days = {"before": day(note.due_before), "after": day(note.due_after)}
        return kind + _(": from {before} to {after}").format(**days)
    if note.on_time is None:
        return kind
    return _("%(kind)s, %(word)s") % {
        "kind": kind, "word": _("in time") if note.on_time else _("late"),
    }  # fmt: skip


def notes_table(task: Task) -> dict[str, Any]:
    return {
        "caption": _("What was said"),
        "columns": [
            {"label": _("At what time")}, {"label": _("What")}, {"label": _("Who")},
            {"label": _("Words")},
        ],
        "rows": [
            [instant(note.at), note_words(note), role_words(note.role), note.words]
            for note in task.notes.order_by("-id")
        ],
        "stack": True,
    }  # fmt: skip


def facts_of(task: Task) -> list[dict[str, Any]]:
    return [
        {"key": _("Ledger"), "value": ledger_name(task)},
        {"key": _("Owner"), "value": owner_words(task)},
        {"key": pgettext("task", "Due on"), "value": day(task.due_on)},
        {"key": _("Clause"), "value": task.clause},
    ]


def task_context(task: Task) -> dict[str, Any]:
    return {
        "task": task,
        "tags": tags_of(task, city_now()),
        "facts": facts_of(task),
        "notes": notes_table(task),
        "files": documents_about(task.word, task.pk),
        "events": steps_table(timeline(task.ref)),
    }
