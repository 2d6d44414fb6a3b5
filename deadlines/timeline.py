"""Who held a case, or a permit, and when: as every page draws it and programs are told of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from core.clock import local_date
from core.templatetags.city import holder_name, tiny_day, working_days
from deadlines.custody import Span, Step, Totals
from deadlines.delay import DAY, Delay, Part
from deadlines.explain import KIND_NAMES, clause_of, day_words, recalculated_words
from deadlines.models import Clock
from rules.calendar import Calendar, DayOff, NoticedDay


@dataclass(frozen=True, slots=True)
class Row:
    """One span: a block of the bar and a line of the table.

    Args:
        used: working days of the main limit that were used at its end; None where it did not run.
        totals: how far each limit was used at its end ("3 of 7").
    """

    holder: str | None
    start: datetime
    end: datetime | None
    began: str | None
    ended: str | None
    working_days: int
    days_off: Sequence[DayOff]
    make_up: Sequence[NoticedDay]
    phase: str | None
    gap: bool
    earlier: bool
    label: str = ""
    used: int | None = None
    totals: Sequence[str] = ()

    @property
    def word(self) -> str:
        return self.label

    @property
    def off(self) -> list[str]:
        return list(groups(self.days_off))

    @property
    def made_up(self) -> list[str]:
        return [f"{tiny_day(day.date)} {day.why}" for day in self.make_up]


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    phases: Sequence[Row]
    late: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock over spans; `used` at the end of each of them, None where it did not run."""

    clock: Clock
    used: Sequence[int | None] = ()
    delay: Delay | None = None


@dataclass(frozen=True, slots=True)
class Foot:
    """What a limit is, and whose days its delay was; `beside` is a permit of the case."""

    name: str
    lines: list[str]
    delay: list[str] = field(default_factory=list)
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the bar and its table show.

    Args:
        now: the present instant; None after the end.
        alone: whether the lane beneath is the bar's own, told already by the rows.
        late_parts: the permits of a case that were decided past their limit.
    """

    spans: Sequence[Row]
    totals: Totals
    table: Calendar
    now: datetime | None
    limit: Limit | None
    days_off: Sequence[DayOff]
    make_up: Sequence[NoticedDay]
    lanes: Sequence[Lane]
    summary: str
    feet: Sequence[Foot]
    alone: bool
    late_parts: Sequence[Part]

    @property
    def due_on(self) -> date | None:
        return self.limit.clock.last_day if self.limit else None

    @property
    def delay(self) -> Delay | None:
        return self.limit.delay if self.limit else None

    @property
    def late(self) -> tuple[date, date] | None:
        return self.delay.marked if self.delay else None

    @property
    def beside(self) -> list[Foot]:
        return [one for one in self.feet if one.beside]


def timeline(
    rows: Sequence[Row],
    totals: Totals,
    now: datetime,
    table: Calendar,
    *,
    limit: Limit | None,
    lanes: Sequence[Lane],
    summary: str,
    feet: Iterable[Foot],
    alone: bool = False,
    late_parts: Sequence[Part] = (),
) -> Timeline:
    """With the days off over all of the rows; no row draws nothing."""
    off, made = list[DayOff](), list[NoticedDay]()
    due_on = limit.clock.last_day if limit else None
    if rows:
        last = max(filter(None, [local_date(rows[-1].end or now), due_on]))
        first = max(local_date(rows[0].start), table.first + DAY) - DAY
        off, made = table.days_off(first, last), table.make_up(first, last)
    going_on = bool(rows) and rows[-1].end is None
    return Timeline(
        rows, totals, table, now if going_on else None, limit, off, made, lanes, summary,
        list(feet), alone, late_parts,
    )  # fmt: skip


def rows_of(
    held: Sequence[Span],
    table: Calendar,
    words: Callable[[Step], str],
    label: Callable[[Span], str],
    *,
    limits: Sequence[Limit] = (),
    main: Limit | None = None,
    named: bool = False,
) -> list[Row]:
    """Spans in words; of the limits that ran over them, the use of `main` is told to programs."""
    return [
        Row(
            holder=span.holder or None,
            start=span.start,
            end=None if span.open else span.end,
            began=words(span.began) if span.began else None,
            ended=words(span.ended) if span.ended and not span.open else None,
            working_days=span.working_days(table),
            days_off=span.days_off(table),
            make_up=span.make_up(table),
            phase=span.phase or None,
            gap=span.gap,
            earlier=span.earlier,
            label=label(span),
            used=main.used[index] if main else None,
            totals=list(_totals(limits, index, named=named)),
        )
        for index, span in enumerate(held)
    ]


def _totals(limits: Iterable[Limit], index: int, *, named: bool) -> Iterator[str]:
    for limit in limits:
        used, most = limit.used[index], limit.clock.limit_days
        if used is None:
            continue
        text = working_days(used)
        if most is not None:
            text = _("%(used)s of %(limit)s") % {"used": used, "limit": most}
        values = {"name": KIND_NAMES[limit.clock.kind], "text": text}
        yield _("%(name)s: %(text)s") % values if named else text


def groups(days: Iterable[DayOff]) -> Iterator[str]:
    """Days off with their reasons, neighbours of one reason together."""
    runs: list[list[DayOff]] = []
    for day in days:
        last = runs[-1][-1] if runs else None
        if last and day.date - last.date == DAY and str(day.why) == str(last.why):
            runs[-1].append(day)
        else:
            runs.append([day])
    for first, *more in runs:
        if more:
            values = {"first": tiny_day(first.date), "last": tiny_day(more[-1].date)}
            yield _("%(first)s to %(last)s %(why)s") % {**values, "why": first.why}
        else:
            yield f"{tiny_day(first.date)} {first.why}"


def shares_words(found: dict[str, int]) -> str:
    """The working days of each holder as a further sentence; none where all are zero."""
    held = [f"{holder_name(name)} {working_days(days)}" for name, days in found.items() if days]
    return _(" By holder: %(shares)s.") % {"shares": _(", ").join(held)} if held else ""


def foot(limit: Limit, table: Calendar, *, name: str = "", beside: bool = False) -> Foot:
    """With its clause, its last day and the versions behind it."""
    clock, lines = limit.clock, []
    if clock.kind == Clock.Kind.INSTANT:
        text = _("Limit: the day of receipt, by %(clause)s.")
        lines.append(text % {"clause": clause_of(clock)})
    elif clock.limit_days is not None:
        text = _("Limit: %(days)s, by %(clause)s.")
        if clock.target:
            text = _("Target: %(days)s on average, by %(clause)s.")
        days = working_days(clock.limit_days)
        lines.append(text % {"days": days, "clause": clause_of(clock)})
    if clock.last_day:
        lines.append(_("Last day: %(day)s.") % {"day": day_words(clock.last_day)})
    if clock.recounted_at:
        lines += map(recalculated_words, clock.recalculations.order_by("id"))
    values = {"rules": clock.rules_version, "calendar": table.version}
    lines.append(_("Rules %(rules)s; days counted by calendar %(calendar)s.") % values)
    if clock.calendar_version != table.version and clock.due_on:
        text = _("The last day was set by calendar %(calendar)s.")
        lines.append(text % {"calendar": clock.calendar_version})
    delay = limit.delay.lines if limit.delay else []
    return Foot(name or str(KIND_NAMES[clock.kind]), lines, delay, beside)
