"""What publishing something would do to the rows that stand: reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import Any

from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from publishing.columns import Value
from publishing.lines import Trouble, Troubles
from publishing.models import Publication, PublishedRow
from publishing.tables import Row, Table


@dataclass(frozen=True)
class Change:
    old: PublishedRow
    new: Row
    columns: Sequence[str]


@dataclass(frozen=True)
class Difference:
    """`former`: what stood before, by key, where rows are to stand again."""

    added: Sequence[Row]
    changed: Sequence[Change]
    withdrawn: Sequence[PublishedRow]
    same: int
    former: Mapping[tuple[Value, ...], PublishedRow] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.withdrawn)

    @property
    def corrects(self) -> bool:
        """Whether something that was published is replaced or taken out, which needs a reason."""
        return bool(self.changed or self.withdrawn)

    @property
    def new(self) -> list[Row]:
        return [*self.added, *(change.new for change in self.changed)]

    def replacing(self, table: Table) -> list[tuple[Row, PublishedRow | None]]:
        """New rows, each with the one that it follows: what it replaces, or what stands again."""
        pairs = [(row, None) for row in self.added]
        corrected = [(change.new, change.old) for change in self.changed]
        return [(row, self.former.get(table.key_of(row), old)) for row, old in (*pairs, *corrected)]

    @property
    def gone(self) -> list[int]:
        """Keys of the stored rows that would not stand any more."""
        return [row.pk for row in (*self.withdrawn, *(change.old for change in self.changed))]


def compare(
    table: Table, rows: Sequence[Row], standing: Sequence[PublishedRow], *, whole: bool
) -> Difference:
    """`whole`: rows that stand now and are not among `rows` are withdrawn."""
    names = tuple(table.columns)
    # Each in one step, for there may be a hundred thousand rows.
    said, stood, key = itemgetter(*names), attrgetter(*names), attrgetter(*table.key)
    key_of = itemgetter(*table.key)
    old = {key(row): row for row in standing}
    added: list[Row] = []
    changed: list[Change] = []
    for row in rows:
        before = old.pop(key_of(row), None)
        if before is None:
            added.append(row)
        elif said(row) != stood(before):
            changed.append(Change(before, row, differing(table, before, row)))
    same = len(rows) - len(added) - len(changed)
    return Difference(added, changed, list(old.values()) if whole else [], same)


def differing(table: Table, old: PublishedRow, new: Row) -> list[str]:
    return [name for name in table.columns if getattr(old, name) != new[name]]


def withdrawal(pk: int, standing: Sequence[PublishedRow]) -> tuple[Difference, Troubles]:
    gone = [row for row in standing if row.pk == pk]
    reason = _("The row to withdraw does not stand any more, or you do not keep it.")
    troubles = Troubles() if gone else Troubles(Trouble(0, "", reason))
    return Difference([], [], gone, len(standing) - len(gone)), troubles


def undoing(
    table: Table,
    publication: Publication,
    standing: Sequence[PublishedRow],
    parts: Collection[str] | None,
) -> tuple[Difference, Troubles]:
    """Take a publication back: rows that it added are withdrawn, those that it replaced or withdrew
    stand again as before. What speaks against it are rows that a later publication touched too.

    Args:
        parts: the values of `table.part` whose rows the person keeps; None: all.
    """
    brought = _by_key(table, table.rows.filter(publication=publication))
    took = _by_key(table, table.rows.filter(replaced_in=publication))
    troubles = Troubles()
    troubles.add(_touched_since(table, publication, {*brought, *took}))
    rows: list[Any] = [*brought.values(), *took.values()]
    kept = parts if table.part else None
    if kept is not None and any(getattr(row, table.part) not in kept for row in rows):
        reason = _("It has rows that you do not keep.")
        troubles.add([Trouble(0, "", reason)])
    changed = [
        Change(row, table.values(before), differing(table, row, table.values(before)))
        for key, row in brought.items()
        if (before := took.get(key))
    ]
    added = [table.values(row) for key, row in took.items() if key not in brought]
    withdrawn = [row for key, row in brought.items() if key not in took]
    same = len(standing) - len(brought)
    return Difference(added, changed, withdrawn, same, former=took), troubles


def _by_key(table: Table, rows: Iterable[PublishedRow]) -> dict[tuple[Value, ...], PublishedRow]:
    return {tuple(getattr(row, name) for name in table.key): row for row in rows}


def _touched_since(
    table: Table, publication: Publication, keys: Collection[tuple[Value, ...]]
) -> Iterable[Trouble]:
    """Of each of these rows of which a later publication says something: which one was the last."""
    number = publication.number
    since = Q(publication__number__gt=number) | Q(replaced_in__number__gt=number)
    last: dict[tuple[Value, ...], int] = {}
    for *key, begun, ended in table.rows.filter(since).values_list(
        *table.key, "publication__number", "replaced_in__number"
    ):
        if tuple(key) in keys:
            last[tuple(key)] = max(last.get(tuple(key), 0), begun, ended or 0)
    reason = _(
        "“{row}”: number {number} changed it since. Undo that one first, or correct the row itself."
    )
    for key, later in last.items():
        names = zip(table.key, key, strict=True)
        row = " · ".join(table.columns[name].show(value) for name, value in names)
        yield Trouble(0, "", format_lazy(reason, row=row, number=later))
