"""How a machine is declared, and what is read off its table.

A machine is a class of transitions beside its model; the library keeps the table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import Any, NamedTuple, TypeVar, cast

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import RETURN_VALUE, transition
from rest_framework.serializers import Serializer

from accounts.models import User
from accounts.roles import Role
from core.bodies import Empty
from core.problems import Text

F = TypeVar("F", bound=Callable[..., Any])
#: Under which role a person may take an act of a thing, if any.
Who = Callable[[Any, User], Role | None]
#: Why somebody who holds that role leaves an act to somebody else: the thing is their own, or they
#: took the step before it. None: nothing keeps them from it.
Bar = Callable[[Any, User], Text | None]


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition of a transition, with the sentence for whom it stops, or what makes it."""

    holds: Callable[[Any], bool]
    reason: Text | Callable[[Any], Text]

    def __call__(self, thing: Any) -> bool:
        return self.holds(thing)

    def why(self, thing: Any) -> Text:
        return self.reason(thing) if callable(self.reason) else self.reason


#: Everything missing is named at one time: of a case (plan 3(2)2) as of a permit (行政许可法 32).
#: The thing's own rules say how often, which is once.
MAY_BE_ASKED = Guard(
    lambda thing: (
        not thing.supplements_asked or thing.supplements_asked < thing.supplements_allowed()
    ),
    _("A supplement was asked for already, as often as the rules allow."),
)
REFUSED = _("Your roles do not allow this.")
#: What the three kinds of things that move say of people who may not judge in a matter of theirs.
OWN_CASE = _("This is your own case: somebody else does this.")
TWO_PEOPLE = _("This is for somebody else to do: the rules want two people for it.")
_declared = count()


def own_case(thing: Any, user: User) -> Text | None:
    """The bar of whatever knows whose case it is of (`concerns`)."""
    return OWN_CASE if thing.concerns(user) else None


# Each is itself alone: to compare their words, which are lazy, would translate them every time.
@dataclass(frozen=True, slots=True, eq=False)
class Act:
    """All that is said of a transition besides its states.

    Args:
        label: of the button; empty where it is the system's.
        who: under which role a person may do it; None where only the system does.
        bar: why a person of that role may not.
        belongs: whether things like this one have this act at all.
        stamps: columns that take the instant of the entry.
        files: whether files may come with it.
        here: whether it is taken at the common address of actions; some have one of their own.
        ahead: whether it takes a thing on from the states that it begins in, or from which of
            them: its button has the accent there. Never what is exceptional or dangerous.
        awaited: what those who wait for it are told will be done, where its label says what only
            the outcome can be.
        name: of the action, where the method's name is another.
    """

    label: Text
    event: str
    who: Who | None = None
    refusal: Text = REFUSED
    bar: Bar | None = None
    body: type[Serializer[Any]] = Empty
    belongs: Guard | None = None
    guards: Sequence[Guard] = ()
    stamps: Sequence[str] = ()
    files: bool = False
    here: bool = True
    ahead: bool | frozenset[str] = False
    awaited: Text = ""
    name: str = ""
    method: str = ""
    order: int = 0

    def why_barred(self, thing: Any, user: User) -> Text | None:
        """Asked of people of its role only."""
        return self.bar(thing, user) if self.bar else None

    def takes_on(self, source: str) -> bool:
        return self.ahead if isinstance(self.ahead, bool) else source in self.ahead

    def is_for(self, thing: Any, user: User) -> bool:
        return (
            self.who is not None
            and self.who(thing, user) is not None
            and self.why_barred(thing, user) is None
        )

    def stopped_by(self, thing: Any) -> Guard | None:
        guards = [self.belongs, *self.guards] if self.belongs else self.guards
        return next((guard for guard in guards if not guard.holds(thing)), None)

    def why_stopped(self, thing: Any) -> Text | None:
        guard = self.stopped_by(thing)
        return guard.why(thing) if guard else None


def set_all(thing: object, said: Mapping[str, Any]) -> None:
    """Let columns be as an act says, from now on."""
    for name, value in said.items():
        setattr(thing, name, value)


