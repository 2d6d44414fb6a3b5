"""How values that come from outside are read: one field for each kind of value.

A body is declared once, as a serializer: the API, its document and `core.forms.form_of` read it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from core.identifiers import is_mobile, is_phone, plain, plain_phone
from core.problems import FieldError, Invalid, Malformed, Text
from core.reading import canonical, controls, decimal_number, worded

NEEDED = _("This is needed.")
MOBILE = _("Enter a mobile number of 11 figures, such as 138 0000 0000.")
NO_SUCH = _("There is no such field.")
TEXT_MAX = 2_000
#: With the country's code, brackets and spaces.
PHONE_MAX = 30


#: A year outside of these is a slip of the keyboard, and days near the ends of time have no
#: neighbours to be reckoned with.
YEARS = range(1900, 2200)
OF_OUR_YEARS = _("This must be a day between the years 1900 and 2199.")
#: As people write the end of a day, with its offset.
END_OF_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[T ]24:00(?::00(?:\.0+)?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)


class Refused(str):
    """The code of a refusal by a rule: the one thing of a detail that DRF hands on as it is."""

    clause: object


def refused(reason: Text, clause: object = None) -> ErrorDetail:
    code = Refused("refused")
    code.clause = clause
    return ErrorDetail(str(reason), code)


def refuse(name: str, reason: Text, clause: object = None) -> ValidationError:
    return ValidationError({name: [refused(reason, clause)]})


class WordsField(serializers.CharField):
    """Stripped text in Unicode's composed form; what nothing can be seen of counts as empty."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "blank": NEEDED,
        "invalid": _("This must be a text."),
        "control": _("Control characters are not allowed."),
        "max_length": _("At most {max_length} characters."),
    }

    def __init__(self, *, one_line: bool = False, **kwargs: Any) -> None:
        self.one_line = one_line
        kwargs.setdefault("max_length", TEXT_MAX)
        if not kwargs.get("required", True):
            kwargs.setdefault("allow_blank", True)
            kwargs.setdefault("allow_null", True)
            kwargs.setdefault("default", "")
            kwargs.pop("required")
        super().__init__(**kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """What is left out or null, where it may be, is an empty text."""
        if isinstance(data, str):
            data = worded(unicodedata.normalize("NFC", data))
        return super().run_validation(data) or ""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if controls(data, one_line=self.one_line):
            self.fail("control")
        return super().to_internal_value(data)


class NumberedField(WordsField):
    """A number that people carry, in its one spelling however it was written or copied."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"one_line": True} | kwargs)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(canonical(data) if isinstance(data, str) else data)


class PhoneField(NumberedField):
    """A phone number in its one spelling."""

    default_error_messages = {
        "not_one": _("A mobile number has 11 digits; a fixed line starts with its area code."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": PHONE_MAX} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        number = plain_phone(super().to_internal_value(data))
        if not is_phone(number):
            self.fail("not_one")
        return number


class MobileField(PhoneField):
    """A phone number that an SMS reaches."""

    default_error_messages = {"not_mobile": MOBILE}

    def to_internal_value(self, data: Any) -> str:
        number = super().to_internal_value(data)
        if not is_mobile(number):
            self.fail("not_mobile")
        return number


class IdentityField(NumberedField):
    """Whether it can be genuine is asked where it is known which number it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 40} | kwargs)

    def to_internal_value(self, data: Any) -> str:
        return plain(super().to_internal_value(data))


class LeftOut:
    """Null and an empty text are as good as nothing at all; nothing is the default, if any."""

    def run_validation(self: Any, data: Any = serializers.empty) -> Any:
        if data is None or data == "":
            data = serializers.empty if self.allow_null else None
        return super().run_validation(data)  # type: ignore[misc]


class YesNoField(serializers.BooleanField):
    """True or false, and no other spelling of them."""

    default_error_messages = {
        "required": _("Say yes or no."),
        "null": _("Say yes or no."),
        "invalid": _("Say yes or no."),
    }

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation(
            serializers.empty if data is None and self.allow_null else data
        )

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class WholeField(serializers.IntegerField):
    """A whole number, written as one."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "invalid": _("This must be a whole number."),
    }

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return data


class InstantField(serializers.DateTimeField):
    """An instant with its offset; one without is of the city."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "invalid": _("This must be an instant such as 2026-11-23T09:00:00+08:00."),
        "date": _("This must be an instant such as 2026-11-23T09:00:00+08:00."),
        "overflow": OF_OUR_YEARS,
        "years": OF_OUR_YEARS,
    }

    def to_internal_value(self, value: Any) -> datetime:
        """24:00 is the end of its day."""
        ended = END_OF_DAY.fullmatch(value) if isinstance(value, str) else None
        said = f"{ended[1]}T00:00:00{ended[2] or ''}" if ended else value
        try:
            at = super().to_internal_value(said)
        except OverflowError:  # the first days of year 1, moved to UTC
            self.fail("years")
        if at.year not in YEARS:
            self.fail("years")
        return at + timedelta(days=1) if ended else at


