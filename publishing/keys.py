"""Keys as spreadsheets spoil them: turned into numbers, they are written in powers of ten, lose
leading zeros, or lose every digit after the fifteenth. Such a key would make a new row."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from publishing.columns import DIGITS_KEPT, Text, plain
from publishing.models import PublishedRow
from publishing.tables import Complaint, Row, Table

POWER_OF_TEN = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")
NUMBER = re.compile(r"(\d+)(?:\.0*)?")


def texts(table: Table) -> list[str]:
    """The columns of the key that a spreadsheet can spoil."""
    return [name for name in table.key if isinstance(table.columns[name], Text)]


def spoilt(names: Iterable[str], row: Row) -> Iterable[Complaint]:
    """What can be no key any more, for digits of it are lost.

    Args:
        names: `texts` of the table.
    """
    for name in names:
        if POWER_OF_TEN.fullmatch(plain(row[name])):
            yield (
                name,
                _(
                    "A spreadsheet has turned this number into a power of ten, and digits of it "
                    "are lost. Format the column as text, enter it again, and save as CSV."
                ),
            )


class Known:
    """The keys that stand, by what a spreadsheet leaves of each."""

    def __init__(self, table: Table, standing: Sequence[PublishedRow]) -> None:
        self.names = texts(table)
        self.by_rest: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in standing:
            for name in self.names:
                self.by_rest[name, rest_of(getattr(row, name))].add(getattr(row, name))

    def likenesses(self, row: Row) -> Iterable[Complaint]:
        """Keys of a new row that may be damaged ones of rows that stand."""
        for name in self.names:
            rest, written = rest_of(row[name]), row[name]
            alike = self.by_rest.get((name, rest), set()) if rest else set()
            if alike and written not in alike:
                reason = _(
                    "“{new}” is new and looks like “{known}”, which is published, after a "
                    "spreadsheet has dropped zeros or digits of it."
                )
                yield name, format_lazy(reason, new=written, known=", ".join(sorted(alike)))


def rest_of(key: str) -> str:
    """What is left of a key of digits alone; empty for every other, which no spreadsheet spoils."""
    found = NUMBER.fullmatch(plain(key))
    if found is None:
        return ""
    digits = found[1].lstrip("0")
    return f"{digits[:DIGITS_KEPT]}:{len(digits)}" if digits else "0"
