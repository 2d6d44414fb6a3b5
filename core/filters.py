"""Filters of lists: one declaration for the form of a page and the parameters of the API."""

from typing import Any, Final, TypeVar

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.problems import FieldError, Invalid

M = TypeVar("M", bound=Model)
ALL: Final = _("All")
CURSOR: Final = [
    OpenApiParameter("cursor", OpenApiTypes.STR),
    OpenApiParameter("page_size", OpenApiTypes.INT),
]


class FilterForm(forms.Form):
    """The filters of a page, by GET: a value that does not exist narrows nothing."""

    @property
    def active(self) -> bool:
        return any(self.wanted(name) for name in self.fields)

    def wanted(self, name: str) -> str:
        """Empty where there is none, or one that does not exist."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


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
    found = filters(request.query_params, rows, request=request)
    if not found.is_valid():
        errors = [FieldError(f"/{name}", said[0]) for name, said in found.errors.items()]
        raise Invalid(errors)
    left: QuerySet[M] = found.qs
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
