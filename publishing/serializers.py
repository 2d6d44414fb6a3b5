"""Bodies of the API; how long a text may be, the forms of the pages say."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.bodies import Body, ChoiceField, WholeField, WordsField, YesNoField
from core.problems import Text
from publishing import sheets
from publishing.features import text_of
from publishing.forms import NOTE, SOURCE

NO_SOURCE: Final = SOURCE.error_messages["required"]
NO_FILE: Final = _("This draft was not made from a file.")

SourceField: Any = partial(
    WordsField,
    one_line=True,
    max_length=SOURCE.max_length,
    error_messages=dict.fromkeys(("required", "null", "blank"), NO_SOURCE),
    help_text="Where the figures come from; nothing is published without.",
)
NoteField: Any = partial(
    WordsField,
    max_length=NOTE.max_length,
    help_text="What changed, and why; needed where published rows are replaced or withdrawn.",
)
#: The same in a form, where there are no other values than texts.
SaidYes = partial(
    serializers.BooleanField,
    default=False,
    error_messages={"invalid": YesNoField.default_error_messages["invalid"]},
)
WHOLE: Final = "This is the whole table: published rows that are not in it are withdrawn."


@extend_schema_field({"type": ["string", "number", "boolean", "null"]})
class Cell(serializers.Field[str, Any, Any, Any]):
    """A value as JSON has it: becomes the cell that a file would have, which its column reads."""

    default_error_messages = {
        "invalid": _("This must be a text, a number, true, false or null."),
    }

    def run_validation(self, data: Any = serializers.empty) -> str:
        try:
            return text_of(data)
        except TypeError:
            self.fail("invalid")
        except ValueError as error:
            raise serializers.ValidationError([str(error.args[0])]) from None


class Cells(serializers.DictField):
    """Values by the names of columns."""

    default_error_messages = {"not_a_dict": _("This must be an object.")}
    child = Cell()


class TableFileBody(Body):
    """A file of the table, as a page takes it: CSV, XLSX, or GeoJSON where rows have a place."""

    file = serializers.FileField(
        allow_empty_file=True,
        error_messages=dict.fromkeys(("required", "null", "invalid"), _("Choose a file.")),
    )
    encoding = ChoiceField(
        tuple(sheets.ENCODINGS), required=False, help_text="Of CSV; found where it is left out."
    )


class TableUploadBody(TableFileBody):
    """A file, and what goes with it, which may be said later."""

    source = SourceField(required=False)
    note = NoteField(required=False)
    whole = SaidYes(help_text=WHOLE)


class TableRowsBody(Body):
    """Rows, new or instead of published ones with the same key."""

    rows = serializers.ListField(
        child=Cells(),
        allow_empty=False,
        error_messages={
            "not_a_list": _("This must be a list."),
            "empty": _("There must be one row at least."),
        },
    )
    source = SourceField()
    note = NoteField(required=False)
    whole = YesNoField(default=False, help_text=WHOLE)


class RowCorrectionBody(Body):
    """What is different in a published row; the columns that are left out stay as they are."""

    values = Cells(allow_empty=False)
    source = SourceField()
    note = NoteField(required=False)


class RowWithdrawalBody(Body):
    note = NoteField(required=False)


class UndoBody(Body):
    source = SourceField()
    note = NoteField()


class TableDraftChange(Body):
    """What is left out stays."""

    source = SourceField(required=False, allow_blank=False, allow_null=False)
    note = NoteField(required=False)
    whole = YesNoField(required=False, help_text=WHOLE)

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        if "whole" in data and not self.context["draft"].has_text:
            yield "whole", NO_FILE


class TableOfferBody(Body):
    sure = YesNoField(
        default=False, help_text="What the preview asks about was looked at, and is right."
    )


#: Which offer of a draft was looked at.
OfferField: Any = partial(
    WholeField,
    min_value=1,
    help_text="That of the draft that was looked at: it may have been changed and offered anew.",
)


class TableGiveBackBody(Body):
    """Why it is not published as it is, for whoever prepared it."""

    offer = OfferField()
    reason = NoteField(help_text="Read by whoever prepared it.")


class PublishBody(TableOfferBody):
    base = WholeField(
        min_value=0,
        help_text="That of the preview that was looked at: nothing may have come between.",
    )
    offer = OfferField(required=False)

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        if self.context["draft"].offered_at and "offer" not in data:
            yield "offer", _("Say which offer of the draft you looked at.")
