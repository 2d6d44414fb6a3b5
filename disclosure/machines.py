"""The state machines as tables: states, whose turn it is, and every move, read from the code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.staticfiles import finders
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from applications.models import (
    Application,
    HighVoltageApplication,
    LowVoltageApplication,
    ResidentialApplication,
)
from applications.states import State as CaseState
from applications.states import holder_in
from applications.verbs import EVERY_VERB
from approvals.models import Permit
from approvals.states import TURN
from approvals.states import State as PermitState
from core.templatetags.city import holder_name
from disclosure.rows import noted
from disclosure.tables import Context, Shown, drawn
from rules.names import Kind

PERMIT_MOVES: dict[str, str | Promise] = {
    "accept": gettext_lazy("Accept"),
    "deem_accepted": gettext_lazy("Deemed accepted, after silence"),
    "request_supplement": gettext_lazy("Name everything that is missing"),
    "supply_supplement": gettext_lazy("Hand in what was missing"),
    "exclude_time": gettext_lazy("Exclude time as the law prescribes"),
    "resume": gettext_lazy("Resume"),
    "commit": gettext_lazy("Commit or file"),
    "grant": gettext_lazy("Grant"),
    "refuse": gettext_lazy("Refuse"),
    "withdraw": gettext_lazy("Withdrawn with the case"),
}
CASE_MOVES: dict[str, str | Promise] = {
    "join": gettext_lazy("Every permit is decided"),
    **{name: verb.label for name, verb in EVERY_VERB.items()},
}


Raw = tuple[str, str, tuple[str, ...], str]


@dataclass(frozen=True)
class Move:
    """One legal move: from which state, by what, to which states; for which kinds only."""

    source: str
    by: str
    targets: tuple[str, ...]
    only: str = ""

    @property
    def words(self) -> str:
        """What happens, and for which kinds only."""
        return noted(self.by, self.only) if self.only else self.by


@dataclass(frozen=True)
class Machine:
    """One machine: its name for files, its title, its states with whose turn it is, its moves."""

    code: str
    title: str
    states: tuple[tuple[str, str], ...]
    moves: tuple[Move, ...]

    @property
    def picture(self) -> str:
        """The static path of its generated diagram."""
        return f"diagrams/{self.code}.svg"

    @property
    def drawn(self) -> bool:
        """Whether the diagram was generated."""
        return finders.find(self.picture) is not None

    @property
    def state_table(self) -> Context:
        """The states and whose turn it is in each."""
        columns = [
            Shown(_("State"), lambda row: row[0]),
            Shown(_("Whose turn it is"), lambda row: row[1]),
        ]
        return drawn(columns, self.states, _("States: {title}").format(title=self.title))

    @property
    def move_table(self) -> Context:
        """Every legal move."""
        columns = [
            Shown(_("From"), lambda move: move.source),
            Shown(_("What happens"), lambda move: move.words),
            Shown(
                _("To"),
                lambda move: pgettext("between the targets of a move", " or ").join(move.targets),
            ),
        ]
        return drawn(columns, self.moves, _("Moves: {title}").format(title=self.title))


def machines() -> list[Machine]:
    """The three machines of a case and the machine of a permit."""
    return [
        _case_machine("residential", _("Homes"), ResidentialApplication, Kind.RESIDENTIAL),
        _case_machine("low_voltage", _("Low voltage"), LowVoltageApplication, Kind.LV_OTHER),
        _case_machine("high_voltage", _("High voltage"), HighVoltageApplication, Kind.HV_DUAL),
        _permit_machine(),
    ]


def _case_machine(code: str, title: str, model: type[Application], kind: Kind) -> Machine:
    reached = _reached(_case_moves(model))
    moves = sorted(
        (move for move in _case_moves(model) if move[0] in reached),
        key=lambda move: CaseState.values.index(move[0]),
    )
    order = [state for state in CaseState.values if state in reached]
    states = tuple((_case_label(s), _turn(holder_in(kind, s), code, s)) for s in order)
    return Machine(code, title, states, tuple(_collected(moves, _case_label, CASE_MOVES)))


def _reached(moves: Iterable[Raw]) -> set[str]:
    """The states that a case of this machine can come to: some moves start from any state."""
    edges = [(source, target) for source, _name, targets, _only in moves for target in targets]
    reached: set[str] = {CaseState.DRAFT.value}
    while more := {target for source, target in edges if source in reached} - reached:
        reached |= more
    return reached


def _turn(holder: str, code: str, state: str) -> str:
    """Whose turn it is, in words; nobody's after the end."""
    if state == CaseState.WORKS and code == "high_voltage":
        return _("{holder} (for one source and for two)").format(holder=holder_name(holder))
    return holder_name(holder)


def _case_label(state: str) -> str:
    return str(CaseState(state).label)


def _case_moves(model: type[Application]) -> Iterator[Raw]:
    for move in _transitions(model):
        kinds = move.custom.get("kinds", frozenset())
        dual, single = Kind.HV_DUAL in kinds, Kind.HV_SINGLE in kinds
        only = ""
        if model is HighVoltageApplication and dual != single:
            only = _("two sources") if dual else _("one source")
        yield str(move.source), move.name, _targets(move), only


def _transitions(model: type[Any]) -> list[Any]:
    field = model._meta.get_field("state")
    return list(field.get_all_transitions(model))


def _targets(move: Any) -> tuple[str, ...]:
    """Where a transition can lead; itself where it does not move."""
    if move.target is None:
        return (str(move.source),)
    several = getattr(move.target, "allowed_states", None)
    return tuple(str(target) for target in several) if several else (str(move.target),)


def _permit_machine() -> Machine:
    found = [(str(m.source), m.name, _targets(m), "") for m in _transitions(Permit)]
    moves = sorted(found, key=lambda move: PermitState.values.index(move[0]))
    states = tuple((str(s.label), holder_name(TURN[s])) for s in PermitState)
    return Machine(
        "permit",
        _("Permits"),
        states,
        tuple(_collected(moves, lambda state: str(PermitState(state).label), PERMIT_MOVES)),
    )


def _collected(moves: Iterable[Raw], label: Any, names: dict[str, Any]) -> Iterator[Move]:
    """Moves in the order of their declaration; a move from many states is one line."""
    together: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for source, name, targets, only in moves:
        together.setdefault((name, targets, only), []).append(source)
    for (name, targets, only), sources in together.items():
        many = len(sources) > 3
        source = _("any open state") if many else " / ".join(label(s) for s in sources)
        yield Move(source, str(names.get(name, name)), tuple(label(t) for t in targets), only)
