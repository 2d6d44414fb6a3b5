"""Who held a case when, as every page draws it: a bar over days, a table, and what it comes to.

`templates/components/timeline_bar.html` draws a `Picture`; applications and approvals give the
words of the steps and of the permits.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from core.clock import local_date
from core.templatetags.city import (
    calendar_days,
    holder_name,
    short_day,
    tiny_day,
    working_days,
)
from deadlines.delay import Delay
from deadlines.explain import KIND_NAMES, clause_of, day_words
from deadlines.holding import HOLDERS, Step, Stretch
from deadlines.models import Clock
from deadlines.recounted import sentence
from rules.calendar import Calendar, DayOff, NoticedDay

DAY = timedelta(days=1)
#: How a step is said.
Words = Callable[[Step], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One stretch: a block of the bar and a line of the table.

    Args:
        holder: supplier, applicant or government.
        start, end: instants; no end where it goes on.
        label: what it was, where the holder does not say it all.
        began, ended: the steps at its ends, in words.
        working_days: those that belong to it.
        off: the days that do not count, neighbours of one reason together.
        made_up: days of rest that count.
        totals: how far each limit was used at its end ("3 of 7").
    """

    holder: str
    start: datetime
    end: datetime | None
    label: str = ""
    began: str = ""
    ended: str = ""
    working_days: int = 0
    off: list[str] = field(default_factory=list)
    made_up: list[str] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LanePhase:
    """A state in which a permit stood, in words; no end where it goes on."""

    phase: str
    word: str
    holder: str
    start: datetime
    end: datetime | None
    working_days: int


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One permit beneath the bar: its phases, and the span past its last day."""

    name: str
    phases: Sequence[LanePhase]
    late: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Foot:
    """What a limit is, by which versions it was counted, and whose days the delay was.

    Args:
        beside: of a permit of the case: its days run beside those of others.
    """

    name: str
    lines: list[str]
    delay: list[str] = field(default_factory=list)
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """All of it.

    Args:
        spans: the stretches, oldest first.
        now: the present instant; None after the end.
        due_on: the last day of the limit, if there is one.
        late: the last day, and the last day of the delay.
        days_off, make_up: of the whole bar.
        lanes: the permits.
        summary: what it comes to, in a sentence.
        feet: the limits.
        alone: whether the lane beneath is the bar's own, told already by the rows.
    """

    spans: list[Row]
    now: datetime | None
    due_on: date | None
    days_off: Sequence[DayOff] = ()
    make_up: Sequence[NoticedDay] = ()
    late: tuple[date, date] | None = None
    lanes: Sequence[LaneRow] = ()
    summary: str = ""
    feet: Sequence[Foot] = ()
    alone: bool = False

    @property
    def beside(self) -> list[Foot]:
        """The permits of a case that were late."""
        return [one for one in self.feet if one.beside]


def picture(
    rows: list[Row],
    *,
    now: datetime | None,
    due_on: date | None,
    table: Calendar,
    **more: object,
) -> Picture:
    """Return the picture of some rows, with the days off over all of them.

    Args:
        rows: oldest first; none draws nothing.
        now: None where it has ended.
        due_on: the last day; the bar reaches to it.
        table: the calendar of working days.
        more: `late`, `lanes`, `summary`, `feet`, `alone`.
    """
    if not rows:
        return Picture([], now, due_on)
    last = max(filter(None, [local_date(rows[-1].end or now or rows[-1].start), due_on]))
    first = max(local_date(rows[0].start), table.first + DAY) - DAY
    return Picture(
        rows,
        now,
        due_on,
        table.days_off(first, last),
        table.make_up(first, last),
        **more,  # type: ignore[arg-type]
    )


def row(
    stretch: Stretch, table: Calendar, words: Words, *, label: str = "", totals: Iterable[str] = ()
) -> Row:
    """Return one stretch in words."""
    return Row(
        holder=stretch.holder,
        start=stretch.start,
        end=None if stretch.open else stretch.end,
        label=label,
        began=words(stretch.began) if stretch.began else "",
        ended=words(stretch.ended) if stretch.ended and not stretch.open else "",
        working_days=stretch.working_days(table),
        off=list(groups(stretch.days_off(table))),
        made_up=[f"{tiny_day(one.date)} {one.why}" for one in stretch.make_up(table)],
        totals=list(totals),
    )


def groups(days: Iterable[DayOff]) -> Iterator[str]:
    """Yield days off with their reasons, neighbours of one reason together."""
    run: list[DayOff] = []
    for day in days:
        if run and (day.date - run[-1].date != DAY or str(day.why) != str(run[0].why)):
            yield _group(run)
            run = []
        run.append(day)
    if run:
        yield _group(run)


def _group(run: list[DayOff]) -> str:
    if len(run) == 1:
        return f"{tiny_day(run[0].date)} {run[0].why}"
    values = {"first": tiny_day(run[0].date), "last": tiny_day(run[-1].date), "why": run[0].why}
    return _("%(first)s to %(last)s %(why)s") % values


def used_of(used: int | None, limit: int | None, name: str = "") -> str:
    """Return how far a limit is used: 3 of 7; empty where the clock did not run."""
    if used is None:
        return ""
    text = _("%(used)s of %(limit)s") % {"used": used, "limit": limit}
    if limit is None:
        text = working_days(used)
    return _("%(name)s: %(text)s") % {"name": name, "text": text} if name else text


def shares(days: Iterable[tuple[str, str]]) -> str:
    """Return the days of each holder in one line."""
    return _(", ").join(f"{holder_name(holder)} {words}" for holder, words in days)


def shares_words(found: dict[str, int]) -> str:
    """Return the working days of each holder as a further sentence; none where all are zero."""
    held = [(holder, working_days(days)) for holder, days in found.items() if days]
    return _(" By holder: %(shares)s.") % {"shares": shares(held)} if held else ""


def delay_lines(delay: Delay, permit_name: Callable[[str], str], *, ended: bool) -> list[str]:
    """Return whose days a delay was, in sentences; no day is in two of them.

    Args:
        permit_name: the name of a permit by its code.
        ended: whether what was limited is done.
    """
    values = {
        "day": short_day(delay.last_day),
        "days": calendar_days(delay.total.calendar),
        "working": working_days(delay.total.working),
    }
    if ended:
        text = _("The last day was %(day)s; it took %(days)s more, %(working)s among them.")
    else:
        text = _("The last day was %(day)s; %(days)s have passed since, %(working)s among them.")
    held = [
        (name, calendar_days(delay.by_holder[name].calendar))
        for name in HOLDERS
        if name in delay.by_holder
    ]
    lines = [text % values, _("Of these days: %(shares)s.") % {"shares": shares(held)}]
    return [*lines, *_waited(delay, permit_name)]


def _waited(delay: Delay, permit_name: Callable[[str], str]) -> Iterator[str]:
    found = [
        _("%(permits)s, %(days)s")
        % {
            "permits": _(" and ").join(permit_name(code) for code in codes),
            "days": calendar_days(days.calendar),
        }
        for codes, days in delay.waited.items()
        if codes
    ]
    if found:
        text = _("Of the government's days the case waited for: %(permits)s.")
        yield text % {"permits": _("; ").join(found)}


def foot(clock: Clock, table: Calendar, last_day: date | None, *, name: str = "") -> Foot:
    """Return a limit with its clause, its last day and the versions behind it.

    Args:
        table: the calendar that counts the days shown.
        last_day: the day that counts as its last one, if there is one.
        name: of the permit whose clock it is.
    """
    return Foot(name or str(KIND_NAMES[clock.kind]), list(_foot(clock, table, last_day)))


def _foot(clock: Clock, table: Calendar, last_day: date | None) -> Iterator[str]:
    if clock.kind == Clock.Kind.INSTANT:
        yield _("Limit: the day of receipt, by %(clause)s.") % {"clause": clause_of(clock)}
    elif clock.limit_days is not None:
        values = {"days": working_days(clock.limit_days), "clause": clause_of(clock)}
        if clock.target:
            yield _("Target: %(days)s on average, by %(clause)s.") % values
        else:
            yield _("Limit: %(days)s, by %(clause)s.") % values
    if last_day:
        yield _("Last day: %(day)s.") % {"day": day_words(last_day)}
    if clock.recounted_at:
        yield from map(sentence, clock.recounts.order_by("id"))
    values = {"rules": clock.rules_version, "calendar": table.version}
    yield _("Rules %(rules)s; days counted by calendar %(calendar)s.") % values
    if clock.calendar_version != table.version and clock.due_on:
        text = _("The last day was set by calendar %(calendar)s.")
        yield text % {"calendar": clock.calendar_version}


def as_json(
    stretch: Stretch, table: Calendar, words: Words, total: int | None
) -> dict[str, object]:
    """Return one stretch as data, for programs.

    Args:
        words: says its steps.
        total: working days of the limit that were used at its end; None where none ran.
    """
    return {
        "holder": stretch.holder or None,
        "phase": stretch.phase or None,
        "from": stretch.start,
        "to": None if stretch.open else stretch.end,
        "began": words(stretch.began) if stretch.began else None,
        "ended": words(stretch.ended) if stretch.ended and not stretch.open else None,
        "working_days": stretch.working_days(table),
        "not_counted": _dates(stretch.days_off(table)),
        "made_up": _dates(stretch.make_up(table)),
        "used": total,
        "gap": stretch.gap,
        "earlier_filing": stretch.earlier,
    }


def _dates(days: Iterable[DayOff | NoticedDay]) -> list[dict[str, str]]:
    return [{"date": day.date.isoformat(), "why": str(day.why)} for day in days]