def act(
    source: str | Iterable[str], target: str | tuple[str, ...] | None, said: Act
) -> Callable[[F], F]:
    """Declare a transition of `state`; the method returns which of several targets, None stays."""
    to = RETURN_VALUE(*target) if isinstance(target, tuple) else target
    conditions: list[Callable[[Any], bool]] = [*said.guards]
    if said.belongs:
        conditions.insert(0, said.belongs)

    def declare(method: F) -> F:
        name = method.__name__
        whole = replace(said, name=said.name or name, method=name, order=next(_declared))
        return cast(
            "F",
            transition(
                field="state",
                source=source if isinstance(source, str) else list(source),
                target=to,
                conditions=conditions,
                custom={"act": whole},
            )(method),
        )

    return declare


Machine = type[models.Model]


def transitions(machine: Machine) -> list[Any]:
    """The library's rows of a machine's table, one for each act and state it begins in."""
    field: Any = machine._meta.get_field("state")
    return list(field.get_all_transitions(machine))


@cache
def acts_of(machine: Machine) -> dict[str, Act]:
    """By name, in the order in which they are declared."""
    found = {move.custom["act"].name: move.custom["act"] for move in transitions(machine)}
    return dict(sorted(found.items(), key=lambda item: item[1].order))


@cache
def events_of(machine: Machine) -> frozenset[str]:
    """The types of the entries that record a machine's acts, the system's too."""
    return frozenset(said.event for said in acts_of(machine).values())


@cache
def sources(machine: Machine, name: str) -> frozenset[str]:
    moves = transitions(machine)
    return frozenset(str(move.source) for move in moves if move.custom["act"].name == name)


class Ahead(NamedTuple):
    """An act that takes things on from a state, and where to; the first of several targets."""

    act: Act
    target: str


@cache
def ahead_from(machine: Machine) -> dict[str, list[Ahead]]:
    """By state, in the order in which the acts are declared, those that only some things have
    behind the others; without those that end things."""
    found: dict[str, list[Ahead]] = {}

    def place(move: Any) -> tuple[bool, int]:
        return move.custom["act"].belongs is not None, move.custom["act"].order

    for move in sorted(transitions(machine), key=place):
        if move.custom["act"].takes_on(str(move.source)):
            target = next(iter(getattr(move.target, "allowed_states", (move.target,))))
            step = Ahead(move.custom["act"], str(target or move.source))
            found.setdefault(str(move.source), []).append(step)
    return found


def way_of(machine: Machine, thing: Any) -> list[Act]:
    """What takes a thing on from where it stands, one act after the other to the end."""
    way: list[Act] = []
    state, found = thing.state, ahead_from(machine)
    while True:
        steps = [
            step
            for step in found.get(state, ())
            if step.act not in way and (step.act.belongs is None or step.act.belongs.holds(thing))
        ]
        # What a guard stops now may be open later; the thing itself stands at the first only.
        if not way:
            steps = [step for step in steps if step.act.stopped_by(thing) is None]
        if not steps:
            return way
        way.append(steps[0].act)
        state = steps[0].target


def state_words(thing: Any) -> str:
    """Of its state, in the reader's language.

    Django's own `get_state_display` brings those of all states into it to find one, for every act
    of every thing of a list.
    """
    return str(_states_of(thing._meta.concrete_model)[thing.state])


@cache
def _states_of(model: type[models.Model]) -> dict[str, Text]:
    field: Any = model._meta.get_field("state")
    return dict(field.flatchoices)


def turn_of(machine: Machine, thing: Any, user: User) -> str:
    """The name of the act that takes a thing on, where it is this person's; empty where others'."""
    way = way_of(machine, thing)
    return way[0].name if way and way[0].is_for(thing, user) else ""


class Arrow(NamedTuple):
    """It leads back to where it began where nothing moves."""

    action: str
    source: str
    target: str


def arrows(machine: Machine, start: str = "") -> list[Arrow]:
    """What cannot be reached from the state `start` is left out; empty: everything is told."""
    found = []
    for move in transitions(machine):
        for target in getattr(move.target, "allowed_states", (move.target,)):
            source = str(move.source)
            found.append(Arrow(move.custom["act"].name, source, str(target or source)))
    reached, grown = set[str](), {start}
    while start and reached != grown:
        reached = set(grown)
        grown |= {arrow.target for arrow in found if arrow.source in reached}
    return [arrow for arrow in found if arrow.source in reached or not start]


def legal_moves(machine: Machine, start: str = "") -> set[tuple[str, str]]:
    """Every (from, to) of a machine; the database holds the same table."""
    moves = arrows(machine, start)
    return {(each.source, each.target) for each in moves if each.source != each.target}
