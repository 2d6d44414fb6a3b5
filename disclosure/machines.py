"""The state machines as tables: states, whose turn it is, and every move, read from the code."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.staticfiles import finders
from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from applications.models import (
    DualSourceApplication,
    LowVoltageApplication,
    ResidentialApplication,
    SingleSourceApplication,
)
from applications.workflow import State as CaseState
from applications.workflow import holder_in
from approvals.models import Permit
from approvals.workflow import TURN
from approvals.workflow import State as PermitState
from core.templatetags.city import holder_name
from disclosure.rows import noted
from disclosure.tables import Context, Shown, drawn
from rules.names import Kind
from workflow.machine import acts_of, arrows

#: Act, source, targets, and for which kinds only.
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
        columns = [
            Shown(_("State"), lambda row: row[0]),
            Shown(_("Whose turn it is"), lambda row: row[1]),
        ]
        return drawn(columns, self.states, _("States: {title}").format(title=self.title))

    @property
    def move_table(self) -> Context:
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
    """The machines of a case and the machine of a permit."""
    single, dual = _moves(SingleSourceApplication), _moves(DualSourceApplication)
    both = [(*move, "" if move in single else _("two sources")) for move in dual] + [
        (*move, _("one source")) for move in single if move not in dual
    ]
    return [
        _case_machine("residential", _("Homes"), _plain(ResidentialApplication), Kind.RESIDENTIAL),
        _case_machine(
            "low_voltage", _("Low voltage"), _plain(LowVoltageApplication), Kind.LV_OTHER
        ),
        _case_machine("high_voltage", _("High voltage"), both, Kind.HV_DUAL),
        Machine(
            "permit",
            _("Permits"),
            tuple((str(s.label), holder_name(TURN[s])) for s in PermitState),
            tuple(_collected(_sorted(_plain(Permit), PermitState), PermitState)),
        ),
    ]


def _case_machine(code: str, title: str, moves: list[Raw], kind: Kind) -> Machine:
    reached = {
        CaseState.DRAFT.value,
        *(state for _n, _s, targets, _o in moves for state in targets),
    }
    order = [state for state in CaseState.values if state in reached]
    states = []
    for state in order:
        turn = holder_name(holder_in(kind, state))  # nobody's after the end
        if state == CaseState.WORKS and code == "high_voltage":
            turn = _("{holder} (for one source and for two)").format(holder=turn)
        states.append((str(CaseState(state).label), turn))
    return Machine(
        code, title, tuple(states), tuple(_collected(_sorted(moves, CaseState), CaseState))
    )


def _moves(model: type[Model]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each act of a machine from each state in which it begins, with the states it leads to."""
    start = "" if model is Permit else CaseState.DRAFT.value
    together: dict[tuple[str, str], list[str]] = {}
    for name, source, target in arrows(model, start):
        together.setdefault((str(acts_of(model)[name].label), source), []).append(target)
    return [(label, source, tuple(targets)) for (label, source), targets in together.items()]


def _plain(model: type[Model]) -> list[Raw]:
    return [(*move, "") for move in _moves(model)]


def _sorted(moves: list[Raw], states: type[TextChoices]) -> list[Raw]:
    return sorted(moves, key=lambda move: states.values.index(move[1]))


def _collected(moves: Iterable[Raw], states: type[TextChoices]) -> Iterator[Move]:
    """Moves in the order of their states; a move from many states is one line."""
    together: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for label, source, targets, only in moves:
        together.setdefault((label, targets, only), []).append(source)
    for (label, targets, only), sources in together.items():
        many = len(sources) > 3
        source = _("any open state") if many else " / ".join(str(states(s).label) for s in sources)
        yield Move(source, label, tuple(str(states(t).label) for t in targets), only)
