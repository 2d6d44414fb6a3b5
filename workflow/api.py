"""How a program takes an act: one answer for every machine."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import user_of
from core.api import answer_once, body_of, version_of, with_version
from deadlines.sweep import settle
from documents.actions import compared
from workflow.machine import acts_of
from workflow.run import Workflow

T = TypeVar("T", bound=models.Model)


def take(
    request: Request, workflow: Workflow[T], thing: T, name: str, answer: Callable[[T], Any]
) -> Response:
    """Take an act, once per `Idempotency-Key`; the answer is kept for whoever repeats it.

    Raises:
        Problem: everything that `Workflow.perform` refuses.
    """
    settle(workflow.ref(thing)[0])
    workflow.make_ready(thing, name)
    uploads = request.FILES.getlist("files")

    def act() -> tuple[int, Any]:
        moved = workflow.perform(
            thing,
            name,
            by=user_of(request),
            body=body_of(request),
            uploads=uploads,
            version=version_of(request),
        )
        return 200, answer(moved)

    response = answer_once(request, act, body=compared(request, uploads))
    return with_version(response, response.data["version"])


def bodies_of(name: str, *machines: type[models.Model]) -> PolymorphicProxySerializer:
    """The bodies of the acts that people take at the common address of some machines."""
    acts = [act for machine in machines for act in acts_of(machine).values()]
    bodies = dict.fromkeys(act.body for act in acts if act.who and act.here)
    return PolymorphicProxySerializer(name, list(bodies), None)
