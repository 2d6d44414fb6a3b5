"""What lists are narrowed by in every app."""

from functools import partial
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter

from core.filters import ALL
from rules.city import city

NO_STATE: Final = {"invalid_choice": _("There is no such state.")}
NOTHING: Final = {"invalid_choice": _("There is nothing of this name.")}
district_filter = partial(
    ChoiceFilter,
    label=_("District"),
    empty_label=ALL,
    choices=lambda: city().district_choices,
    error_messages=NOTHING,
)
