"""Pages of the task ledger."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import person, role_required
from accounts.models import User
from core.form_token import posted
from core.forms import form_of
from core.paging import page_of
from core.problems import Forbidden, Problem
from oversight.acting import begun_by, drawn, step_of
from oversight.task_ledger import bodies, queries, reading
from oversight.task_ledger.actions import TASKS, enter
from oversight.task_ledger.models import Task
from oversight.task_ledger.owners import KEEPERS, READERS
from oversight.task_ledger.workflow import KEEPER, TaskState
from workflow.machine import acts_of

reading_tasks = role_required(*READERS)
TaskForm = form_of(bodies.TaskBody, rows=6)
FORMS: Final = {
    name: form_of(said.body, rows=6, files=said.files) for name, said in acts_of(Task).items()
}


def keeps_one(user: User) -> bool:
    return user.role_in(*KEEPERS.values()) is not None


@require_safe
@reading_tasks
def tasks(request: HttpRequest) -> HttpResponse:
    user, show = person(request), request.GET.get("show", "")
    page = page_of(request, queries.tasks(user, show), order=("-id",))
    shows: list[tuple[str, Any]] = [
        ("", _("All tasks")),
        (queries.OVERDUE, pgettext("task", "Overdue")),
        *TaskState.choices,
    ]
    context = {
        "page": page,
        "table": reading.tasks_table(page.rows),
        "shows": shows,
        "show": show,
        "may_enter": keeps_one(user),
    }
    return render(request, "task_ledger/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reading_tasks
def new_task(request: HttpRequest) -> HttpResponse:
    user, form = person(request), TaskForm(posted(request))
    if not keeps_one(user):
        raise Forbidden(KEEPER["refusal"])
    return begun_by(
        request,
        form,
        lambda: enter(body=form.body(), by=user),
        heading=_("Enter a task"),
        back="tasks:list",
        back_label=_("Task ledger"),
        one="tasks:task",
    )


@require_safe
@reading_tasks
def task(request: HttpRequest, pk: int) -> HttpResponse:
    return task_page(request, queries.task_for(pk, person(request)))


def task_page(request: HttpRequest, one: Task, problem: Problem | None = None) -> HttpResponse:
    return drawn(
        request,
        TASKS,
        one,
        problem,
        page="tasks:step",
        template="task_ledger/task.html",
        context=reading.task_context(one),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reading_tasks
def task_step(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    one = queries.task_for(pk, person(request))
    return step_of(
        request,
        TASKS,
        one,
        action,
        FORMS,
        one="tasks:task",
        heading=one.title,
        overtaken=lambda now, problem: task_page(request, now, problem),
    )
