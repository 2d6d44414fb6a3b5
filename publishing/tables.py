"""What a published table is: declared once, in the app that owns its rows, and registered here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.utils import ErrorDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from core.problems import Missing
from publishing.columns import Choice, Column, Day, Label, Text, Value, in_both_languages
from publishing.models import CHECKED, Kind, Publication, PublishedRow
from rules.city import city
from rules.limits import Quota, limits

if TYPE_CHECKING:
    from accounts.models import User
    from publishing.differences import Difference

Row = Mapping[str, Any]
#: Names of columns, in the order of file and page, with what reads and writes them.
Columns = Mapping[str, Column]
Complaint = tuple[str, Label]
RowComplaint = tuple[int, str, Label]
#: A row, or its key alone, with a column and a reason.
OfRow = tuple[Row, str, Label]


#: So many different cells of one column are remembered while a file is read.
REMEMBERED: Final = 1000
#: The column that carries where a thing is, as WKT; a table that has it has files of GeoJSON too.
GEOMETRY: Final = "geometry"


class RowForm(forms.Form):
    """One row of a table: reads a line of a file and the form of the page alike."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Of each column what its cells above said, for most of them say it again.
        self._columns: list[tuple[str, forms.Field, dict[str, Value]]] = [
            (name, field, {}) for name, field in self.fields.items()
        ]

    def check(self, row: Row) -> Iterable[Complaint]:
        """What must hold within one row: yields (column, reason)."""
        return ()

    def clean(self) -> dict[str, Any]:
        """Complaints of the whole row go to the column that they name."""
        row = self.cleaned_data
        if not self.errors:
            for name, reason in list(self.check(row)):
                self.add_error(name, str(reason))
        return row

    def read(self, cells: Mapping[Any, str]) -> dict[str, Any]:
        """Read the cells of the next line, as `full_clean` reads those of a page; what belongs to
        no column is not read."""
        self.is_bound, self._errors, self.cleaned_data = True, ErrorDict(), {}
        row = self.cleaned_data
        for name, column, known in self._columns:
            cell = cells.get(name, "")
            if cell in known:
                row[name] = known[cell]
                continue
            try:
                row[name] = column.clean(cell)
            except ValidationError as error:
                self.add_error(name, error)
                continue
            if len(known) < REMEMBERED:
                known[cell] = row[name]
        return self.clean()


@dataclass(frozen=True)
class Size:
    """How large a file of a table may be: the names of its limits."""

    of_rows: Quota
    of_megabytes: Quota

    @property
    def rows(self) -> int:
        """Below the header."""
        return limits().quotas[self.of_rows]

    @property
    def megabytes(self) -> int:
        return limits().quotas[self.of_megabytes]

    @property
    def bytes(self) -> int:
        return self.megabytes * 1024 * 1024


USUAL: Final = Size(Quota.TABLE_ROWS, Quota.TABLE_MEGABYTES)
NETWORK: Final = Size(Quota.NETWORK_ROWS, Quota.NETWORK_MEGABYTES)


@dataclass(frozen=True)
class Keeper:
    """Who publishes a table, in the districts of the grant; `refusal` is said to everybody else.

    Args:
        roles: one publishes under the first of them that one holds.
        bureau: the code of the bureau whose role it is; None: it is no bureau's.
        part: the column that says whose each row is, where that is no district.
        parts: the values of that column whose rows somebody keeps; of nobody else's.
    """

    roles: tuple[Role, ...]
    refusal: str | Promise
    bureau: Callable[[], str | None] = lambda: None
    part: str = ""
    parts: Callable[["User"], set[str]] = lambda _user: set()


SUPPLY_COMPANY = Keeper(
    (Role.SUPPLY_LEAD,), _("Only the supply company's lead publishes this table.")
)


@dataclass(frozen=True)
class Wording:
    """`empty_text` says why there is no row, and what to do."""

    caption: Any
    empty_title: Any
    empty_text: Any


def nothing_together(_rows: Sequence[Row]) -> Iterable[RowComplaint]:
    return ()


def nothing_against(_row: Row, _old: PublishedRow | None, _at: datetime) -> Iterable[Complaint]:
    return ()


def nothing_of_all(_difference: "Difference", _at: datetime) -> Iterable[OfRow]:
    return ()


