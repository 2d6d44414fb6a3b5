"""What is shown of the preview of a draft: counts, what is wrong, where each row is found.

Reading a long text takes seconds, so its outline is kept with the draft, and is good for as long as
all that it depends on is the same. It is to be looked at: whoever publishes judges anew.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import get_language

from accounts.models import User
from core.clock import local_date
from publishing import permissions, queries
from publishing.differences import Change, differing
from publishing.lines import Trouble, Troubles, read
from publishing.models import Draft, PublishedRow
from publishing.preview import Preview, preview
from publishing.tables import Row, Table, table_of
from rules import registry


@dataclass(frozen=True)
class Outline:
    """A new row is known by its number in the file or, of a draft without text, by the key of the
    stored row that stands again; an old row by its key.

    Args:
        base: as in the preview.
        changed: pairs of a new row and the old one.
    """

    base: int
    troubles: Troubles
    questions: Troubles
    added: Sequence[int]
    changed: Sequence[Sequence[int]]
    withdrawn: Sequence[int]
    same: int

    @property
    def publishable(self) -> bool:
        """Whether nothing speaks against the rows; questions may be left, and a source to be
        named."""
        return not self.troubles and bool(self.added or self.changed or self.withdrawn)


def outline_of(draft: Draft, by: User) -> Outline:
    """As the preview is now."""
    if not draft.is_long:
        return _outline(preview(draft=draft, by=by))
    key = _key(draft, by)
    if draft.outline and draft.outline["key"] == key:
        return _unpacked(draft.outline)
    found = _outline(preview(draft=draft, by=by))
    Draft.objects.filter(pk=draft.pk).update(outline=_packed(found, key))
    return found


def _key(draft: Draft, by: User) -> str:
    """Of all that a preview depends on; its reasons are in the reader's language."""
    table, (now, newest) = table_of(draft.kind), queries.now_and_newest()
    parts = permissions.parts_of(draft, by)
    text, *said = draft.said
    state = (
        said, table.headers(), parts and sorted(parts), newest, local_date(now),
        registry.current().version, get_language(),
    )  # fmt: skip
    return hashlib.sha256(f"{state} {text}".encode()).hexdigest()


def _outline(seen: Preview) -> Outline:
    table, difference = seen.table, seen.difference

    def place(row: Row) -> int:
        key = table.key_of(row)
        return seen.numbers[key] if seen.numbers else difference.former[key].pk

    return Outline(
        base=seen.base,
        troubles=seen.troubles,
        questions=seen.questions,
        added=[place(row) for row in difference.added],
        changed=[(place(change.new), change.old.pk) for change in difference.changed],
        withdrawn=[row.pk for row in difference.withdrawn],
        same=difference.same,
    )


def _packed(outline: Outline, key: str) -> dict[str, Any]:
    told = {name: _words(getattr(outline, name)) for name in ("troubles", "questions")}
    return {**vars(outline), **told, "key": key}


def _unpacked(kept: dict[str, Any]) -> Outline:
    told = {name: _troubles(**kept[name]) for name in ("troubles", "questions")}
    return Outline(**{name: kept[name] for name in kept if name != "key"} | told)


def _words(troubles: Troubles) -> dict[str, Any]:
    first = [(each.row, str(each.column), str(each.reason), each.feature) for each in troubles]
    return {"number": troubles.number, "first": first}


def _troubles(number: int, first: Iterable[Sequence[Any]]) -> Troubles:
    found = Troubles(*(Trouble(*each) for each in first))
    found.number = number
    return found


def added(draft: Draft, places: Sequence[int]) -> list[Row]:
    """New rows by what they are known by in the outline."""
    table = table_of(draft.kind)
    if not draft.has_text:
        return [table.values(row) for row in _stored(table, places)]
    sheet = read(table, draft.text, source=draft.source, only=set(places))
    rows = dict(sheet.rows)
    return [rows[place] for place in places]


def changes(draft: Draft, pairs: Sequence[Sequence[int]]) -> list[Change]:
    table = table_of(draft.kind)
    new, old = (list(places) for places in zip(*pairs, strict=True)) if pairs else ([], [])
    rows = zip(_stored(table, old), added(draft, new), strict=True)
    return [Change(before, row, differing(table, before, row)) for before, row in rows]


def withdrawn(draft: Draft, keys: Sequence[int]) -> list[PublishedRow]:
    return _stored(table_of(draft.kind), keys)


def _stored(table: Table, keys: Sequence[int]) -> list[PublishedRow]:
    found = table.rows.in_bulk(keys)
    return [found[key] for key in keys]


#: The rows of an outline, by the name under which it has them.
ROWS_OF: Final[Mapping[str, Callable[[Draft, Sequence[Any]], Sequence[Any]]]] = {
    "added": added,
    "changed": changes,
    "withdrawn": withdrawn,
}
