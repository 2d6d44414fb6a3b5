"""Filters that lists of charges, and of what is about charges, have in common."""

from typing import Any, Final, TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from core.filters import ALL

M = TypeVar("M", bound=Model)
AFFILIATES: Final = "affiliates"


class PayeeFilter(ChoiceFilter):  # type: ignore[misc]
    """What is to be paid to affiliates of the supply company; `field_name` says so of a row."""

    def __init__(self, **kwargs: Any) -> None:
        affiliates = (AFFILIATES, _("Affiliates of the supply company"))
        super().__init__(label=_("Who is paid"), empty_label=ALL, choices=[affiliates], **kwargs)

    def filter(self, found: QuerySet[M], value: str) -> QuerySet[M]:
        return found.filter(**{self.field_name: True}) if value else found
