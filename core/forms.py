"""A page's form made from the declaration of a body, so that both read the same values."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.bodies import MOBILE, PHONE_MAX, AmountField, WholeField, WordsField, YesNoField
from core.identifiers import is_mobile, plain_phone
from core.problems import FieldError, Problem, Text
from core.reading import controls, decimal_number, worded
from core.widgets import line_of


class BodyForm(forms.Form):
    """A form of a body. The server's refusals land on the fields they point at."""

    def body(self) -> dict[str, Any]:
        """What was filled in; where nobody said yes or no, nothing is said."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in BESIDE
            and not (value is None and isinstance(self.fields[name], forms.TypedChoiceField))
        }

    def uploads(self) -> list["UploadedFile[Any]"]:
        return list(self.cleaned_data.get(FILES, []))

    def refused(self, problem: Problem) -> None:
        """Show a refusal at its fields, with its clause; what points at none of ours, on top."""
        for error in problem.errors:
            name = self.field_of(error.pointer)
            if name not in self.errors:
                self.add_error(name if name in self.fields else None, refusal_words(error))
        if not problem.errors:
            self.add_error(None, str(problem.detail or problem.title))

    def typed(self) -> list[tuple[Text, str]]:
        """Labels and words of what was filled in, as the page showed them."""
        rows: list[tuple[Text, str]] = []
        for bound in self:
            unsaid = isinstance(bound.field, forms.FileField) or bound.name == PROOF
            value = None if unsaid else bound.value()
            choices = dict(getattr(bound.field, "choices", ()))
            several = value if isinstance(value, list | tuple) else [value] if value else []
            if several:
                words = [str(choices.get(one, one)) for one in several]
                rows.append((bound.label, ", ".join(words)))
        return rows

    def field_of(self, pointer: str) -> str | None:
        return pointer.strip("/").partition("/")[0]


def refusal_words(error: FieldError) -> str:
    if not error.clause:
        return str(error.reason)
    values = {"reason": error.reason, "clause": error.clause}
    return gettext("%(reason)s (by %(clause)s)") % values


class MobileField(forms.CharField):
    """A phone number in its one spelling that an SMS reaches, as `core.bodies.MobileField`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Mobile phone"), max_length=PHONE_MAX, **kwargs)

    def clean(self, value: Any) -> str:
        phone = plain_phone(super().clean(value))
        if not is_mobile(phone):
            raise ValidationError(MOBILE)
        return phone


class TextField(forms.CharField):
    """A text as `WordsField` reads it, for forms that no body is behind."""

    def __init__(self, *, one_line: bool = True, **kwargs: Any) -> None:
        self.one_line = one_line
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = worded(super().to_python(value) or "")
        if controls(text, one_line=self.one_line):
            raise forms.ValidationError(_("Control characters are not allowed."))
        return text


class NumberField(forms.DecimalField):
    """A number as `AmountField` reads it."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and worded(value):
            read = decimal_number(value)
            if read is None:
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
            return read
        return super().to_python(value)


class InstantControl(forms.DateTimeField):
    """An instant to the minute, in the city's time, as `core.bodies.InstantField` reads it."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def clean(self, value: Any) -> Any:
        """As text: so the same form is known again by its digest. Nothing where it may be."""
        at = super().clean(value)
        return at.isoformat() if at else None


class DayControl(forms.DateField):
    """A day, as `core.bodies.DayField` reads it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        """As text: see `InstantControl`."""
        day = super().clean(value)
        return day.isoformat() if day else None


class LinesField(forms.CharField):
    """Several texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> Any:
        return [line for typed in super().clean(value).splitlines() if (line := worded(typed))]


#: What the picker of files offers (`documents.content`).
ACCEPT: Final = ".pdf,.jpg,.jpeg,.jfif,.jpe,.jif,.png,.heic,.heif,.hif"


def most_megabytes() -> int:
    """Of one file that is uploaded."""
    return int(settings.DOCUMENT_MAX_BYTES) // 1024 // 1024


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    widget = SeveralFiles(attrs={"accept": ACCEPT, "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        found = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(one) for one in found]


#: The name under which files come with a body.
FILES = "evidence"
#: That under which a person shows who it is (`accounts.confirmation`); a password by its name, so
#: that it is nowhere kept.
PROOF = "proof_password"
#: What is no part of a body.
BESIDE = frozenset({FILES, PROOF})


def form_of(
    body: type[serializers.Serializer[Any]],
    *,
    rows: int = 4,
    files: bool = False,
    controls: Mapping[str, forms.Field] | None = None,
) -> type[BodyForm]:
    """`rows` is the height of fields for longer texts; `controls` replace usual ones by name."""
    made: dict[str, Any] = {
        name: (controls or {}).get(name) or _control(field, rows)
        for name, field in body().fields.items()
    }
    if files:
        made[FILES] = FilesField(
            label=_("Files that show it"),
            help_text=format_lazy(
                _("PDF, JPEG, PNG or HEIC, up to {size} MB each. You can choose several."),
                size=most_megabytes(),
            ),
            required=False,
        )
    return type(f"{body.__name__}Form", (BodyForm,), made)


def yes_or_no(**common: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        **common,
    )


#: Kinds of fields whose controls need to know no more of them.
WHOLE: Final[tuple[tuple[type, Callable[..., forms.Field]], ...]] = (
    (serializers.ListField, LinesField),
    (serializers.DateTimeField, InstantControl),
    (serializers.DateField, DayControl),
    (YesNoField, yes_or_no),
)


def _width(field: WholeField) -> int:
    """Of the widths that there are, the smallest that shows the largest number."""
    digits = len(str(field.max_value or ""))
    return next((width for width in (3, 5, 10) if digits <= width), 20)


def _control(field: Any, rows: int) -> forms.Field:
    common: Mapping[str, Any] = {
        "label": field.label,
        "help_text": field.help_text or "",
        "required": field.required,
    }
    for kind, made in WHOLE:
        if isinstance(field, kind):
            return made(**common)
    if isinstance(field, WholeField):
        widget = forms.NumberInput(attrs={"class": f"td-input--width-{_width(field)}"})
        return forms.IntegerField(
            widget=widget, min_value=field.min_value, max_value=field.max_value, **common
        )
    if isinstance(field, AmountField):
        return NumberField(widget=line_of(10, inputmode="decimal"), **common)
    if isinstance(field, serializers.ChoiceField):
        choices = [("", _("Choose one")), *field.choices.items()]
        return forms.ChoiceField(choices=choices, **common)
    assert isinstance(field, WordsField)
    area = None if field.one_line else forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=field.max_length, widget=area, **common)