def as_they_are(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows


def nothing_follows(_publication: Publication) -> None:
    return None


def nothing_noted(_row: Row, _old: PublishedRow | None, _at: datetime) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Table:
    """One published table.

    Args:
        model: its ordering, indexed and ending in a unique column, is that of the table's lists.
        form: its fields are the columns, in the order of the file and the page.
        key: the columns by which a new row replaces an old one.
        together: what must hold between standing rows: yields (row index, column, reason).
        listed: the columns of its list at the desk where it has many; empty: all.
        announced: the field, if any, that keeps the instant of a row's first publication.
        refuses: what speaks against publishing a row at an instant, where `old` (None: nothing) is
            replaced by it: yields (column, reason).
        asks: the same, of what may well be right: whoever publishes must say so.
        against: what speaks against all that a publication does at an instant, with what it takes
            out: yields (row, column, reason).
        notes: further stored fields of a row, said by nobody but computed at that instant.
        follows: what else is brought up to date in the transaction of a publication.
        internal: the columns that are not for the public.
        for_public: whether its rows have public pages and files at all.
        computed: what the public reads besides of each row that stands: attributes that `computes`
            gives the rows.
        keeper: who publishes it.
        size: how large its files may be.
    """

    kind: Kind
    model: type[PublishedRow]
    form: type[RowForm]
    key: tuple[str, ...]
    words: Wording
    together: Callable[[Sequence[Row]], Iterable[RowComplaint]] = nothing_together
    listed: tuple[str, ...] = ()
    announced: str = ""
    refuses: Callable[[Row, PublishedRow | None, datetime], Iterable[Complaint]] = nothing_against
    asks: Callable[[Row, PublishedRow | None, datetime], Iterable[Complaint]] = nothing_against
    against: Callable[["Difference", datetime], Iterable[OfRow]] = nothing_of_all
    notes: Callable[[Row, PublishedRow | None, datetime], Mapping[str, Any]] = nothing_noted
    follows: Callable[[Publication], None] = nothing_follows
    internal: tuple[str, ...] = ()
    for_public: bool = True
    computed: Callable[[], Mapping[str, Column]] = dict
    computes: Callable[[QuerySet[Any]], QuerySet[Any]] = as_they_are
    keeper: Keeper = SUPPLY_COMPANY
    size: Size = USUAL

    @property
    def public(self) -> dict[str, Column]:
        """The columns that the public reads of rows as they were published."""
        return {name: each for name, each in self.columns.items() if name not in self.internal}

    @property
    def standing(self) -> dict[str, Column]:
        """The columns that the public reads of rows that stand."""
        return self.public | dict(self.computed())

    @property
    def columns(self) -> Mapping[str, Column]:
        return cast("Mapping[str, Column]", self.form.base_fields)

    @property
    def rows(self) -> Any:
        return self.model.objects

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(cast("Sequence[str]", self.model._meta.ordering))

    @property
    def by_district(self) -> bool:
        return "district" in self.columns

    @property
    def part(self) -> str:
        """The column that says who keeps a row; empty: each keeper keeps all of them."""
        return self.keeper.part or ("district" if self.by_district else "")

    @property
    def checked(self) -> bool:
        """Whether a draft of it is published by a second person, who has checked it and keeps all
        rows that its author keeps: so both see all of what it would change."""
        return self.kind in CHECKED

    def by_header(self) -> dict[str, str]:
        """Names of columns by every header, folded, under which a file may carry them."""
        return {
            header: name
            for name, column in self.columns.items()
            for header in in_both_languages([name, column.title, column.label or ""])
        }

    def values(self, row: PublishedRow) -> dict[str, Value]:
        return {name: getattr(row, name) for name in self.columns}

    def key_of(self, row: Row) -> tuple[Value, ...]:
        return tuple([row[name] for name in self.key])

    def headers(self) -> list[str]:
        return [str(column.label) for column in self.columns.values()]

    def cells(self, row: Row) -> list[str]:
        """As people's files carry the row, in the reader's language."""
        return [column.write(row[name]) for name, column in self.columns.items()]

    def codes(self, row: Row) -> list[str]:
        """As programs' files carry the row, the same in every language."""
        return [column.code(row[name]) for name, column in self.columns.items()]

    def drawn(
        self,
        rows: Iterable[Row],
        *,
        names: Iterable[str] = (),
        caption: Label = "",
        links: Mapping[int, str] | None = None,
    ) -> dict[str, Any]:
        """The context of `components/data_table.html`; `links` go on first cells, by row."""
        columns = {name: self.columns[name] for name in (names or self.columns)}
        cells: list[list[Any]] = [
            [column.show(row[name]) for name, column in columns.items()] for row in rows
        ]
        for index, url in (links or {}).items():
            cells[index][0] = {"text": cells[index][0], "url": url}
        return {
            "caption": caption or self.words.caption,
            "columns": [
                {"label": c.title, "unit": c.unit, "numeric": c.numeric} for c in columns.values()
            ],
            "rows": cells,
            "stack": True,
            "empty": {"title": self.words.empty_title, "text": self.words.empty_text},
        }


_tables: dict[str, Table] = {}


def register(table: Table) -> None:
    _tables[table.kind.value] = table


def table_of(kind: str) -> Table:
    """Raises Missing where there is no such table."""
    try:
        return _tables[kind]
    except KeyError:
        raise Missing from None


def tables() -> tuple[Table, ...]:
    """In the order of `Kind`."""
    return tuple(_tables[kind.value] for kind in Kind if kind.value in _tables)


def district_column() -> Column:
    return Choice(_("District"), lambda: city().district_choices)


def source_column() -> Column:
    return Text(
        _("Source"),
        longest=300,
        required=False,
        hint=_("Where this row comes from. Empty: the source of the whole upload."),
    )


class InForceForm(RowForm):
    """What is in force from one day to another."""

    def check(self, row: Row) -> Iterable[Complaint]:
        """A range does not end before it begins."""
        if row["until_date"] and row["until_date"] < row["from_date"]:
            yield "until_date", _("Must not be before the first day in force.")


def first_day() -> Day:
    return Day(_("In force from"))


def last_day() -> Day:
    return Day(_("Last day in force"), required=False, hint=_("Empty: until further notice."))
