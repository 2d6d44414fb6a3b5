"""Figures of a period are frozen once, some days after its end, and published then. What is found
different later is a revision with a reason: the release before stays as it was published."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
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
from rules.city import City
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
    hidden: set[Key]


def figures_of(period: Period) -> Figures:
    """Counted anew, and hidden so that neither this nor what was published before tells a small
    count."""
    city, found = current().city, counted(period)
    rows = all_rows(city, found)
    sums = sums_of(found, rows)
    before = newest(period)
    must = _hidden_in(period) & set(rows)
    if before:
        told = {cell.key for cell in before.cells.exclude(count=None)}
        must |= newly_small(sums, limits().statistics.smallest, told)
    hidden = set[Key]()
    for table in dict.fromkeys(key.table for key in rows):
        hidden |= _hidden(city, period, sums, table, must)
    return Figures(found, cells_of(found, rows, hidden, limits().statistics.least), hidden)


#: A row of one period.
Dated = tuple[str, Key]


def _hidden(
    city: City, period: Period, sums: Sums[Key], table: str, must: Collection[Key]
) -> set[Key]:
    """Of one table; a year together with its months, which are published already."""
    least = limits().statistics.smallest
    values: dict[Dated, int] = {
        (str(period), key): value for key, value in sums.values.items() if key.table == table
    }
    lines = [_dated(period, line) for line in sums.lines if line.whole.table == table]
    kept = {(str(period), key) for key in must if key.table == table}
    shown = set[Dated]()
    if period.month is None:
        months = _last(period.months) if table == Table.OPEN else period.months
        own = list(values)
        for month in months:
            found = counted(month)
            rows = all_rows(city, found)
            there = sums_of(found, rows)
            dark = _hidden_in(month)
            for key in (key for key in rows if key.table == table):
                values[str(month), key] = there.values[key]
                (kept if key in dark else shown).add((str(month), key))
            lines += [_dated(month, line) for line in there.lines if line.whole.table == table]
        lines += [
            Line(
                (year, key), [(str(month), key) for month in months if (str(month), key) in values]
            )
            for year, key in own
        ]
    found_hidden = hidden_cells(Sums(values, lines), least, must=kept, shown=shown)
    return {key for name, key in found_hidden if name == str(period)}


def _last(months: Sequence[Period]) -> Sequence[Period]:
    """What is open at a year's end is open at that of its last month."""
    return months[-1:]


def _dated(period: Period, line: Line[Key]) -> Line[Dated]:
    return Line((str(period), line.whole), [(str(period), key) for key in line.parts])


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


def of_year(year: int, table: str, row: str, district: str) -> list[Cell]:
    """One row in each month of a year that is published, the first month first."""
    months = [each.pk for each in published() if each.of.year == year and each.of.month]
    found = Cell.objects.filter(release__in=months, table=table, row=row, district=district)
    newest_of = found.select_related("release").defer(*(f"release__{name}" for name in LARGE))
    return list(newest_of.order_by("release__period"))


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
