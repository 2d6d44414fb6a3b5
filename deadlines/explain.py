"""A clock, explained line by line: the same words for applicant, bureau and inspector."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import CITY, local_date
from deadlines.models import Clock
from deadlines.queries import days_in, spans_of
from rules.calendar import Calendar
from rules.registry import calendar
from rules.texts import Clause

KIND_NAMES: dict[str, str | Promise] = {
    "whole_process": gettext_lazy("Whole process"),
    "handling": gettext_lazy("Total handling time"),
    "intake": gettext_lazy("Acceptance or one request for what is missing"),
    "review": gettext_lazy("Decision of the bureau"),
    "instant": gettext_lazy("Decision on the spot"),
    "set": gettext_lazy("The whole set of permits"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an explanation.

    Args:
        kind: started, continued, ran, not_counted, waiting, due, target, late, ended.
        text: the sentence, in the reader's language.
        at: the instant it speaks of, if one.
        clause: the rule behind it.
        dates: for days that did not count, each with its reason.
    """

    kind: str
    text: str
    at: datetime | None = None
    clause: str = ""
    dates: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the line as data."""
        return {
            "kind": self.kind,
            "text": self.text,
            "at": self.at,
            "clause": self.clause,
            "dates": self.dates,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clock's name, its lines, and the versions of rules and calendar they rest on."""

    kind: str
    name: str
    lines: list[Line]
    rules_version: str
    calendar_version: str

    @property
    def text(self) -> str:
        """The whole explanation as text."""
        return "\n".join([self.name, *(line.text for line in self.lines)])

    def as_json(self) -> dict[str, Any]:
        """Return the explanation as data, its text included."""
        return {
            "clock": self.kind,
            "name": self.name,
            "lines": [line.as_json() for line in self.lines],
            "text": self.text,
            "rules_version": self.rules_version,
            "calendar_version": self.calendar_version,
        }


def explain(clock: Clock, now: datetime) -> Explanation:
    """Return why a clock stands where it stands at an instant."""
    table = calendar(clock.calendar_version)
    return Explanation(
        kind=clock.kind,
        name=str(KIND_NAMES[clock.kind]),
        lines=list(_lines(clock, now, table)),
        rules_version=clock.rules_version,
        calendar_version=clock.calendar_version,
    )


def clause_of(clock: Clock) -> str:
    """Return the clause that limits a clock, in the reader's language; empty if none does."""
    return str(Clause(**clock.clause)) if clock.clause else ""


def _lines(clock: Clock, now: datetime, table: Calendar) -> Iterator[Line]:
    yield Line("started", _("Started %(at)s.") % {"at": moment(clock.started_at)}, clock.started_at)
    if clock.carried_days:
        text = _("%(days)d working days were used in an earlier filing and count on.")
        yield Line("continued", text % {"days": clock.carried_days})
    spans = spans_of([clock], now)[clock.pk]
    for begun, ended in spans:
        yield _ran(begun, ended, table)
        yield from _not_counted(begun, ended, table)
    yield from _standing(clock, clock.carried_days + days_in(spans, table))
    yield from _limit(clock, now)


def _ran(begun: datetime, ended: datetime, table: Calendar) -> Line:
    values = {
        "begun": moment(begun),
        "ended": moment(ended),
        "days": table.used(begun, ended),
    }
    text = _(
        "Ran from %(begun)s to %(ended)s: %(days)d working days; the first day is not counted."
    )
    return Line("ran", text % values, begun)


def _not_counted(begun: datetime, ended: datetime, table: Calendar) -> Iterator[Line]:
    """The days off in an interval, each with its reason; made-up working days are named too."""
    off = table.days_off(begun, ended)
    if off:
        dates = [{"date": row.date.isoformat(), "why": str(row.why)} for row in off]
        listed = _(", ").join(f"{row['date']} {row['why']}" for row in dates)
        yield Line("not_counted", _("Did not count: %(days)s.") % {"days": listed}, dates=dates)
    made = table.make_up(begun, ended)
    if made:
        dates = [{"date": row.date.isoformat(), "why": str(row.why)} for row in made]
        listed = _(", ").join(f"{row['date']} {row['why']}" for row in dates)
        yield Line(
            "made_up", _("Counted though a weekend: %(days)s.") % {"days": listed}, dates=dates
        )


def _standing(clock: Clock, used: int) -> Iterator[Line]:
    if clock.state == Clock.State.PAUSED:
        text = _("Does not run now: somebody else has the next move. %(days)d working days used.")
        yield Line("waiting", text % {"days": used})
    if clock.stopped_at:
        values = {"at": moment(clock.stopped_at), "days": used}
        text = _("Ended %(at)s after %(days)d working days.")
        yield Line("ended", text % values, clock.stopped_at)


def _limit(clock: Clock, now: datetime) -> Iterator[Line]:
    clause = clause_of(clock)
    if clock.limit_days is None:
        yield Line("no_limit", _("The rules set no limit here; it is measured."))
        return
    values = {"days": clock.limit_days, "clause": clause}
    if clock.target:
        text = _("Target: %(days)d working days on average over all cases (%(clause)s).")
        yield Line("target", text % values, clause=clause)
    else:
        yield Line("limit", _("Limit: %(days)d working days (%(clause)s).") % values, clause=clause)
    if clock.due_on:
        yield Line("due", _due_text(clock), clause=clause)
    if clock.is_late(now):
        since = clock.breached_at or clock.late_from
        yield Line("late", _("Late since %(at)s.") % {"at": moment(since)}, since)


def _due_text(clock: Clock) -> str:
    text = _("Due by the end of %(day)s.") % {"day": day_words(clock.due_on)}
    if clock.provisional:
        text += _(" Provisional: the holidays of that year have not been announced yet.")
    return text


def moment(at: datetime | None) -> str:
    """Return an instant as people write it in the city."""
    return at.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def day_words(day: date | datetime | None) -> str:
    """Return a day as it is written in an explanation."""
    if isinstance(day, datetime):
        day = local_date(day)
    return day.isoformat() if day else ""
