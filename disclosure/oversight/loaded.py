"""Reads of the rules and calendars that were let in: when, what is new, on whose word, to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from core.clock import CITY
from deadlines.models import Recalculation
from ledger.models import Entry
from rules.city import city_code
from rules.files import Words
from rules.models import CalendarVersion, RulesVersion, Version

CALENDAR, RULES = "calendar", "rules"
TABLES: Final[dict[str, type[Version]]] = {CALENDAR: CalendarVersion, RULES: RulesVersion}
ORDER = ("-id",)


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """One version that was let in.

    Args:
        version, hash: its label, and the SHA-256 of its texts.
        loaded_at: by the record's entry; by the database where the record began later.
        changes: titles of what is new in it, numbers behind them.
        approved_role: the right under which somebody let it in; empty for the system.
        reason: in the approver's words.
        entry: id of the record's entry; None for what was loaded before the record began.
        moved, settled: clocks whose last day moved, and those whose day became final.
    """

    version: str
    hash: str
    loaded_at: datetime
    changes: list[str]
    approved_role: str
    reason: str
    entry: int | None
    moved: int
    settled: int


def versions(kind: str) -> QuerySet[Version]:
    """Return the versions of the city, without their texts."""
    return TABLES[kind].objects.filter(city=city_code()).defer("document")


def described(kind: str, rows: Sequence[Version]) -> list[LoadedVersion]:
    """Return versions with what the record and the clocks say of them; two statements."""
    entries = Entry.objects.filter(pk__in=[row.entry for row in rows if row.entry])
    instants = dict(entries.values_list("pk", "at"))
    counts = _recalculations([row.label for row in rows]) if kind == CALENDAR else {}
    return [_described(row, instants, counts.get(row.label, (0, 0))) for row in rows]


def _recalculations(labels: Sequence[str]) -> dict[str, tuple[int, int]]:
    found = Recalculation.objects.filter(calendar_version__in=labels).values("calendar_version")
    rows = found.annotate(total=Count("was"), other=Count("was", filter=~Q(was=F("due_on"))))
    return {r["calendar_version"]: (r["other"], r["total"] - r["other"]) for r in rows}


def _described(
    row: Version, instants: dict[int, datetime], counts: tuple[int, int]
) -> LoadedVersion:
    at = instants.get(row.entry or 0, row.loaded_at)
    return LoadedVersion(
        version=row.label,
        hash=row.hash,
        loaded_at=at.astimezone(CITY),
        changes=[_title(each) for each in row.changes],
        approved_role=row.approved_role,
        reason=row.reason,
        entry=row.entry,
        moved=counts[0],
        settled=counts[1],
    )


def _title(change: dict[str, Any]) -> str:
    number = change["number"]
    title = str(Words(**change["title"]))
    return f"{title} {number}" if number else title
