"""Filters of lists: one declaration for the form of a page and the parameters of the API."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

import django_filters
from django import forms
from django.db.models import CharField, Model, Q, QuerySet, Transform
from django.db.models.functions import Reverse
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.identifiers import plain
from core.problems import FieldError, Invalid

M = TypeVar("M", bound=Model)
ALL: Final = _("All")
NO_CHOICE: Final = _("There is nothing called “%(value)s” here.")
CURSOR: Final = [
    OpenApiParameter("cursor", OpenApiTypes.STR),
    OpenApiParameter("page_size", OpenApiTypes.INT),
]


class Backwards(Reverse, Transform):
    """`number__backwards`: its end is the beginning of what an index holds."""

    lookup_name = "backwards"


CharField.register_lookup(Backwards)


def numbered(column: str, typed: str) -> Q:
    """What begins or ends with what somebody typed of a number, however it was written."""
    number = plain(typed)
    return Q(**{f"{column}__startswith": number}) | Q(
        **{f"{column}__backwards__startswith": number[::-1]}
    )


class FilterForm(forms.Form):
    """The filters of a page, by GET. A value that does not exist is named and refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                # A list of choices cannot show what was asked for: the sentence does.
                field.error_messages["invalid_choice"] = NO_CHOICE

    @property
    def active(self) -> bool:
        return bool(self.errors) or any(self.wanted(name) for name in self.fields)

    @property
    def status(self) -> int:
        """Of the page."""
        return 422 if self.errors else 200

    def kept(self) -> str:
        """What of it can be saved, as it stands in an address: choices alone, and nothing that was
        typed. What does not exist is left out."""
        asked = QueryDict(mutable=True)
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField) and (value := self.wanted(name)):
                asked[name] = value
        return asked.urlencode()

    def check(self) -> None:
        """Raises Invalid with every value that does not exist, for files: they show no form."""
        if self.errors:
            raise invalid(self.errors)

    def wanted(self, name: str) -> str:
        """Empty where there is none, or one that does not exist."""
        self.is_valid()
        return str(self.cleaned_data.get(name) or "")


class PageFilter(django_filters.FilterSet):  # type: ignore[misc]
    """What narrows the list of a page. Nothing is listed where a value does not exist."""

    class Meta:
        form = FilterForm

    @property
    def qs(self) -> Any:
        found = super().qs
        return found if self.is_valid() else found.none()


def invalid(errors: Mapping[str, Sequence[Any]]) -> Invalid:
    return Invalid([FieldError(f"/{name}", str(said[0])) for name, said in errors.items()])


class TruthField(forms.Field):
    TRUTHS: Final = {"1": True, "true": True, "0": False, "false": False}

    def clean(self, value: Any) -> bool | None:
        if value is None:
            return None
        if value.lower() not in self.TRUTHS:
            raise forms.ValidationError(_("This must be true or false."))
        return self.TRUTHS[value.lower()]


class TruthFilter(django_filters.Filter):  # type: ignore[misc]
    field_class = TruthField


def narrowed(
    filters: type[django_filters.FilterSet], request: Request, rows: QuerySet[M]
) -> QuerySet[M]:
    """The rows that an address leaves. Raises Invalid with every value that does not exist."""
    return checked(filters(request.query_params, rows, request=request))


def checked(filters: django_filters.FilterSet) -> QuerySet[Any]:
    """What it leaves. Raises as `narrowed`."""
    if not filters.is_valid():
        raise invalid(filters.errors)
    left: QuerySet[Any] = filters.qs
    return left


def parameters_of(filters: type[django_filters.FilterSet]) -> list[OpenApiParameter]:
    found = []
    for name, each in filters.base_filters.items():
        kind = OpenApiTypes.BOOL if isinstance(each, TruthFilter) else OpenApiTypes.STR
        choices = each.extra.get("choices", ())
        # Codes of the city's rules are data, and none of the API's words.
        codes = [] if callable(choices) else [code for code, _label in choices]
        found.append(OpenApiParameter(name, kind, enum=codes or None))
    return found + CURSOR
