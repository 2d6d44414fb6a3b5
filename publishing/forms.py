from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import TextField
from documents import room
from publishing import formats, sheets
from publishing.models import Draft
from publishing.tables import RowForm, Table

# What goes with every publication; each form that has one of them gets a copy.
SOURCE = TextField(
    label=_("Source of the figures"),
    help_text=_("Document or system, with its date. It is shown beside the figures."),
    max_length=300,
    error_messages={"required": _("Say where the figures come from.")},
)
NOTE = TextField(
    label=_("What changed, and why"),
    help_text=_("Needed when published rows are replaced or withdrawn. It is public."),
    max_length=500,
    required=False,
    one_line=False,
    widget=forms.Textarea(attrs={"rows": 2}),
)
WHOLE = forms.BooleanField(
    label=_("This is the whole table"),
    help_text=_("Published rows that are not in it are withdrawn. Left open, they stay."),
    required=False,
)


class FileForm(forms.Form):
    """A file of a table: its text and what it was read from, by what is in it."""

    file = forms.FileField(
        label=_("File of the table"),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.geojson,.json"}),
    )
    encoding = forms.ChoiceField(
        label=_("Encoding of the file"),
        help_text=_("Of CSV. Leave it unless the portal asks."),
        choices=[("", _("Found by the portal")), *sheets.ENCODINGS.items()],
        required=False,
    )

    field_order = ("encoding", "file", "source", "whole", "note")

    def __init__(self, table: Table, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table, self.by = table, by
        self.fields["file"].help_text = format_lazy(
            _("{formats}, up to {megabytes} MB and {rows} rows, headers in Chinese or English."),
            formats=" / ".join(each.label for each in formats.formats_of(table.columns)),
            megabytes=table.size.megabytes,
            rows=f"{table.size.rows:,}",
        )

    def clean_file(self) -> formats.Uploaded:
        """The name is kept beside the text. Raises TooMany: as many megabytes came as may."""
        upload, said = self.cleaned_data["file"], self.cleaned_data.get("encoding", "")
        room.count(upload.size, self.by)
        self.cleaned_data["file_name"] = upload.name[-200:]
        return formats.uploaded(self.table, upload.read(self.table.size.bytes + 1), said=said)


class UploadForm(FileForm):
    source = SOURCE
    whole = WHOLE
    note = NOTE

    def kept(self) -> dict[str, Any] | None:
        """None where no file could be read. A file that was read is kept even if the rest of the
        form is not right yet: the draft's page asks for that again."""
        data = self.cleaned_data
        if "file" not in data:
            return None
        return {
            "text": data["file"].text,
            "format": data["file"].format,
            "file_name": data["file_name"],
            "source": data.get("source", ""),
            "note": data.get("note", ""),
            "whole": data.get("whole", False),
        }


class DraftForm(forms.ModelForm):  # type: ignore[type-arg]
    """A draft may have no text, and a long one does not fit into a form: upload its file again."""

    text = forms.CharField(
        label=_("Table as CSV text"),
        help_text=_("Mistakes can be put right here; the file need not be uploaded again."),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        strip=False,
    )
    source = SOURCE
    whole = WHOLE
    note = NOTE

    class Meta:
        model = Draft
        fields = ("source", "note", "whole", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.has_text:
            del self.fields["whole"]
        if not self.instance.has_text or self.instance.is_long:
            del self.fields["text"]


class UndoForm(forms.Form):
    source = SOURCE
    note = TextField(
        label=_("Why it is undone"),
        help_text=_("It is public."),
        max_length=500,
        one_line=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GiveBackForm(forms.Form):
    reason = TextField(
        label=_("Why it is not published as it is"),
        help_text=_("Whoever prepared it reads this."),
        max_length=500,
        one_line=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OneRow(forms.Form):
    """A row that is entered on the page has the source of its publication."""

    source = SOURCE
    note_of_publication = NOTE


def row_form(table: Table) -> type[RowForm]:
    return type("RowOnPage", (OneRow, table.form), {})
