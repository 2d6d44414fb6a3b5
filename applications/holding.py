"""Who held a case when and whose the delay was, from the record of the case and its permits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from applications.models import Application
from approvals.holding import PermitLane, delay_json, drawn, lanes_of, late_decisions, span
from approvals.queries import DECISION_KINDS
from approvals.wording import bureau_name, permit_name
from core.clock import local_date
from core.events import words_of
from core.templatetags.city import working_days
from deadlines.delay import Delay, delay_of, last_day_of
from deadlines.explain import KIND_NAMES
from deadlines.holding import (
    SUPPLIER,
    Step,
    Stretch,
    Totals,
    holding,
    is_filed,
    running_totals,
    totals,
)
from deadlines.models import Clock
from deadlines.picture import (
    Foot,
    Picture,
    Row,
    as_json,
    delay_lines,
    foot,
    picture,
    row,
    shares_words,
    used_of,
)
from deadlines.queries import Spans
from ledger.queries import Event, timelines
from rules.calendar import Calendar
from rules.registry import calendar


@dataclass(frozen=True, slots=True)
class Holding:
    """What pages and programs are told of a case's time.

    Args:
        held: the stretches by holder; those of a draft before it is filed.
        totals: working days by holder; zeros of a draft.
        limits: the case's own clocks that have a limit or a target.
        delays: whose days their delay was, by clock.
        lanes: every permit of every round.
        late: whose days the delay of a permit was, by permit.
        clocks: all clocks of the case and its permits.
    """

    held: list[Stretch]
    totals: Totals
    limits: list[Clock]
    delays: dict[int, Delay]
    lanes: list[PermitLane]
    late: dict[UUID, Delay]
    clocks: list[Clock]
    now: datetime
    table: Calendar

    @property
    def delay(self) -> Delay | None:
        """The delay of the case against the limit of its kind."""
        return next(iter(self.delays.values()), None)

    @property
    def limit(self) -> Clock | None:
        """The clock of the limit that the delay is against, or else the first one."""
        return next((one for one in self.limits if one.pk in self.delays), None) or next(
            iter(self.limits), None
        )

    def counted(self, clock: Clock) -> list[int | None]:
        """Return how far a limit was used at the end of each stretch; earlier filings count."""
        return running_totals(self.held, self._spans(clock), self.table)

    def _spans(self, clock: Clock) -> Spans:
        if clock.kind == Clock.Kind.HANDLING:
            return [(one.start, one.end) for one in self.held if one.holder == SUPPLIER]
        return [(self.held[0].start, self.held[-1].end)] if self.held else []


def holding_of(
    case: Application, events: Sequence[Event], clocks: Sequence[Clock], now: datetime
) -> Holding:
    """Return the holding of a case; one query, one more where it continues earlier filings.

    Args:
        events: the record of the case.
        clocks: all clocks of the case and its permits, oldest first.
        now: the city's instant.
    """
    table = calendar()
    held = holding([*_earlier(case), events], now)
    lanes = lanes_of(case.ref, events, now) if case.filed_at else []
    limits = [clock for clock in clocks if clock.part is None and clock.limit_days is not None]
    pairs = [lane.lane for lane in lanes]
    delays = {clock.pk: delay_of(clock, held, now, table, pairs) for clock in limits}
    return Holding(
        held=held,
        totals=totals(held if is_filed(held) else [], table),
        limits=limits,
        delays={key: delay for key, delay in delays.items() if delay},
        lanes=lanes,
        late=late_decisions(clocks, lanes, now, table),
        clocks=list(clocks),
        now=now,
        table=table,
    )


def _earlier(case: Application) -> list[list[Event]]:
    """The records of the filings that this one continues, the first one first."""
    if not case.continues_id:
        return []
    before = Application.objects.filter(lineage=case.lineage, filed_at__lt=case.filed_at)
    refs = list(before.order_by("filed_at").values_list("ref", flat=True))
    return list(timelines(refs).values())


def picture_of(found: Holding, *, earlier: bool = True) -> Picture:
    """Return the picture of a case.

    Args:
        earlier: whether the stretches of earlier filings are drawn; their days count anyway.
    """
    going_on = bool(found.held) and found.held[-1].open
    filed = is_filed(found.held)
    return picture(
        _rows(found, earlier=earlier),
        now=found.now if going_on else None,
        due_on=last_day_of(found.limit) if found.limit else None,
        table=found.table,
        late=span(found.delay),
        lanes=drawn(found.lanes, found.late, found.table),
        summary=_summary(found) if filed else "",
        feet=list(_feet(found)),
    )


def _rows(found: Holding, *, earlier: bool) -> list[Row]:
    counted = [(clock, found.counted(clock)) for clock in found.limits]
    rows = []
    for index, stretch in enumerate(found.held):
        cells = [
            used_of(used[index], clock.limit_days, _name(found, clock)) for clock, used in counted
        ]
        rows.append(
            row(stretch, found.table, words, label=_label(stretch), totals=filter(None, cells))
        )
    shown = zip(found.held, rows, strict=True)
    return [one for stretch, one in shown if earlier or not stretch.earlier]


def _name(found: Holding, clock: Clock) -> str:
    """The name of a limit, where there is more than one."""
    return str(KIND_NAMES[clock.kind]) if len(found.limits) > 1 else ""


def words(step: Step) -> str:
    """Return a step of a case in words."""
    return words_of(step.type, step.state)


def _label(stretch: Stretch) -> str:
    if stretch.gap:
        return _("between two filings, counted on")
    return _("earlier filing, counted on") if stretch.earlier else ""


def _summary(found: Holding) -> str:
    values = {
        "gross": working_days(found.totals.gross),
        "net": working_days(found.totals.net),
    }
    text = _(
        "From filing to the end %(gross)s (gross time); the supply company had the case for "
        "%(net)s of them (net time)."
    )
    if found.held[-1].open:
        text = _(
            "From filing to now %(gross)s (gross time); the supply company had the case for "
            "%(net)s of them (net time)."
        )
    said = text % values + shares_words(found.totals.by_holder)
    if found.held[0].earlier:
        values = {"day": local_date(found.held[0].start).isoformat()}
        said += _(" Earlier filings count, from %(day)s on.") % values
    return said


def _feet(found: Holding) -> Iterator[Foot]:
    for clock in found.limits:
        one = foot(clock, found.table, last_day_of(clock))
        delay = found.delays.get(clock.pk)
        yield Foot(one.name, one.lines, _delay(delay, clock))
    for clock in found.clocks:
        if clock.kind == Clock.Kind.SET:
            yield from _late_set(found, clock)
    yield from _late_permits(found)


def _delay(delay: Delay | None, clock: Clock) -> list[str]:
    if delay is None:
        return []
    return delay_lines(delay, permit_name, ended=clock.stopped_at is not None)


def _late_set(found: Holding, clock: Clock) -> Iterator[Foot]:
    lanes = [lane.lane for lane in found.lanes]
    if delay := delay_of(clock, found.held, found.now, found.table, lanes):
        one = foot(clock, found.table, last_day_of(clock))
        yield Foot(one.name, one.lines, _delay(delay, clock), beside=True)


def _late_permits(found: Holding) -> Iterator[Foot]:
    """The permits decided past their limit; these days lie in those of the case, not beside."""
    clocks = {clock.part: clock for clock in found.clocks if clock.kind in DECISION_KINDS}
    for lane in found.lanes:
        if lane.ref in found.late:
            clock = clocks[lane.ref]
            name = _("%(permit)s (%(bureau)s)") % _names(lane)
            one = foot(clock, found.table, last_day_of(clock), name=name)
            delay = _delay(found.late[lane.ref], clock)
            yield Foot(one.name, one.lines, delay, beside=True)


def _names(lane: PermitLane) -> dict[str, str]:
    return {"permit": permit_name(lane.permit), "bureau": bureau_name(lane.bureau)}


def holding_json(found: Holding) -> dict[str, Any]:
    """Return the holding of a case as data."""
    limit = found.limit
    counted = found.counted(limit) if limit else [None] * len(found.held)
    return {
        "spans": [
            as_json(stretch, found.table, words, used)
            for stretch, used in zip(found.held, counted, strict=True)
        ],
        "by_holder": found.totals.by_holder,
        "gross_days": found.totals.gross,
        "net_days": found.totals.net,
        "calendar_version": found.table.version,
        "delay": delay_json(found.delay, ended=bool(limit and limit.stopped_at)),
        "permits": [
            {
                "permit": lane.permit,
                "bureau": lane.bureau,
                "part": lane.ref,
                "delay": delay_json(found.late[lane.ref], ended=not lane.phases[-1].open),
            }
            for lane in found.lanes
            if lane.ref in found.late
        ],
    }
