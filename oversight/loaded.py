from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from core.clock import CITY
from deadlines.explain import role_name
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
    """`loaded_at` is by the record's entry; by the database where the record began later.

    `approved_role` is empty for the system; `entry` is None for what was loaded before the record
    began. `moved` and `settled` count clocks: last days that moved, and that became final.
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

    @property
    def approved_by(self) -> str:
        if self.entry is None:
            return _("Before the record began")
        return role_name(self.approved_role) if self.approved_role else _("The system")


def versions(kind: str) -> QuerySet[Version]:
    """Without their texts."""
    return TABLES[kind].objects.filter(city=city_code()).defer("document")


def described(kind: str, rows: Sequence[Version]) -> list[LoadedVersion]:
    """Two statements however many there are."""
    entries = Entry.objects.filter(pk__in=[row.entry for row in rows if row.entry])
    instants = dict(entries.values_list("pk", "at"))
    effects: dict[str, tuple[int, int]] = {}
    if kind == CALENDAR:
        labels = [row.label for row in rows]
        counted = (
            Recalculation.objects.filter(calendar_version__in=labels)
            .values("calendar_version")
            .annotate(total=Count("was"), other=Count("was", filter=~Q(was=F("due_on"))))
        )
        effects = {
            one["calendar_version"]: (one["other"], one["total"] - one["other"]) for one in counted
        }
    found = []
    for row in rows:
        titles = [(str(Words(**each["title"])), each["number"]) for each in row.changes]
        moved, settled = effects.get(row.label, (0, 0))
        one = LoadedVersion(
            version=row.label,
            hash=row.hash,
            loaded_at=instants.get(row.entry or 0, row.loaded_at).astimezone(CITY),
            changes=[f"{title} {number}" if number else title for title, number in titles],
            approved_role=row.approved_role,
            reason=row.reason,
            entry=row.entry,
            moved=moved,
            settled=settled,
        )
        found.append(one)
    return found
