"""Which acts a thing has for a person, each possible now or with the reason why not."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from workflow.machine import sources, way_of
from workflow.run import Workflow

T = TypeVar("T", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Button:
    """`reason` says why it cannot be done now; `tone` is `warning` for what is not taken back.

    `mine`: it is for the person's side; `barred`: but for somebody else of it. `primary`: it takes
    the thing on, so it has the accent.
    """

    action: str
    label: str
    mine: bool
    reason: str | None
    url: str = ""
    tone: str = ""
    primary: bool = False
    barred: bool = False

    @property
    def allowed(self) -> bool:
        return self.reason is None


def buttons(workflow: Workflow[T], thing: T, user: User) -> list[Button]:
    """Every act of things like this one, as declared; no query beyond the person's roles."""
    found, way = [], way_of(workflow.machine(thing), thing)
    for name, said in workflow.acts(thing).items():
        mine = said.who is not None and said.who(thing, user) is not None
        bar = said.why_barred(thing, user) if mine else said.refusal
        reason = workflow.why_not(thing, name) if bar is None else str(bar)
        found.append(
            Button(
                name,
                workflow.label(thing, said),
                mine,
                reason,
                primary=reason is None and said in way[:1],
                barred=mine and bar is not None,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Choices:
    """What `components/action_buttons.html` draws.

    `stopped` are acts of this state that a rule stops, with its reason; `after` says in a line what
    comes next, up to the reader's own next act.
    """

    now: list[Button]
    stopped: list[Button]
    after: str


def choices(workflow: Workflow[T], thing: T, user: User, found: Iterable[Button]) -> Choices:
    """Sort the buttons of a person's side; what cannot be done here and now is told, not drawn."""
    own = [button for button in found if button.mine]
    machine, state = workflow.machine(thing), thing.state  # type: ignore[attr-defined]
    coming = {said.name for said in way_of(machine, thing)}
    return Choices(
        now=sorted((each for each in own if each.allowed), key=lambda each: not each.primary),
        stopped=[
            each
            for each in own
            if not each.allowed
            and (each.barred or each.action not in coming)
            and state in sources(machine, each.action)
        ],
        after=after_words(workflow, thing, user),
    )


def after_words(workflow: Workflow[T], thing: T, user: User) -> str:
    """Say what must happen before the person's next act; empty where nothing follows."""
    way = way_of(workflow.machine(thing), thing)
    mine = [said.is_for(thing, user) for said in way]
    labels = [
        workflow.label(thing, said) if own or not said.awaited else str(said.awaited)
        for own, said in zip(mine, way, strict=True)
    ]
    if mine[:1] == [True]:
        way, mine, labels = way[1:], mine[1:], labels[1:]
        until = mine.index(True) + 1 if True in mine else 1
        return _("After that: %(steps)s.") % {"steps": " → ".join(labels[:until])} if way else ""
    if True not in mine:
        return _("Next: %(steps)s.") % {"steps": labels[0]} if way else ""
    first = mine.index(True)
    values = {"steps": " → ".join(labels[:first]), "own": labels[first]}
    return _("First: %(steps)s. Then it is your turn: %(own)s.") % values


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


class WithButtons(serializers.Serializer[Any]):
    """A thing with what its reader can do with it; `context["user"]` is the reader."""

    workflow: ClassVar[Workflow[Any]]
    actions = serializers.SerializerMethodField()

    @extend_schema_field(ButtonSerializer(many=True))
    def get_actions(self, thing: Any) -> Any:
        return buttons_json(self.workflow, thing, self.context["user"])

    @classmethod
    def of(cls, thing: Any, user: User) -> Any:
        return cls(thing, context={"user": user}).data
