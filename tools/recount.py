"""Published timings counted again, slowly and by other means: every day of every case and permit is
looked up in the record, one at a time. What is found must be what was published."""

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from applications.models import Application
from applications.states import BROKEN_OFF, NOBODY, Holder, State
from applications.steps import place_of
from applications.timings.models import ALL, Key, Release, Table
from applications.timings.periods import Period
from approvals.models import Permit
from approvals.watched import BY_BUREAU
from approvals.workflow import DECIDED, WITH_BUREAU
from approvals.workflow import State as PermitState
from core.clock import begin_of, local_date
from ledger.models import Entry
from rules.names import Measure, Start
from rules.registry import calendar

ONE_DAY: Final = timedelta(days=1)
SUBMITTED: Final = "case.submitted"


class Day(NamedTuple):
    """A day of a case: who had it at its 00:00, at which step it stood, and whether it counts."""

    holder: str
    place: int
    working: bool


@dataclass
class Found:
    """What a row of the figures was counted over."""

    days: list[int] = field(default_factory=list)
    net: list[int] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    within: int = 0
    delay: Counter[str] = field(default_factory=Counter)


class Difference(NamedTuple):
    period: str
    row: Key
    figure: str
    published: Any
    counted: Any


def differences(release: Release) -> Iterator[Difference]:
    """Yield what a release says otherwise than the record does. It was the newest of its period
    when nothing had been erased yet; hidden counts are compared as those who watch see them."""
    found = _counted(release.of)
    kept = {Key(*row[:3]): tuple(row[3:]) for row in release.counts}
    counted = {
        key: (len(row.days), row.within, len(row.limits))
        for key, row in found.items()
        if key.table != Table.STEPS
    }
    for key in sorted(kept.keys() | counted.keys()):
        if kept.get(key) != counted.get(key):
            yield Difference(release.period, key, "counts", kept.get(key), counted.get(key))
    cells = {cell.key: cell for cell in release.cells.all()}
    for key, cell in cells.items():
        if cell.count is None:
            continue
        row, still_open = found.get(key, Found()), cells.get(key._replace(table=Table.OPEN))
        expected = _figures(key, row, release.least)
        if (
            key.table == Table.ENERGISED
            and row.days
            and still_open
            and still_open.count is not None
        ):
            beside = found.get(still_open.key, Found())
            expected["with_open"] = _median_with(row.days, beside.days)
        for name, value in expected.items():
            published = getattr(cell, name)
            if published != value:
                yield Difference(release.period, key, name, published, value)


def _figures(key: Key, row: Found, least: int) -> dict[str, Any]:
    count = len(row.days)
    found: dict[str, Any] = {
        "count": count,
        "mean": _rounded(sum(row.days), count, 2),
        "median": _rounded(Decimal(statistics.median(row.days)), 1, 1) if count else None,
        "percentile": sorted(row.days)[math.ceil(count * 0.9) - 1] if count >= least else None,
        "net": _rounded(sum(row.net), count, 2) if key.table != Table.OPEN else None,
        "with_open": None,
    }
    if key.table in {Table.ENERGISED, Table.PERMITS}:
        found |= {
            "limited": len(row.limits),
            "within": row.within,
            "limit_least": min(row.limits, default=None),
            "limit_most": max(row.limits, default=None),
            "delay": dict(row.delay),
        }
    return found


def _rounded(total: int | Decimal, count: int, places: int) -> Decimal | None:
    if not count:
        return None
    return (Decimal(total) / count).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _median_with(ended: Sequence[int], still_open: Sequence[int]) -> int | None:
    """By the product-limit estimate, day after day; whoever is still open lasts on."""
    left = 1.0
    for day in range(max([*ended, *still_open]) + 1):
        at_risk = sum(days >= day for days in (*ended, *still_open))
        if at_risk:
            left *= 1 - ended.count(day) / at_risk
        if left <= 0.5 + 1e-12:
            return day
    return None


# --- Cases and permits of a period ------------------------------------------------------------


def _counted(period: Period) -> dict[Key, Found]:
    found: dict[Key, Found] = defaultdict(Found)
    for case in Application.objects.exclude(filed_at=None).select_related("continues"):
        _count_case(found, case, period)
    for permit in Permit.objects.filter(BY_BUREAU):
        _count_permit(found, permit, period)
    return found


def _count_case(found: dict[Key, Found], case: Application, period: Period) -> None:
    events = list(_events(case))
    filed = next(each.at for each in events if each.type == SUBMITTED)
    own = [each for each in events if each.case_ref == case.ref]
    end = next((each for each in own if each.holder == NOBODY and each.part is None), None)
    if own[0].at >= period.ends or (end and end.at < period.begins):
        return
    if end is None or end.at >= period.ends:
        days = list(_working(local_date(filed), period.last))
        for row in _rows(found, Table.OPEN, case.kind, case.district):
            row.days.append(len(days))
        return
    walked = [_at(events, case.kind, day) for day in _days(local_date(filed), local_date(end.at))]
    if end.to_state == State.ENERGISED:
        _count_energised(found, case, walked)
    elif end.to_state in BROKEN_OFF and not _filed_again(case, period.ends):
        for row in _rows(found, Table.BROKEN_OFF, case.kind, case.district):
            _add(row, walked)


