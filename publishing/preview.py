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
from publishing.tables import Row, Table, table_of


@dataclass(frozen=True)
class Preview:
    """`base` is the number of the publication that the draft was compared with (0: none yet).

    `questions` are what may be right and may be a mistake: whoever publishes says that it is right.
    `at` is the instant for which all of it holds.
    """

    table: Table
    difference: Difference
    troubles: Troubles
    base: int
    at: datetime
    questions: Troubles = field(default_factory=Troubles)


def preview(*, draft: Draft, by: User) -> Preview:
    table, newest = table_of(draft.kind), queries.newest(draft.kind)
    base, at = newest.number if newest else 0, city_now()
    districts = permissions.own_districts(by, table)
    standing = list(queries.kept_rows(table, districts))
    numbers: dict[tuple[Value, ...], int] = {}
    if draft.withdraws is not None:
        difference, troubles = withdrawal(draft.withdraws, standing)
    elif draft.undoes:
        difference, troubles = undoing(table, draft.undoes, standing, districts)
    else:
        sheet = read(table, draft.text, source=draft.source)
        rows = [row for _number, row in sheet.rows]
        difference = compare(table, rows, standing, whole=draft.whole)
        troubles = _beside(table, sheet, districts, whole=draft.whole)
        numbers = {table.key_of(row): number for number, row in sheet.rows}
    seen = Preview(table, difference, troubles, base, at)
    if draft.withdraws is None and not troubles:
        seen = _judged(seen, numbers, standing)
    if draft.format == Format.GEOJSON:
        seen = replace(
            seen, troubles=seen.troubles.of_features(), questions=seen.questions.of_features()
        )
    return seen


def _beside(
    table: Table, sheet: Sheet, districts: Collection[str] | None, *, whole: bool
) -> Troubles:
    """What is wrong with a text that was read, districts that the person does not keep included."""
    troubles = sheet.troubles
    if districts is not None and table.by_district:
        title, reason = (
            table.columns["district"].title,
            _("You do not keep the figures of this district."),
        )
        troubles.add(
            Trouble(number, title, reason)
            for number, row in sheet.rows
            if row["district"] not in districts
        )
    if not troubles and not sheet.rows and not whole:
        troubles.add([Trouble(0, "", _("There is no row below the header."))])
    return troubles


def _judged(
    seen: Preview, numbers: Mapping[tuple[Value, ...], int], standing: Sequence[PublishedRow]
) -> Preview:
    """Add what is wrong with the rows beside each other, beside those before them, and today.

    Args:
        numbers: of the rows of the file, by key.
    """
    table, difference = seen.table, seen.difference

    def told(row: Row, complaints: Iterable[tuple[str, Label]]) -> Iterable[Trouble]:
        for name, reason in complaints:
            number = numbers.get(table.key_of(row), 0)
            yield Trouble(number, table.columns[name].title, reason)

    left = set(difference.gone)
    rows = difference.new + [table.values(row) for row in standing if row.pk not in left]
    troubles, questions = Troubles(), Troubles()
    for index, name, reason in table.together(rows):
        troubles.add(told(rows[index], [(name, reason)]))
    known = keys.Known(table, standing)
    for row, old in difference.replacing(table):
        troubles.add(told(row, table.refuses(row, old, seen.at)))
        questions.add(told(row, table.asks(row, old, seen.at)))
        if old is None:
            questions.add(told(row, known.likenesses(row)))
    return replace(seen, troubles=troubles, questions=questions)
