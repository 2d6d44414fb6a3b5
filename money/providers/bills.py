"""The trade bill of a day as WeChat Pay writes it: a head, a row for each payment and refund, a
head of sums, the sums. Each value of a row begins with a backquote; amounts are yuan with at most
two decimals. Its columns are found by their names (`bills.toml`).
"""

import hashlib
import hmac
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from core.clock import CITY
from money.providers.interface import CURRENCY, Bill, BillRow, BillWrong

_names = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
#: By our word, the provider's.
COLUMNS: Final[Mapping[str, str]] = _names["columns"]
SUMS: Final[Mapping[str, str]] = _names["sums"]
#: The sum that counts the rows; each other one adds up the column of the same word.
COUNT: Final = "rows"
PAID, REFUNDED = "SUCCESS", "REFUND"
YUAN: Final = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)
#: What stands where there is no refund.
NOTHING: Final = {"", "0"}

#: Values by our words.
Row = Mapping[str, str]


def read(file: bytes, day: date, merchant: str, *, sha1: str) -> Bill:
    """A bill out of its file.

    Args:
        sha1: of the file, in hex, as the provider has signed it.

    Raises:
        BillWrong: it is another file, its sums disagree, or it cannot be read.
    """
    digest = hashlib.sha1(file).hexdigest()  # noqa: S324 (the provider's choice)
    if not hmac.compare_digest(digest.encode(), sha1.lower().encode()):
        raise BillWrong("digest")
    try:
        said = file.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise BillWrong("text") from None
    rows, sums = _tables([line for line in said if line.strip()])
    _agree(rows, sums)
    found = [_row(row, day, merchant, at) for at, row in enumerate(rows, 1)]
    return Bill(day, found, hashlib.sha256(file).hexdigest())


def _tables(said: Sequence[str]) -> tuple[list[Row], Row]:
    """The rows, and the sums."""
    ends = [at for at, line in enumerate(said) if line.startswith(SUMS[COUNT])]
    if len(ends) != 1 or ends[0] == 0 or len(said) != ends[0] + 2:
        raise BillWrong("shape")
    head, sums = _places(said[0], COLUMNS), _places(said[ends[0]], SUMS)
    rows = [_values(head, line, at) for at, line in enumerate(said[1 : ends[0]], 1)]
    return rows, _values(sums, said[-1], len(rows) + 1)


def _places(line: str, names: Mapping[str, str]) -> tuple[int, dict[str, int]]:
    """How many columns a head has, and where ours are."""
    head = line.split(",")
    if missing := [name for name in names.values() if head.count(name) != 1]:
        raise BillWrong("columns", names=", ".join(missing))
    return len(head), {word: head.index(name) for word, name in names.items()}


def _values(head: tuple[int, Mapping[str, int]], line: str, at: int) -> Row:
    """A title may hold a comma, but none before a backquote."""
    values = line.removeprefix("`").split(",`")
    if len(values) != head[0]:
        raise BillWrong("width", row=at, said=len(values), wanted=head[0])
    return {word: values[place].strip() for word, place in head[1].items()}


def _agree(rows: Sequence[Row], sums: Row) -> None:
    for word, name in SUMS.items():
        if word == COUNT:
            said, added = sums[word], str(len(rows))
        else:
            said = str(_fen(sums[word], name))
            added = str(sum(_fen(row[word], at) for at, row in enumerate(rows, 1)))
        if said != added:
            raise BillWrong("sum", name=name, said=said[:20], wanted=added)


def _fen(said: str, where: str | int) -> int:
    found = YUAN.fullmatch(said)
    if found is None:
        raise BillWrong("amount", where=where)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _row(row: Row, day: date, merchant: str, at: int) -> BillRow:
    try:
        moment = datetime.strptime(row["at"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CITY)
    except ValueError:
        raise BillWrong("time", row=at) from None
    if moment.date() != day:
        raise BillWrong("day", row=at)
    if row["merchant"] != merchant or row["currency"] != CURRENCY:
        raise BillWrong("merchant", row=at)
    paid = row["state"] == PAID
    if row["state"] not in {PAID, REFUNDED} or (row["refund"] in NOTHING) != paid:
        raise BillWrong("kind", row=at)
    if not (row["order"] and row["transaction"]):
        raise BillWrong("number", row=at)
    return BillRow(
        order=row["order"],
        transaction=row["transaction"],
        refund="" if paid else row["refund"],
        amount_fen=_fen(row["paid" if paid else "asked"], at),
        at=moment,
    )
