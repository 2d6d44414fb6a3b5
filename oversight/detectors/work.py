"""What shows in where and when people work: one account in several places, bursts of steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.roles import BUREAU_ROLES, COMPANY
from core.clock import CITY, local_date
from core.fields import blind_index
from oversight.addressees import SUPPLIER
from oversight.detectors.base import Detector, Numbers, Occurrence, Step, Window, bunches, rows_of
from oversight.detectors.cases import PROGRESS, bunched
from oversight.models import Finding
from rules.registry import calendar

#: Who works on cases and permits; an applicant may well go home between two steps.
WORKING: Final = [role.value for role in (*COMPANY, *sorted(BUREAU_ROLES))]
DIGEST_BYTES: Final = 16

FROM_PLACES: Final = """
SELECT l.index, e.id, e.at, s.actor_id, s.place, e.actor_district, p.bureau FROM ledger_entry e
JOIN ledger_leaf l ON l.entry_id = e.id
JOIN ledger_salt s ON s.ref = e.salt_ref
LEFT JOIN approvals_permit p ON p.ref = e.part AND e.actor_role = ANY(%(bureau_roles)s)
WHERE e.at BETWEEN %(since)s AND %(until)s AND l.index <= %(upto)s
    AND e.actor_role = ANY(%(roles)s) AND e.actor_district <> '' AND s.place <> ''
    AND (p.bureau IS NOT NULL OR NOT e.actor_role = ANY(%(bureau_roles)s))
    AND s.actor_id IN (
        SELECT s.actor_id FROM ledger_leaf l JOIN ledger_entry e ON e.id = l.entry_id
        JOIN ledger_salt s ON s.ref = e.salt_ref
        WHERE l.index > %(after)s AND l.index <= %(upto)s
    )
ORDER BY l.index
"""


def account_digest(actor_id: int) -> str:
    """Equal for equal accounts; says nothing more."""
    return blind_index(str(actor_id), "signal account")[:DIGEST_BYTES].hex()


def _account_in_several_places(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    span, least = timedelta(minutes=numbers["minutes"]), numbers["places"]
    rows = rows_of(
        FROM_PLACES,
        after=window.after,
        upto=window.upto,
        since=window.first_at - 2 * span,
        until=window.last_at + 2 * span,
        roles=WORKING,
        bureau_roles=[role.value for role in BUREAU_ROLES],
    )
    steps = [
        Step(index, entry, at, account_digest(actor), district, bureau or SUPPLIER, bytes(place))
        for index, entry, at, actor, place, district, bureau in rows
    ]

    def enough(together: Sequence[Step]) -> bool:
        return len({step.value for step in together}) >= least

    for bunch in bunches("account_in_several_places", window, steps, span=span, enough=enough):
        places = len({step.value for step in bunch.complete})
        yield bunched(bunch, Finding.Subject.ACCOUNT, places=places)


ACCOUNT_IN_SEVERAL_PLACES = Detector(
    code="account_in_several_places",
    name=_("One account in several places"),
    definition=_(
        "Within %(minutes)s minutes, one account of the supply company or of a bureau takes steps "
        "from %(places)s networks or more. Only a keyed digest of each network is kept."
    ),
    harmless=[
        _("A phone changes from an office network to a mobile one, which may change again."),
        _("An office with several lines to the outside looks like several places."),
    ],
    thresholds={"places": _("Places at least"), "minutes": _("Within")},
    find=_account_in_several_places,
    sentence=_("One account acted from %(places)s places within %(minutes)s minutes"),
)


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
    """A month or a quarter; `until` is the first day after it."""

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


def _period_end_burst(window: Window, numbers: Numbers) -> Iterator[Occurrence]:
    latest = window.latest_at or window.first_at
    for index, at in rows_of(TURNS, after=window.after, upto=window.upto, latest=latest):
        for period in ended(latest, at):
            yield from _burst(period, index, numbers)
        latest = max(latest, at)


def _burst(period: Period, upto: int, numbers: Numbers) -> Iterator[Occurrence]:
    """The districts whose company did much of a period's work on its last days."""
    table = calendar()
    days = numbers["quarter_days" if "Q" in period.name else "month_days"]
    # The first of the last working days.
    late, left = period.until, days
    while left:
        late -= timedelta(days=1)
        left -= table.is_working(late)
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
            [(at,)] = rows_of("SELECT at FROM ledger_entry WHERE id = %(id)s", id=entries[-1])
            yield Occurrence(
                subject_kind=Finding.Subject.PERIOD,
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


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY)


PERIOD_END_BURST = Detector(
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
    sentence=ngettext_lazy(
        "%(late)s of the %(all)s steps of %(period)s fell on its last %(days)s working day",
        "%(late)s of the %(all)s steps of %(period)s fell on its last %(days)s working days",
        "days",
    ),
)
