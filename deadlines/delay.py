"""Whose days a delay was: every day past a last day, counted once, to whoever held it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.clock import local_date
from core.templatetags.city import calendar_days, holder_name, short_day, working_days
from deadlines.custody import GOVERNMENT, HOLDERS, Span
from deadlines.models import Clock
from rules.calendar import Calendar
from rules.city import city

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Days:
    """So many calendar days, and how many of them are working days."""

    calendar: int = 0
    working: int = 0

    def __add__(self, other: "Days") -> "Days":
        return Days(self.calendar + other.calendar, self.working + other.working)


@dataclass(frozen=True, slots=True)
class Delay:
    """The days from the last day of a limit to the end of what it limits, or to now.

    Args:
        by_holder: to whom the days belong; those without a day are left out.
        waited: of the government's days, by the permits (codes) that were decided last of those
            open on that day. Each day is in one of the groups.
    """

    last_day: date
    until: date
    total: Days
    by_holder: Mapping[str, Days]
    waited: Mapping[tuple[str, ...], Days] = field(default_factory=dict)
    ended: bool = False

    @property
    def marked(self) -> tuple[date, date]:
        return self.last_day, self.until

    @property
    def waited_for(self) -> list[dict[str, Any]]:
        return [
            {"permits": codes, "calendar_days": days.calendar, "working_days": days.working}
            for codes, days in self.waited.items()
        ]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """No day is in two of the sentences."""
        text = _("The last day was %(day)s; %(days)s have passed since, %(working)s among them.")
        if self.ended:
            text = _("The last day was %(day)s; it took %(days)s more, %(working)s among them.")
        values = {
            "day": short_day(self.last_day),
            "days": calendar_days(self.total.calendar),
            "working": working_days(self.total.working),
        }
        held = _(", ").join(
            f"{holder_name(holder)} {calendar_days(self.by_holder[holder].calendar)}"
            for holder in HOLDERS
            if holder in self.by_holder
        )
        lines = [text % values, _("Of these days: %(shares)s.") % {"shares": held}]
        waited = [
            _("%(permits)s, %(days)s")
            % {
                "permits": _(" and ").join(str(city().permit(code).name) for code in codes),
                "days": calendar_days(days.calendar),
            }
            for codes, days in self.waited.items()
            if codes
        ]
        if waited:
            text = _("Of the government's days the case waited for: %(permits)s.")
            lines.append(text % {"permits": _("; ").join(waited)})
        return lines


@dataclass(frozen=True, slots=True)
class Part:
    code: str
    bureau: str
    phases: Sequence[Span]
    ref: UUID | None = None
    clock: Clock | None = None
    delay: Delay | None = None

    def is_with_bureau(self, day: date) -> bool:
        """At 00:00 of the day."""
        return any(
            phase.holder == GOVERNMENT and phase.first < day <= phase.last for phase in self.phases
        )

    @property
    def decided_on(self) -> date:
        """One that is still open comes last of all."""
        return date.max if self.phases[-1].open else self.phases[-1].last


def delay_of(
    clock: Clock,
    held: Sequence[Span],
    now: datetime,
    table: Calendar,
    parts: Sequence[Part] = (),
) -> Delay | None:
    """None where the last day has not passed; a target's is passed, but never late."""
    last_day = clock.last_day
    if last_day is None or not (clock.is_late(now) or clock.past(now)):
        return None
    found = delay(held, last_day, local_date(clock.stopped_at or now), table, parts)
    return replace(found, ended=clock.stopped_at is not None)


def delay(
    held: Iterable[Span],
    last_day: date,
    until: date,
    table: Calendar,
    parts: Sequence[Part] = (),
) -> Delay:
    """The days d with `last_day` < d <= `until` by who held them at their 00:00."""
    found: dict[str, Days] = {}
    waited: dict[tuple[str, ...], Days] = {}
    for span in held:
        first, last = max(span.first, last_day), min(span.last, until)
        if first >= last:
            continue
        days = Days((last - first).days, table.used(first, last))
        found[span.holder] = found.get(span.holder, Days()) + days
        if span.holder == GOVERNMENT and parts:
            for number in range(1, days.calendar + 1):
                day = first + DAY * number
                # The case waited for the last to be decided of the permits with a bureau then.
                there = [part for part in parts if part.is_with_bureau(day)]
                latest = max((part.decided_on for part in there), default=None)
                codes = tuple(
                    dict.fromkeys(part.code for part in there if part.decided_on == latest)
                )
                waited[codes] = waited.get(codes, Days()) + Days(1, int(table.is_working(day)))
    return Delay(last_day, until, sum(found.values(), Days()), found, waited)