class DayField(serializers.DateField):
    """A day such as 2026-11-23."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "invalid": _("This must be a day such as 2026-11-23."),
        "datetime": _("This must be a day such as 2026-11-23."),
        "years": OF_OUR_YEARS,
    }

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if day.year not in YEARS:
            self.fail("years")
        return day


class ChoiceField(LeftOut, serializers.ChoiceField):
    """One of some codes; where it may be left out, the default is empty if none is given."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "invalid_choice": _("This is not one of the values that can be chosen."),
    }

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        if not kwargs.pop("required", True):
            kwargs = {"allow_null": True, "default": ""} | kwargs
        super().__init__(choices, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | int) or isinstance(data, bool):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


class AmountField(LeftOut, serializers.Field[Decimal, Any, Any, Any]):
    """A number with at most two decimals, as JSON number or text."""

    default_error_messages = {"required": NEEDED, "null": NEEDED}

    def __init__(self, *, below: Decimal, message: Text, zero: bool = False, **kwargs: Any) -> None:
        self.below, self.message, self.zero = below, message, zero
        super().__init__(**kwargs)
        least = {"minimum" if zero else "exclusiveMinimum": 0}
        shape = {"type": "number", **least, "exclusiveMaximum": int(below), "multipleOf": 0.01}
        set_override(self, "field", shape)

    def to_internal_value(self, data: Any) -> Decimal:
        try:
            number = decimal_number(data) if isinstance(data, str) else Decimal(str(data))
            exact = number is not None and number == number.quantize(Decimal("0.01"))
        except InvalidOperation:
            number, exact = None, False
        if number is None or isinstance(data, bool) or not exact or not 0 <= number < self.below:
            raise ValidationError(str(self.message))
        if number == 0 and not self.zero:
            raise ValidationError(str(self.message))
        return number

    def to_representation(self, value: Decimal) -> Decimal:
        return value


class Body(serializers.Serializer[Any]):
    """A body of a request; a member that it does not name is refused, for whoever wrote it meant
    something by it."""

    default_error_messages = {
        "required": NEEDED,
        "null": NEEDED,
        "invalid": _("This must be an object."),
    }

    def together(self, data: Mapping[str, Any]) -> Iterable[tuple[str, Text]]:
        """Names and reasons of values that do not go together; none is refused twice."""
        return ()

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Every refused value is told at once, in the order of the fields."""
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            if not isinstance(data, Mapping):
                raise
            errors = dict(error.detail)  # type: ignore[arg-type]
        for name, reason in self.together(data):
            errors.setdefault(name, [str(reason)])
        for name in sorted(map(str, set(data) - set(self.fields))):
            errors[name] = [str(NO_SUCH)]
        if errors:
            order = sorted(errors, key=[*self.fields, *errors].index)
            raise ValidationError({name: errors[name] for name in order})
        return values


class Empty(Body):
    """Nothing is asked."""


def read(declared: type[serializers.Serializer[Any]], body: Any, **context: Any) -> dict[str, Any]:
    """The values of a body; its declaration may ask `context` for the thing it is about.

    Raises:
        Malformed: it is no object.
        Invalid: every refused value at once, each with its pointer.
    """
    if not isinstance(body, Mapping):
        raise Malformed(_("The body must be a JSON object."))
    serializer = declared(data=dict(body), context=context)
    if not serializer.is_valid():
        raise Invalid(list(field_errors(serializer.errors)))
    return dict(serializer.validated_data)


def field_errors(detail: Any, pointer: str = "") -> list[FieldError]:
    """Flatten DRF's nested validation detail into JSON pointers."""
    if isinstance(detail, Mapping):
        found = []
        for key, value in detail.items():
            step = "" if key == "non_field_errors" else f"/{key}"
            found += field_errors(value, pointer + step)
        return found
    if isinstance(detail, list | tuple):
        found = []
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping | list)
            found += field_errors(value, f"{pointer}/{index}" if nested else pointer)
        return found
    return [FieldError(pointer or "", detail, getattr(getattr(detail, "code", ""), "clause", None))]
