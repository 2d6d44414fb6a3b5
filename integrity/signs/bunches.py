"""Steps that come in bunches: one walk over the record finds the same ones however it is cut.

The entries are walked in the order of the log. One that completes a bunch begins an occurrence;
what follows on the same subject within the span belongs to it as further evidence, and counts for
no other. Everything that this depends on lies before the entry, so a late walk, or one in many
small pieces, ends with the same occurrences as a prompt one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from integrity.models import Evidence, Signal
from integrity.signs.base import Window


@dataclass(frozen=True, slots=True)
class Step:
    """One entry that may belong to a bunch.

    Args:
        position: in the log.
        subject: what bunches: only steps of one subject count together.
        value: what the sign counts, where it is not the entries themselves.
    """

    position: int
    entry_id: int
    at: datetime
    subject: str
    district: str = ""
    party: str = ""
    value: Any = None
    case_ref: UUID | None = None


@dataclass(slots=True)
class Bunch:
    """An occurrence: the step that completed it, and the steps of it in this window.

    Args:
        steps: of one that was found in an earlier window only the further ones.
        complete: the steps that completed it, which its facts speak of; empty if found earlier.
    """

    entry_id: int
    at: datetime
    steps: list[Step]
    complete: tuple[Step, ...] = ()


@dataclass
class _Walk:
    span: timedelta
    enough: Callable[[Sequence[Step]], bool]
    newest: dict[str, Bunch] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    past: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))

    def near(self, one: datetime, other: datetime) -> bool:
        return abs(one - other) <= self.span

    def meet(self, step: Step) -> Bunch | None:
        """Take a step into the bunch that it belongs to; return one that it completes."""
        bunch = self.newest.get(step.subject)
        if bunch and self.near(step.at, bunch.at):
            bunch.steps.append(step)
            self.used.add(step.entry_id)
            return None
        together = [
            one
            for one in self.past[step.subject]
            if one.entry_id not in self.used and self.near(one.at, step.at)
        ]
        if not self.enough(together):
            return None
        self.newest[step.subject] = bunch = Bunch(step.entry_id, step.at, together, tuple(together))
        self.used.update(one.entry_id for one in together)
        return bunch


def bunches(
    sign: str,
    window: Window,
    steps: Iterable[Step],
    *,
    span: timedelta,
    enough: Callable[[Sequence[Step]], bool],
) -> Iterator[Bunch]:
    """Yield the occurrences that the window completes or adds to.

    Args:
        sign: code of the sign, by which earlier occurrences are found.
        steps: in the order of the log: those of the window, and before them those of the same
            subjects that are within two spans of it.
        span: how far apart steps of one bunch are at most.
        enough: whether steps that are near each other, the newest last, make a bunch.
    """
    found = list(steps)
    walk = _Walk(span, enough)
    known = _known(walk, sign, window, {step.subject for step in found})
    fresh = []
    for step in found:
        walk.past[step.subject].append(step)
        if step.position > window.after and (bunch := walk.meet(step)):
            fresh.append(bunch)
    yield from (bunch for bunch in known if bunch.steps)
    yield from fresh


def _known(walk: _Walk, sign: str, window: Window, subjects: set[str]) -> list[Bunch]:
    """Let a walk know the occurrences of earlier windows that are near this one."""
    reach = 3 * walk.span
    rows = Signal.objects.filter(
        sign=sign,
        subject__in=subjects,
        entry_at__range=(window.first_at - reach, window.last_at + reach),
    ).order_by("pk")
    known = []
    for signal in rows:
        bunch = Bunch(signal.entry_id, signal.entry_at, [])
        walk.newest[signal.subject] = bunch
        known.append(bunch)
    ids = Evidence.objects.filter(signal__in=[signal.pk for signal in rows])
    walk.used.update(ids.values_list("entry_id", flat=True))
    return known
