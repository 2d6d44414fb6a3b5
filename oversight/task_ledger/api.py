"""The task ledger over HTTP: each view is one action or one query."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, parser_classes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.answers import page_of
from core.api import answer_once, body_of, with_version
from core.filters import CURSOR
from core.parsers import JsonBody
from oversight.orderly.api import listed
from oversight.task_ledger import answers, bodies, queries
from oversight.task_ledger.actions import TASKS, enter
from oversight.task_ledger.models import Task
from oversight.task_ledger.queries import OVERDUE
from oversight.task_ledger.workflow import TaskState
from workflow.api import bodies_of, take

TAGS: Final = ["tasks"]
SHOW: Final = OpenApiParameter("show", enum=[*TaskState.values, OVERDUE])


@extend_schema(
    methods=["GET"],
    operation_id="tasks_list",
    responses=page_of(answers.TaskRow),
    parameters=[*CURSOR, SHOW],
    tags=TAGS,
)
@extend_schema(
    methods=["POST"], request=bodies.TaskBody, responses={201: answers.TaskMoved}, tags=TAGS
)
@api_view(["GET", "POST"])
def tasks(request: Request) -> Response:
    """List the tasks that one owns, keeps or watches over, newest first; or enter one."""
    user = user_of(request)
    if request.method == "POST":

        def act() -> tuple[int, Any]:
            return 201, answers.TaskMoved.of(enter(body=body_of(request), by=user), user)

        return answer_once(request, act)
    found = queries.tasks(user, request.query_params.get("show", ""))
    return listed(request, found, answers.TaskRow)


@extend_schema(responses=answers.TaskWhole, tags=TAGS)
@api_view(["GET"])
def task(request: Request, pk: int) -> Response:
    """One task, all that was said of it, its evidence, and what can be done."""
    user = user_of(request)
    one = queries.task_for(pk, user)
    return with_version(Response(answers.TaskWhole.of(one, user)), one.version)


@extend_schema(request=bodies_of("TaskAct", Task), responses=answers.TaskMoved, tags=TAGS)
@api_view(["POST"])
@parser_classes([JsonBody, MultiPartParser])
def task_action(request: Request, pk: int, name: str) -> Response:
    """One step: note, claim (both multipart, with `files`, or JSON), confirm, give_back, move_due,
    cancel."""
    user = user_of(request)
    one = queries.task_for(pk, user)
    return take(request, TASKS, one, name, lambda moved: answers.TaskMoved.of(moved, user))
