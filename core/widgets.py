"""Form controls that Django does not have. How they look is in templates/forms/widgets/."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext

Text = str | Promise


def line_of(width: int, **attrs: str) -> forms.TextInput:
    """A line as wide as what goes into it, in characters."""
    return forms.TextInput(attrs={"class": f"td-input--width-{width}", **attrs})


class HintedRadios(forms.RadioSelect):
    """Radio buttons; `hints` by value are said under the labels."""

    def __init__(self, *args: Any, hints: Mapping[str, Text] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"hint": self.hints.get(str(value))}


class DateParts(forms.SelectDateWidget):
    """Three number fields: no calendar to find one's birthday in, and no script needed."""

    template_name = "forms/widgets/date_parts.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        values = context["widget"]["value"] or {}
        invalid = context["widget"]["attrs"].get("aria-invalid") == "true"
        labels = {
            "year": pgettext("date part", "Year"),
            "month": pgettext("date part", "Month"),
            "day": pgettext("date part", "Day"),
        }
        context["widget"]["parts"] = [
            {
                "name": f"{name}_{part}",
                "id": f"id_{name}_{part}",
                "label": labels[part],
                "value": str(values.get(part) or ""),
                "width": 4 if part == "year" else 2,
                "invalid": invalid,
            }
            for part in self._parse_date_fmt()
        ]
        return context

    def format_value(self, value: Any) -> dict[str, str | int | None]:
        """Keep what was typed, be it a date or not."""
        if isinstance(value, date):
            typed = [str(value.year), str(value.month), str(value.day)]
        else:
            typed = str(value or "").replace("/", "-").split("-")
            typed = ["" if part == "0" else part for part in typed]
        return dict(zip(("year", "month", "day"), [*typed, "", "", ""][:3], strict=True))

    @staticmethod
    def _parse_date_fmt() -> list[str]:
        order = ["year", "month", "day"]
        return order[::-1] if (get_language() or "").startswith("en") else order
