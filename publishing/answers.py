"""What the API gives of published tables, their drafts and publications."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework.serializers import (
    BooleanField,
    CharField,
    ChoiceField,
    Field,
    IntegerField,
    ListField,
    Serializer,
    URLField,
)

from accounts.models import User
from core.answers import Count, Instant, MaybeInstant, MaybeText
from publishing import permissions
from publishing.columns import Choice, Column, Label, Value
from publishing.differences import Change
from publishing.features import json_of
from publishing.formats import formats_of
from publishing.lines import FIRST_ROW, Trouble
from publishing.models import Draft, Format, Kind, PublishedRow
from publishing.outline import outline_of
from publishing.tables import Row, Table, table_of


class PublicationAnswer(Serializer[Any]):
    """A publication of a table; `undoes`: what stood before that one stands again by this one. Who
    prepared and who checked it stands there where two people were needed."""

    number = IntegerField()
    published_at = Instant()
    role = CharField()
    source = CharField()  # type: ignore[assignment]
    note = MaybeText()
    added = Count()
    changed = Count()
    withdrawn = Count()
    undoes = IntegerField(source="undoes.number", allow_null=True, default=None)
    prepared_by = CharField(source="prepared_by.name", allow_null=True, default=None)
    checked_by = CharField(source="checked_by.name", allow_null=True, default=None)


class TableColumn(Serializer[Any]):
    """A column: its name is that of files and rows for programs, its title that of people's. Where
    only some values can be, `choices` are their codes."""

    name = CharField()
    title = CharField(source="column.title")
    unit = MaybeText(source="column.unit")
    hint = MaybeText(source="column.help_text")
    required = BooleanField(source="column.required")  # type: ignore[assignment]
    numeric = BooleanField(source="column.numeric")
    choices = ListField(child=CharField(), allow_null=True)


class KeptTable(Serializer[Any]):
    """A table that you keep, with its newest publication. A new row replaces a published one with
    the same `key`; a file has so many rows and megabytes at most. Where it is `checked`, a draft is
    published by a second person."""

    kind = ChoiceField(Kind.choices)
    name = CharField(source="kind.label")
    public = BooleanField(source="for_public")
    checked = BooleanField()
    key = ListField(child=CharField())
    columns = TableColumn(many=True)
    formats = ListField(child=ChoiceField(Format.choices))
    rows = Count(source="size.rows")
    megabytes = Count(source="size.megabytes")
    newest = PublicationAnswer(allow_null=True)


KEPT: Final = ("kind", "for_public", "checked", "key", "size")


def tables_json(tables: Iterable[Table], newest: dict[str, Any]) -> Any:
    told = [
        {
            **{
                name: getattr(table, name)
                for name in ("kind", "for_public", "checked", "key", "size")
            },
            "columns": list(map(_column, table.columns.items())),
            "formats": formats_of(table.columns),
            "newest": newest.get(table.kind.value),
        }
        for table in tables
    ]
    return KeptTable(told, many=True).data


def _column(named: tuple[str, Column]) -> dict[str, Any]:
    name, column = named
    choices = [code for code, _words in column.choices] if isinstance(column, Choice) else None
    return {"name": name, "column": column, "choices": choices}


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
    }
)
class Values(Field[Any, Any, Any, Any]):
    """Values by the names of columns, as rows are sent; a figure that no double holds is a text."""

    def to_representation(self, values: Any) -> Any:
        return values


class TableRow(Serializer[Any]):
    """A row as it was published; `replaced_in`: the publication since which it does not stand."""

    id = IntegerField()
    publication = IntegerField()
    replaced_in = IntegerField(allow_null=True)
    values = Values()


def row_json(table: Table, row: PublishedRow) -> dict[str, Any]:
    return {
        "id": row.pk,
        "publication": row.publication.number,
        "replaced_in": row.replaced_in.number if row.replaced_in else None,
        "values": _values(table, table.values(row)),
    }


def _values(table: Table, row: Row) -> dict[str, Any]:
    return {name: _value(table, name, row[name]) for name in table.columns}


def _value(table: Table, name: str, value: Value) -> Any:
    return json_of(table.columns[name], value)


class TableTrouble(Serializer[Any]):
    """What is wrong, or asked. `row` is numbered as a spreadsheet numbers it, the first one below
    the header 2; in GeoJSON it is the number of the feature; null is the whole file."""

    row = IntegerField(allow_null=True)
    column = MaybeText()
    reason = CharField()

    def to_representation(self, trouble: Trouble) -> dict[str, Any]:
        title = str(trouble.column)
        before = FIRST_ROW - 1 if trouble.feature else 0
        return {
            "row": trouble.row - before if trouble.row else None,
            "column": self.context["names"].get(title, title) or None,
            "reason": str(trouble.reason),
        }


@extend_schema_field({"type": "integer", "minimum": 0})
class Length(Field[Any, Any, Any, Any]):
    def to_representation(self, value: Sequence[Any]) -> int:
        return len(value)


class TableCounts(Serializer[Any]):
    """How many rows would be new, corrected, withdrawn, and stay as they are."""

    added = Length()
    changed = Length()
    withdrawn = Length()
    same = Count()


class TablePreview(Serializer[Any]):
    """What publishing would do now, and what speaks against it. `base` is the number of the
    publication that was compared with, 0 before the first; counts are of the rows that could be
    read; of troubles and questions the first stand there, and how many more there are. Questions
    are what may be right and may be a mistake."""

    base = Count()
    counts = TableCounts(source="*")
    publishable = BooleanField()
    troubles = TableTrouble(many=True)
    more_troubles = Count(source="troubles.more")
    questions = TableTrouble(many=True)
    more_questions = Count(source="questions.more")


class TableDraftSummary(Serializer[Any]):
    """A draft. `withdraws` is the row that it takes out of the table, `undoes` the publication
    before which it takes the table back; `publication` what came of it. Where a second person must
    check it: `offered_at` is since when it waits for that, `offer` how often it did, `given_back`
    why it came back, until it is offered anew."""

    id = IntegerField()
    kind = ChoiceField(Kind.choices)
    created_at = Instant()
    format = ChoiceField(Format.choices)
    file_name = MaybeText()
    source = MaybeText()  # type: ignore[assignment]
    note = MaybeText()
    whole = BooleanField()
    withdraws = IntegerField(allow_null=True)
    undoes = IntegerField(source="undoes.number", allow_null=True, default=None)
    publication = IntegerField(source="publication.number", allow_null=True, default=None)
    prepared_by = CharField(source="by.name")
    offered_at = MaybeInstant()
    offer = Count(source="offers")
    given_back = MaybeText()


class TableDraft(TableDraftSummary):
    """A draft with what publishing it would do; once it is published, `preview` is null. `told` is
    what should be known of a file that has just come; `publishers` who may publish it."""

    publishers = ListField(child=CharField())
    preview = TablePreview(allow_null=True)
    told = ListField(child=CharField())


def draft_json(draft: Draft, by: User, told: Iterable[Label] = ()) -> dict[str, Any]:
    return {
        **TableDraftSummary(draft).data,
        "publishers": permissions.publishers(draft),
        "preview": None if draft.publication_id else _preview_json(draft, by),
        "told": [str(words) for words in told],
    }


def _preview_json(draft: Draft, by: User) -> Any:
    columns = table_of(draft.kind).columns
    names = {str(column.title): name for name, column in columns.items()}
    return TablePreview(outline_of(draft, by), context={"names": names}).data


class TableChange(Serializer[Any]):
    """A row as it would stand, or as it stands and would be withdrawn. `id` is that of the
    published row; `was` has the values that would be corrected, as they stand."""

    id = IntegerField(allow_null=True)
    values = Values()
    was = Values()


class TableChanges(Serializer[Any]):
    results = TableChange(many=True)
    all = Count(help_text="Rows on all pages.")
    next = URLField(allow_null=True)
    previous = URLField(allow_null=True)


def change_json(table: Table, change: Any) -> dict[str, Any]:
    """Of a row that is new, a `Change`, or a row that would be withdrawn."""
    if isinstance(change, Change):
        was = {name: _value(table, name, getattr(change.old, name)) for name in change.columns}
        return {"id": change.old.pk, "values": _values(table, change.new), "was": was}
    if isinstance(change, PublishedRow):
        return {"id": change.pk, "values": _values(table, table.values(change)), "was": {}}
    return {"id": None, "values": _values(table, change), "was": {}}
