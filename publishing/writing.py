"""What a publication says: made ready while nobody waits for it, then written by PostgreSQL."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from publishing.models import Publication, PublishedRow
from publishing.preview import Preview
from publishing.sheets import written
from publishing.tables import Row, Table

#: Rows in one statement: its text lies in memory whole.
WRITTEN_AT_ONCE: Final = 5000


@dataclass(frozen=True)
class Content:
    """`digest` is that of its canonical CSV: new rows, then withdrawn ones. `rows` are the new ones
    as JSON, some in each text, with the fields `names`."""

    digest: str
    names: Sequence[str]
    rows: Sequence[str]


def content_of(seen: Preview) -> Content:
    """Of a preview without troubles."""
    table, difference = seen.table, seen.difference
    lines = [["new", *table.codes(row)] for row in difference.new]
    lines += [["withdrawn", *table.codes(table.values(row))] for row in difference.withdrawn]
    digest = hashlib.sha256(written(lines).encode()).hexdigest()
    following, names, rows = difference.replacing(table), [], []
    for start in range(0, len(following), WRITTEN_AT_ONCE):
        some = [_stored(seen, *each) for each in following[start : start + WRITTEN_AT_ONCE]]
        names = list(some[0])
        rows.append(json.dumps(some, default=str, ensure_ascii=False))
    return Content(digest, names, rows)


def _stored(seen: Preview, new: Row, old: PublishedRow | None) -> dict[str, Any]:
    """The fields of a new row, but for what its publication gives it; a correction keeps its first
    announcement."""
    table = seen.table
    fields = {**new, **table.notes(new, old, seen.at)}
    if table.announced:
        fields[table.announced] = getattr(old, table.announced, None)
    return fields


def write(seen: Preview, content: Content, publication: Publication) -> None:
    """Store the new rows, and note on old ones by which publication they are replaced."""
    table = seen.table
    table.rows.filter(pk__in=seen.difference.gone).update(replaced_in=publication)
    with connection.cursor() as cursor:
        for rows in content.rows:
            given: dict[str, Any] = {
                "publication": publication.pk,
                "at": publication.published_at,
                "rows": rows,
            }
            cursor.execute(_insert(table, content.names), given)


def _insert(table: Table, names: Sequence[str]) -> str:
    """The values of many rows come as one text: a COPY is hardly faster."""
    into = connection.ops.quote_name(table.model._meta.db_table)
    columns = {name: connection.ops.quote_name(name) for name in names}
    values = columns.copy()
    if table.announced:
        values[table.announced] = f"coalesce({columns[table.announced]}, %(at)s)"
    return f"""
INSERT INTO {into} (publication_id, {", ".join(columns.values())})
SELECT %(publication)s, {", ".join(values.values())}
FROM json_populate_recordset(NULL::{into}, %(rows)s)
"""  # noqa: S608 (names of a model)
