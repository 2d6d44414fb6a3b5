"""What a revision changes, in words."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.timings.models import Table
from core.templatetags.city import figure, holder_name
from rules.city import city
from rules.registry import current

NAMES: Final = {
    "count": gettext_lazy("Count"),
    "mean": gettext_lazy("Mean"),
    "median": gettext_lazy("Median"),
    "percentile": gettext_lazy("90th percentile"),
    "net": gettext_lazy("Net mean"),
    "limited": gettext_lazy("With a limit"),
    "within": gettext_lazy("Within the limit"),
    "with_open": gettext_lazy("Median with open cases"),
    "limit_least": gettext_lazy("Shortest limit"),
    "limit_most": gettext_lazy("Longest limit"),
    "delay": gettext_lazy("Whose the delay was"),
}


def changes_table(rows: Sequence[dict[str, Any]], caption: str) -> dict[str, Any]:
    """Of `cells.differences`, for components/data_table.html: one row for each figure."""
    return {
        "caption": caption,
        "columns": [
            {"label": _("Table")},
            {"label": _("Row")},
            {"label": _("District")},
            {"label": _("Figure")},
            {"label": _("Before"), "numeric": True},
            {"label": _("After"), "numeric": True},
        ],
        "rows": [
            [
                str(Table(row["table"]).label),
                row_words(row["table"], row["row"]),
                str(city().district(row["district"]).name) if row["district"] else _("Whole city"),
                str(NAMES[name]),
                value_words(old),
                value_words(new),
            ]
            for row in rows
            for name, (old, new) in row["figures"].items()
        ],
        "stack": True,
    }


def row_words(table: str, row: str) -> str:
    first, _slash, second = row.partition("/")
    if not first:
        return _("All")
    if table == Table.PERMITS:
        names = [city().bureau(first).name, *([city().permit(second).name] if second else [])]
    else:
        steps = current().city.step_names
        names = [city().kind(first).name, *([steps[second]] if second else [])]
    return " · ".join(map(str, names))


def value_words(value: Any) -> str:
    """Of a number, as it was stored; of days by holder; null is not shown."""
    if value is None:
        return _("not shown")
    if isinstance(value, dict):
        return "; ".join(_of_holders(value)) or figure(0)
    return str(value)


def _of_holders(days: dict[str, int]) -> Iterable[str]:
    return (f"{holder_name(holder)} {figure(count)}" for holder, count in days.items())
