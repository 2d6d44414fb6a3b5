"""The reads that all of them have."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core.clock import city_now
from deadlines.explain import explain
from deadlines.models import Clock
from deadlines.queries import in_order_of_time_left, own_clocks, was_late
from deadlines.timeleft import TimeLeft, times_of

M = TypeVar("M", bound=Model)
#: The state in which all of them begin.
OPEN: Final = "open"


@dataclass(frozen=True, slots=True)
class Clocked:
    """The kind of their clock, and the states in which they have ended and have not."""

    kind: str
    ended_in: tuple[str, ...]
    open_in: tuple[str, ...] = (OPEN,)

    def opened(self, found: QuerySet[M]) -> QuerySet[M]:
        return found.filter(state__in=self.open_in)

    def ended(self, found: QuerySet[M]) -> QuerySet[M]:
        return found.filter(state__in=self.ended_in)

    def late(self, found: QuerySet[M]) -> QuerySet[M]:
        """Those that are or were late, by the instant only."""
        return found.filter(was_late(self.kind))

    def by_time_left(self, found: QuerySet[M]) -> QuerySet[M]:
        return in_order_of_time_left(found, self.kind)

    def clocks_of(self, found: Iterable[Any]) -> Mapping[UUID, Clock]:
        return own_clocks(found, self.kind)

    def left_of(self, rows: Sequence[Any]) -> Mapping[UUID, TimeLeft]:
        """By the reference of each row. Two statements however many there are; none for none."""
        return times_of(self.clocks_of(rows).values(), city_now()) if rows else {}

    def explained(self, one: Any) -> tuple[TimeLeft, dict[str, Any]]:
        """How the clock of one stands, and how that is counted, for `components/clock.html`."""
        now, clock = city_now(), self.clocks_of([one])[one.ref]
        said = explain(clock, now)
        return times_of([clock], now)[one.ref], {
            "title": _("How this is counted: %(name)s") % {"name": said.name},
            "lines": [{"kind": line.kind, "text": line.text} for line in said.lines],
        }