def _filed_again(case: Application, before: datetime) -> bool:
    return Application.objects.filter(continues=case, filed_at__lt=before).exists()


def _count_energised(found: dict[Key, Found], case: Application, walked: Sequence[Day]) -> None:
    assert case.filed_at is not None
    policy = case.rules(case.filed_at)
    limit = policy.limit(case.kind)
    used, late_from = 0, len(walked)
    for number, day in enumerate(walked):
        # What a limit counts: each day, or each day with the supply company. Once it is used up the
        # next such day is late, a day off as well.
        if limit.measure != Measure.HANDLING or day.holder == Holder.SUPPLIER:
            if used == limit.days:
                late_from = min(late_from, number)
            used += day.working and used < limit.days
    late = [day.holder for day in walked[late_from:] if day.working]
    for row in _rows(found, Table.ENERGISED, case.kind, case.district):
        _add(row, walked)
        row.limits.append(limit.days)
        row.within += late_from == len(walked)
        row.delay += Counter(late)
    for place, step in enumerate(policy.steps(case.kind)):
        for district in (case.district, ALL):
            there = [day for day in walked if day.place == place]
            _add(found[Key(Table.STEPS, f"{case.kind}/{step.code}", district)], there)


def _add(row: Found, walked: Sequence[Day]) -> None:
    working = [day for day in walked if day.working]
    row.days.append(len(working))
    row.net.append(sum(day.holder == Holder.SUPPLIER for day in working))


def _count_permit(found: dict[Key, Found], permit: Permit, period: Period) -> None:
    events = [each for each in _entries(permit.case_ref) if each.part == permit.ref]
    decided = next(each.at for each in events if each.to_state in DECIDED)
    if not period.begins <= decided < period.ends:
        return
    days = list(_working(local_date(events[0].at), local_date(decided)))
    counting = _limited_from(events, permit)
    assert permit.limit_days is not None
    used, late = 0, False
    for day in _days(local_date(counting), local_date(decided)):
        if _state_at(events, day) in WITH_BUREAU:
            late = late or used == permit.limit_days
            used += calendar().is_working(day)
    place = f"{permit.bureau}/{permit.permit}"
    for row in _rows(found, Table.PERMITS, place, permit.district):
        row.days.append(len(days))
        row.net.append(used)
        row.limits.append(permit.limit_days)
        row.within += not late


def _limited_from(events: Sequence[Entry], permit: Permit) -> datetime:
    """From its receipt, or from its acceptance, which silence can have brought about."""
    limit = permit.rules().permit_limit(
        permit.permit, permit.route, voltage_kv=permit.round.voltage_kv
    )
    if limit is None or limit.start == Start.RECEIPT:
        return events[0].at
    accepted = next(each for each in events if each.to_state == PermitState.ACCEPTED)
    return accepted.effective_at or accepted.at


# --- The record -------------------------------------------------------------------------------


def _events(case: Application) -> Iterator[Entry]:
    """Those of the filings that a case continues, the first one first, and its own."""
    before = case.continues
    if before is not None:
        yield from _events(before)
    yield from _entries(case.ref)


def _entries(ref: UUID) -> list[Entry]:
    return list(Entry.objects.filter(case_ref=ref).order_by("case_seq"))


def _days(after: date, until: date) -> Iterator[date]:
    """Yield the days after one day, until another one and with it."""
    day = after + ONE_DAY
    while day <= until:
        yield day
        day += ONE_DAY


def _working(after: date, until: date) -> Iterator[date]:
    return filter(calendar().is_working, _days(after, until))


def _at(events: Sequence[Entry], kind: str, day: date) -> Day:
    """Who had a case at 00:00 of a day, and where it stood; between two filings its applicant."""
    before = [each for each in events if each.at < begin_of(day)]
    holder = [each.holder for each in before if each.holder][-1]
    if holder == NOBODY:
        return Day(Holder.APPLICANT, 0, calendar().is_working(day))
    state = [each.to_state for each in before if each.to_state and each.part is None][-1]
    return Day(holder, place_of(kind, state), calendar().is_working(day))


def _state_at(events: Iterable[Entry], day: date) -> str:
    return [each.to_state for each in events if each.at < begin_of(day) and each.to_state][-1]


def _rows(found: dict[Key, Found], table: str, row: str, district: str) -> Iterator[Found]:
    """Yield the row, those above it, and each in the city."""
    above = [row, ALL]
    if table == Table.PERMITS:
        above.insert(1, row.partition("/")[0])
    for name in above:
        for place in (district, ALL):
            yield found[Key(table, name, place)]
