"""Figures of a period are frozen once, some days after its end, and published then. What is found
different later is a revision with a reason: the release before stays as it was published."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.roles import Role
from applications.case_facts import CaseFacts
from applications.models import Application
from applications.timings.cells import (
    all_rows,
    cells_of,
    differences,
    file_of,
    newly_small,
    sums_of,
)
from applications.timings.counting import Counted, counted
from applications.timings.events import RELEASED, REVISED
from applications.timings.models import Cell, Key, Release, Table
from applications.timings.periods import Period
from applications.timings.suppression import Line, hidden_cells
from applications.timings.suppression import Table as Sums
from core.clock import begin_of, city_now, local_date
from core.locks import lock_name, try_lock_name
from core.problems import Forbidden, Missing, WrongState
from ledger.record import CITY_REF, NewEntry, append
from rules.limits import limits
from rules.registry import current

#: As SQL: of which state the published figures are.
NEWEST_RELEASE: Final = "(SELECT max(id) FROM applications_release)"
#: What no list shows.
LARGE: Final = ("file", "differences", "counts")
LOCK: Final = "statistics.release"


def release_due() -> list[Release]:
    """Freeze every period that is over for long enough and not frozen yet, the first one first;
    none while somebody else does, or while an ended case of it waits to be counted."""
    made = []
    for period in list(_due()):
        with transaction.atomic():
            if not try_lock_name(LOCK) or Release.objects.filter(period=period).exists():
                break
            if _waiting(period):
                break
            made.append(publish(period, SYSTEM))
    return made


def _due() -> Iterator[Period]:
    """Yield the months since the first case was filed, each year after its last month."""
    first = Application.objects.aggregate(first=Min("filed_at"))["first"]
    if first is None:
        return
    frozen = set(Release.objects.values_list("period", flat=True))
    now, day = city_now(), limits().statistics.day
    month = Period.month_of(local_date(first))
    while begin_of(month.next_day + timedelta(days=day - 1)) <= now:
        if str(month) not in frozen:
            yield month
        if month.month == 12 and str(year := Period(month.year)) not in frozen:
            yield year
        month = month.following


def _waiting(period: Period) -> bool:
    return CaseFacts.objects.filter(counted_at=None, application__ended_at__lt=period.ends).exists()


@dataclass(frozen=True)
class Figures:
    """What would be published of a period now."""

    counted: Counted
    cells: list[Cell]


def figures_of(period: Period) -> Figures:
    """Counted anew, and hidden so that neither this nor what was published before tells a small
    count."""
    rules, found = limits().statistics, counted(period)
    rows = all_rows(current().city, found)
    sums, before = sums_of(found, rows), newest(period)
    must = _hidden_in(period) & set(rows)
    if before:
        told = {cell.key for cell in before.cells.exclude(count=None)}
        must |= newly_small(sums, rules.smallest, told)
    months = [] if period.month else [_month(month) for month in period.months]
    hidden = set[Key]()
    for table in dict.fromkeys(key.table for key in rows):
        # What is open at a year's end is open at that of its last month.
        parts = months[-1:] if table == Table.OPEN else months
        hidden |= _hidden(_Sums(period, sums, must).of(table), [each.of(table) for each in parts])
    return Figures(found, cells_of(found, rows, hidden, rules.least))


#: A row of one period.
Dated = tuple[str, Key]


@dataclass(frozen=True)
class _Sums:
    """The counts of a period, and which of them are hidden already."""

    period: Period
    sums: Sums[Key]
    hidden: Collection[Key]

    def of(self, table: str) -> "_Sums":
        values = {key: value for key, value in self.sums.values.items() if key.table == table}
        lines = [line for line in self.sums.lines if line.whole.table == table]
        return _Sums(self.period, Sums(values, lines), set(self.hidden) & values.keys())

    def dated(self, keys: Iterable[Key]) -> list[Dated]:
        return [(str(self.period), key) for key in keys]


def _month(month: Period) -> _Sums:
    found = counted(month)
    rows = all_rows(current().city, found)
    return _Sums(month, sums_of(found, rows), _hidden_in(month))


def _hidden(whole: _Sums, months: Sequence[_Sums]) -> set[Key]:
    """Of one table; a year together with its months, which are published already."""
    values, lines = dict[Dated, int](), list[Line[Dated]]()
    kept, shown = set[Dated](), set[Dated]()
    for each in (whole, *months):
        values |= zip(each.dated(each.sums.values), each.sums.values.values(), strict=True)
        for line in each.sums.lines:
            [over] = each.dated([line.whole])
            lines.append(Line(over, each.dated(line.parts)))
        kept |= set(each.dated(each.hidden))
        if each is not whole:
            shown |= set(each.dated(each.sums.values.keys() - set(each.hidden)))
    for key in whole.sums.values if months else ():
        [over] = whole.dated([key])
        lines.append(Line(over, [(str(each.period), key) for each in months
                                 if key in each.sums.values]))  # fmt: skip
    least = limits().statistics.smallest
    hidden = hidden_cells(Sums(values, lines), least, must=kept, shown=shown)
    return {key for name, key in hidden if name == str(whole.period)}


def _hidden_in(period: Period) -> set[Key]:
    """What any release of a period has hidden: two of them side by side must not tell it."""
    cells = Cell.objects.filter(release__period=str(period), count=None)
    return {cell.key for cell in cells.exclude(table=Table.STEPS)}


def publish(period: Period, actor: Actor, reason: str = "") -> Release:
    """Freeze the figures of a period, or revise them if they are; hold the lock of it.

    Raises WrongState where a revision would change nothing."""
    figures, before = figures_of(period), newest(period)
    changed = differences(before.cells.all(), figures.cells) if before else []
    if before and not changed:
        raise WrongState(_("Counted again, the figures are the same as those published."))
    file = file_of(str(period), figures.cells)
    digest = hashlib.sha256(file.encode()).hexdigest()
    number = before.number + 1 if before else 1
    [entry] = append(
        NewEntry(
            case_ref=CITY_REF,
            type=REVISED if before else RELEASED,
            actor=actor,
            data={"period": str(period), "number": number, "file": digest, "reason": reason},
        )
    )
    rules = current()
    release = Release.objects.create(
        period=str(period),
        number=number,
        at=entry.at,
        entry=entry.id,
        rules_version=rules.version,
        smallest=limits().statistics.smallest,
        least=limits().statistics.least,
        file=file,
        digest=digest,
        reason=reason,
        differences=changed,
        counts=[
            [*key, measured.count, measured.within, measured.limited]
            for key, measured in sorted(figures.counted.items())
            if key.table != Table.STEPS
        ],
    )
    for cell in figures.cells:
        cell.release = release
    Cell.objects.bulk_create(figures.cells, batch_size=1_000)
    return release


def newest(period: Period) -> Release | None:
    return Release.objects.filter(period=str(period)).order_by("-number").first()


def published() -> list[Release]:
    """The newest release of each period, the newest period first; a year before its months."""
    rows = Release.objects.defer(*LARGE).order_by("-period", "-number")
    return list(rows.distinct("period"))


def in_each(releases: Iterable[Release], table: str, row: str, district: str) -> list[Cell]:
    """One row in each of some releases, the first period first."""
    found = Cell.objects.filter(release__in=releases, table=table, row=row, district=district)
    told = found.select_related("release").defer(*(f"release__{name}" for name in LARGE))
    return list(told.order_by("release__period"))


def release_named(name: str, number: int | None = None) -> Release:
    """The newest of a period, or the one with a number. Raises Missing where there is none."""
    found = Release.objects.filter(period=str(Period.named(name)))
    if number is not None:
        found = found.filter(number=number)
    release = found.order_by("-number").first()
    if release is None:
        raise Missing
    return release


def may_revise(user: User) -> bool:
    """Whether the person is of the lead agency, for the whole city."""
    return user.districts(Role.LEAD_AGENCY) is None


def must_revise(user: User) -> None:
    """Raises Forbidden where it is not the person's."""
    if not may_revise(user):
        raise Forbidden(_("Only the lead agency of the city revises published figures."))


def pending(period: Period) -> list[dict[str, Any]]:
    """What is different now from what was published."""
    before = newest(period)
    return differences(before.cells.all(), figures_of(period).cells) if before else []


@transaction.atomic
def revise(*, period: Period, by: User, reason: str) -> Release:
    """Publish a period's figures anew, with the reason and all that changes.

    Raises:
        Forbidden: only the lead agency does.
        Missing: nothing of the period is published.
        WrongState: counted again, the figures are the same.
    """
    must_revise(by)
    lock_name(LOCK)
    if newest(period) is None:
        raise Missing
    return publish(period, by.acting_as(Role.LEAD_AGENCY, ""), reason)
