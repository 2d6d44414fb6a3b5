"""What publishing a draft would do, and what speaks against it: reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import city_now
from publishing import keys, permissions, queries
from publishing.columns import Label, Value
from publishing.differences import Difference, compare, undoing, withdrawal
from publishing.lines import Sheet, Trouble, Troubles, read
from publishing.models import Draft, Format, PublishedRow
from publishing.tables import Complaint, Row, Table, table_of

#: By key, the numbers of rows.
Numbers = Mapping[tuple[Value, ...], int]


@dataclass(frozen=True)
class Preview:
    """`base` is the number of the publication that the draft was compared with (0: none yet).

    `questions` are what may be right and may be a mistake: whoever publishes says that it is right.
    `at` is the instant for which all of it holds. `numbers` are those of the rows of its file.
    """

    table: Table
    difference: Difference
    troubles: Troubles
    base: int
    at: datetime
    questions: Troubles = field(default_factory=Troubles)
    numbers: Numbers = field(default_factory=dict)

    def told(self, row: Row, name: str, reason: Label) -> Trouble:
        """What is wrong with a row, under its number."""
        number = self.numbers.get(self.table.key_of(row), 0)
        return Trouble(number, self.table.columns[name].title, reason)


def preview(*, draft: Draft, by: User) -> Preview:
    table, newest = table_of(draft.kind), queries.newest(draft.kind)
    base, at = newest.number if newest else 0, city_now()
    parts = permissions.parts_of(draft, by)
    standing = list(queries.kept_rows(table, parts))
    numbers: Numbers = {}
    if draft.withdraws is not None:
        difference, troubles = withdrawal(draft.withdraws, standing)
    elif draft.undoes:
        difference, troubles = undoing(table, draft.undoes, standing, parts)
    else:
        sheet = read(table, draft.text, source=draft.source)
        rows = [row for _number, row in sheet.rows]
        difference = compare(table, rows, standing, whole=draft.whole)
        troubles = _beside(table, sheet, parts, whole=draft.whole)
        numbers = {table.key_of(row): number for number, row in sheet.rows}
    seen = Preview(table, difference, troubles, base, at, numbers=numbers)
    if draft.withdraws is None and not troubles:
        elsewhere = queries.keys_elsewhere(table, parts)
        seen = _judged(seen, standing, elsewhere)
    if not seen.troubles:
        seen.troubles.add(seen.told(*each) for each in table.against(difference, at))
    if draft.format == Format.GEOJSON:
        seen = replace(
            seen, troubles=seen.troubles.of_features(), questions=seen.questions.of_features()
        )
    return seen


def _beside(table: Table, sheet: Sheet, parts: Collection[str] | None, *, whole: bool) -> Troubles:
    """What is wrong with a text that was read, rows that the person does not keep included."""
    troubles = sheet.troubles
    if parts is not None and table.part:
        title, reason = table.columns[table.part].title, _("You do not keep rows of this value.")
        troubles.add(
            Trouble(number, title, reason)
            for number, row in sheet.rows
            if row[table.part] not in parts
        )
    if not troubles and not sheet.rows and not whole:
        troubles.add([Trouble(0, "", _("There is no row below the header."))])
    return troubles


def _judged(
    seen: Preview, standing: Sequence[PublishedRow], elsewhere: Collection[tuple[Value, ...]]
) -> Preview:
    """Add what is wrong with the rows beside each other, beside those before them, and today.

    Args:
        elsewhere: the keys of standing rows that the person does not keep.
    """
    table, difference, at = seen.table, seen.difference, seen.at
    left = set(difference.gone)
    rows = difference.new + [table.values(row) for row in standing if row.pk not in left]
    following = difference.replacing(table)
    known = keys.Known(table, standing)

    def refused(row: Row, old: PublishedRow | None) -> Iterable[Complaint]:
        if old is None and elsewhere and table.key_of(row) in elsewhere:
            yield table.key[-1], _("Is published already, in a row that you do not keep.")
        yield from table.refuses(row, old, at)

    def asked(row: Row, old: PublishedRow | None) -> Iterable[Complaint]:
        yield from table.asks(row, old, at)
        if old is None:
            yield from known.likenesses(row)

    troubles, questions = Troubles(), Troubles()
    troubles.add(
        seen.told(rows[index], name, reason) for index, name, reason in table.together(rows)
    )
    troubles.add(seen.told(row, *each) for row, old in following for each in refused(row, old))
    questions.add(seen.told(row, *each) for row, old in following for each in asked(row, old))
    return replace(seen, troubles=troubles, questions=questions)
