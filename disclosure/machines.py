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
from applications.states import State as CaseState
from applications.states import holder_in
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
    source: str
    by: str
    targets: tuple[str, ...]
    only: str = ""

    @property
    def words(self) -> str:
        return noted(self.by, self.only) if self.only else self.by


@dataclass(frozen=True)
class Machine:
    """A machine to be shown; each of its states comes with the words of whose turn it is."""

    code: str
    title: str
    states: tuple[tuple[str, str], ...]
    moves: tuple[Move, ...]

    @property
    def picture(self) -> str:
        return f"diagrams/{self.code}.svg"

    @property
    def drawn(self) -> bool:
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
    home, low = _moves(ResidentialApplication), _moves(LowVoltageApplication)
    single, dual = _moves(SingleSourceApplication), _moves(DualSourceApplication)
    high = [move if move in single else (*move[:3], _("two sources")) for move in dual]
    high += [(*move[:3], _("one source")) for move in single if move not in dual]
    return [
        _case_machine("residential", _("Homes"), home, Kind.RESIDENTIAL),
        _case_machine("low_voltage", _("Low voltage"), low, Kind.LV_OTHER),
        _case_machine("high_voltage", _("High voltage"), high, Kind.HV_DUAL),
        Machine(
            "permit",
            _("Permits"),
            tuple((str(s.label), holder_name(TURN[s])) for s in PermitState),
            tuple(_collected(_moves(Permit), PermitState)),
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
    return Machine(code, title, tuple(states), tuple(_collected(moves, CaseState)))


def _moves(model: type[Model]) -> list[Raw]:
    """Each act of a machine from each state in which it begins, with the states it leads to."""
    start = "" if model is Permit else CaseState.DRAFT.value
    together: dict[tuple[str, str], list[str]] = {}
    for name, source, target in arrows(model, start):
        together.setdefault((str(acts_of(model)[name].label), source), []).append(target)
    return [(label, source, tuple(targets), "") for (label, source), targets in together.items()]


def _collected(moves: Iterable[Raw], states: type[TextChoices]) -> Iterator[Move]:
    """Moves in the order of their states; a move from many states is one line."""
    order = states.values
    together: dict[tuple[str, tuple[str, ...], str], list[str]] = {}
    for label, source, targets, only in sorted(moves, key=lambda move: order.index(move[1])):
        together.setdefault((label, targets, only), []).append(source)
    for (label, targets, only), sources in together.items():
        many = len(sources) > 3
        source = _("any open state") if many else " / ".join(str(states(s).label) for s in sources)
        yield Move(source, label, tuple(str(states(t).label) for t in targets), only)
