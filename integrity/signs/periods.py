"""A sign in when steps are taken: bursts at the end of a month or quarter."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.roles import COMPANY
from core.clock import CITY, local_date
from integrity.models import Signal
from integrity.signs.base import Finding, Numbers, Sign, Window, rows_of
from integrity.signs.steps import PROGRESS
from rectification.addressees import SUPPLIER
from rules.calendar import Calendar
from rules.registry import calendar

MONTHS: Final = 12
QUARTER: Final = 3

# A period is over with the first entry after it: what is entered later counts for none.
TURNS: Final = """
SELECT l.index, e.at FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
WHERE l.index > %(after)s AND l.index <= %(upto)s AND e.at > %(latest)s ORDER BY l.index
"""
# The day from which a period is on record: all of it, unless the record begins within it.
BEGUN: Final = """
SELECT CASE WHEN EXISTS (SELECT 1 FROM ledger_entry WHERE at < %(since)s) THEN %(since)s
    ELSE (SELECT min(at) FROM ledger_entry WHERE at >= %(since)s AND at < %(until)s) END
"""
DONE: Final = f"""
SELECT e.actor_district, count(*) FILTER (WHERE e.at < %(late)s),
    array_agg(e.id ORDER BY l.index) FILTER (WHERE e.at >= %(late)s)
FROM ledger_entry e JOIN ledger_leaf l ON l.entry_id = e.id
WHERE e.at >= %(since)s AND e.at < %(until)s AND l.index <= %(upto)s
    AND e.actor_role = ANY(%(roles)s) AND {PROGRESS}
GROUP BY e.actor_district HAVING count(*) FILTER (WHERE e.at >= %(late)s) >= %(least)s
ORDER BY 1
"""  # noqa: S608 (constants only)


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a quarter: its name, its first day, the first day after it."""

    name: str
    since: date
    until: date


def ended(before: datetime, now: datetime) -> Iterator[Period]:
    """Yield the months and quarters that end between two instants, oldest first."""
    month, last = local_date(before).replace(day=1), local_date(now).replace(day=1)
    while month < last:
        following = _later(month, 1)
        yield Period(f"{month:%Y-%m}", month, following)
        if month.month % QUARTER == 0:
            name = f"{month.year}-Q{month.month // QUARTER}"
            yield Period(name, _later(month, 1 - QUARTER), following)
        month = following


def _later(first: date, months: int) -> date:
    index = first.year * MONTHS + first.month - 1 + months
    return date(index // MONTHS, index % MONTHS + 1, 1)


def _period_end_burst(window: Window, numbers: Numbers) -> Iterator[Finding]:
    latest = window.latest_at or window.first_at
    for index, at in rows_of(TURNS, after=window.after, upto=window.upto, latest=latest):
        for period in ended(latest, at):
            yield from _burst(period, index, numbers)
        latest = max(latest, at)


def _burst(period: Period, upto: int, numbers: Numbers) -> Iterator[Finding]:
    """The districts whose company did much of a period's work on its last days."""
    table = calendar()
    days = numbers["quarter_days" if "Q" in period.name else "month_days"]
    late = _last_days(period, days, table)
    whole = {"since": _midnight(period.since), "until": _midnight(period.until)}
    [(begun,)] = rows_of(BEGUN, **whole)
    since = local_date(begun) if begun else period.until
    ordinary = table.used(since - timedelta(days=1), late - timedelta(days=1))
    if since >= late or not ordinary:
        return
    for district, early, entries in rows_of(
        DONE,
        **whole,
        late=_midnight(late),
        upto=upto,
        roles=[role.value for role in COMPANY],
        least=numbers["steps"],
    ):
        if len(entries) * ordinary >= numbers["times"] * early * days:
            yield _finding(period, district, entries, early, days)


def _last_days(period: Period, count: int, table: Calendar) -> date:
    """The first of the last working days of a period."""
    day = period.until
    while count:
        day -= timedelta(days=1)
        count -= table.is_working(day)
    return day


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY)


def _finding(period: Period, district: str, entries: list[int], early: int, days: int) -> Finding:
    [(at,)] = rows_of("SELECT at FROM ledger_entry WHERE id = %(id)s", id=entries[-1])
    return Finding(
        subject_kind=Signal.Subject.PERIOD,
        subject=f"{district}/{period.name}",
        occurrence=period.name,
        district=district,
        party=SUPPLIER,
        entry_id=entries[-1],
        at=at,
        evidence=tuple(entries),
        facts={
            "late": len(entries),
            "all": early + len(entries),
            "days": days,
            "period": period.name,
        },
    )


PERIOD_END_BURST = Sign(
    code="period_end_burst",
    name=_("A burst of steps at the end of a period"),
    definition=_(
        "On the last %(month_days)s working days of a month, or the last %(quarter_days)s of a "
        "quarter, the supply company takes %(steps)s steps or more in a district, and %(times)s "
        "times as many a working day as on the days before."
    ),
    harmless=[
        _("A large batch of homes may be ready, and be connected, just then."),
        _("After holidays at the beginning of a period there is more to do at its end."),
    ],
    thresholds={
        "month_days": _("Last days of a month"),
        "quarter_days": _("Last days of a quarter"),
        "times": _("As many as on other days"),
        "steps": _("Steps at least"),
    },
    find=_period_end_burst,
    sentence=_(
        "%(late)s of the %(all)s steps of %(period)s fell on its last %(days)s working days"
    ),
)
