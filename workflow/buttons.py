"""Which acts a thing has for a person, each possible now or with the reason why not."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from rest_framework import serializers

from accounts.models import User
from workflow.run import Workflow

T = TypeVar("T", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Button:
    """`reason` says why it cannot be done now; `tone` is `warning` for what is not taken back."""

    action: str
    label: str
    mine: bool
    reason: str | None
    url: str = ""
    tone: str = ""

    @property
    def allowed(self) -> bool:
        return self.reason is None


def buttons(workflow: Workflow[T], thing: T, user: User) -> list[Button]:
    """Every act of things like this one, as declared; no query beyond the person's roles."""
    found = []
    for name, said in workflow.acts(thing).items():
        mine = said.who is not None and said.who(thing, user) is not None
        reason = workflow.why_not(thing, name) if mine else str(said.refusal)
        found.append(Button(name, workflow.label(thing, said), mine, reason))
    return found


def buttons_json(workflow: Workflow[T], thing: T, user: User) -> list[dict[str, Any]]:
    return [
        {"action": button.action, "allowed": button.allowed, "reason": button.reason}
        for button in buttons(workflow, thing, user)
    ]


class ButtonSerializer(serializers.Serializer[Any]):
    """An act, whether the person may take it now, and if not, why."""

    action = serializers.CharField()
    allowed = serializers.BooleanField()
    reason = serializers.CharField(allow_null=True)
