"""Forms of the pages on which the supply company's lead keeps the published tables."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from grid import sheets
from grid.columns import Cell, CellError, Column
from grid.models import Draft
from grid.reading import cell_value
from grid.tables import Row, Table

LONGEST_SOURCE = 300
LONGEST_NOTE = 500
#: Characters of a text that may be edited on the page: three bytes each, escaped, stay below 2 MB.
LONGEST_EDITED = 150_000


class SourceField(forms.CharField):
    """Where a publication comes from: nothing is published without it."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Source of the figures"),
            help_text=_("Document or system, with its date. It is shown beside the figures."),
            max_length=LONGEST_SOURCE,
            error_messages={"required": _("Say where the figures come from.")},
        )


class NoteField(forms.CharField):
    """Why something published is replaced or withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            label=_("What changed, and why"),
            help_text=_("Needed when published rows are replaced or withdrawn. It is public."),
            max_length=LONGEST_NOTE,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class WholeField(forms.BooleanField):
    """Whether what is not in the text is withdrawn."""

    def __init__(self) -> None:
        super().__init__(
            label=_("This is the whole table"),
            help_text=_("Published rows that are not in it are withdrawn. Left open, they stay."),
            required=False,
        )


class UploadForm(forms.Form):
    """A CSV file and where it comes from."""

    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8 or GB18030, up to 2 MB and 5,000 rows, headers in Chinese or English."),
        error_messages={
            "required": _("Choose a CSV file."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    source = SourceField()
    whole = WholeField()
    note = NoteField()

    def clean_file(self) -> str:
        """The text of the file; the name is kept beside it."""
        upload = self.cleaned_data["file"]
        self.cleaned_data["file_name"] = upload.name[-200:]
        try:
            return sheets.decoded(upload.read(sheets.MAX_BYTES + 1))
        except CellError as error:
            raise forms.ValidationError(str(error.reason)) from error

    def kept(self) -> dict[str, Any] | None:
        """What to keep as a draft, or None where no file could be read.

        A file that was read is kept even if the rest of the form is not right yet: the draft's
        page asks for it again, the file is not lost.
        """
        data = self.cleaned_data
        if "file" not in data:
            return None
        return {
            "text": data["file"],
            "file_name": data["file_name"],
            "source": data.get("source", ""),
            "note": data.get("note", ""),
            "whole": data.get("whole", False),
        }


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft's text and what goes with it, to put right in place.

    A withdrawal has no text, and a long one would not fit into a form: its file is uploaded again.
    """

    text = forms.CharField(
        label=_("Table as CSV text"),
        help_text=_("Mistakes can be put right here; the file need not be uploaded again."),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        strip=False,
    )
    source = SourceField()
    whole = WholeField()
    note = NoteField()

    class Meta:
        model = Draft
        fields = ("source", "note", "whole", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.withdraws is not None:
            del self.fields["whole"]
        if self.instance.withdraws is not None or len(self.instance.text) > LONGEST_EDITED:
            del self.fields["text"]


class RowForm(forms.Form):
    """One row of a table, column by column; reads its cells as a file's are read."""

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        for column in table.columns:
            if column.name != "source":
                self.fields[column.name] = _field(column)
        self.fields["source"] = SourceField()
        self.fields["note_of_publication"] = NoteField()

    def clean(self) -> dict[str, Any]:
        """Read every cell; complaints of the whole row go to the column they name."""
        data = self.cleaned_data
        self.row = {column.name: self._read(column) for column in self.table.columns}
        if not self.errors:
            for name, reason in self.table.check(self.row):
                self.add_error(name, str(reason))
        return data

    def _read(self, column: Column) -> Cell:
        value = self.cleaned_data.get(column.name, "")
        try:
            return cell_value(column, "yes" if value is True else str(value or ""))
        except CellError as error:
            if column.name not in self.errors:
                self.add_error(column.name, str(error.reason))
            return None

    def as_text(self) -> str:
        """The row as a CSV text with its header, as a draft keeps it."""
        return text_of(self.table, [self.row])


def text_of(table: Table, rows: list[Row]) -> str:
    """Rows as a CSV text in the reader's language, header first."""
    lines = [[str(column.header) for column in table.columns]]
    return sheets.written(lines + [table.cells(row) for row in rows])


def initial_of(table: Table, row: Row) -> dict[str, Any]:
    """The values of a row as the controls of its form take them."""
    return {column.name: _initial(column, row) for column in table.columns}


def _initial(column: Column, row: Mapping[str, Cell]) -> Any:
    value = row[column.name]
    if column.kind in {"choice", "flag"}:
        return value
    return column.write(value).replace(" ", "T") if column.kind == "minute" else column.write(value)


def _field(column: Column) -> forms.Field:
    """The control of a column. Emptiness is judged by the column, with the column's words."""
    shared: dict[str, Any] = {"label": column.header, "help_text": column.hint}
    if column.kind == "flag":
        return forms.BooleanField(required=False, **shared)
    if column.kind == "choice":
        choices = [("", _("Choose")), *column.choices]
        return forms.ChoiceField(choices=choices, required=column.required, **shared)
    return forms.CharField(
        required=column.required,
        widget=_widget(column),
        error_messages={"required": _("Must not be empty.")},
        **shared,
    )


def _widget(column: Column) -> forms.Widget:
    if column.kind == "day":
        return forms.DateInput(attrs={"type": "date"})
    if column.kind == "minute":
        return forms.DateTimeInput(attrs={"type": "datetime-local"})
    if column.kind == "number":
        return forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.Textarea(attrs={"rows": 2}) if column.kind == "long" else forms.TextInput()
