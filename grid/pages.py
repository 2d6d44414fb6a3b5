"""Published tables as the component `data_table` draws them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grid.columns import Column
from grid.tables import Row, Table


def heads(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """The head of each column: label, unit, and whether its cells are numbers."""
    return [{"label": c.label, "unit": c.unit, "numeric": c.kind == "number"} for c in columns]


def shown(columns: Sequence[Column], row: Row) -> list[str]:
    """The cells of a row as a reader sees them."""
    return [column.show(row[column.name]) for column in columns]


@dataclass(frozen=True)
class Wording:
    """The words around a table: caption, and why it is empty and what to do."""

    caption: Any
    empty_title: Any
    empty_text: Any


def as_table(
    table: Table,
    rows: Iterable[Row],
    wording: Wording,
    *,
    brief: bool = False,
    links: Mapping[int, str] | None = None,
) -> dict[str, Any]:
    """The context of `components/data_table.html` for rows of a published table.

    Args:
        brief: only the columns that identify a row and say how it stands.
        links: addresses to put on the first cell, by position of the row.
    """
    columns = table.brief if brief else table.columns
    cells: list[list[Any]] = [shown(columns, row) for row in rows]
    for index, url in (links or {}).items():
        cells[index][0] = {"text": cells[index][0], "url": url}
    return {
        "caption": wording.caption,
        "columns": heads(columns),
        "rows": cells,
        "stack": True,
        "empty": {"title": wording.empty_title, "text": wording.empty_text},
    }
