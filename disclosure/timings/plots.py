"""The plots of real timings: by kind with the limit, and by month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applications.timings.models import Cell
from disclosure.plots import PAPER, PRIMARY, Spec, limit_line, no_data, specification
from disclosure.timings.columns import kind_words
from disclosure.timings.reading import Row

HEIGHT = 300


@dataclass(frozen=True)
class Plot:
    title: str
    spec: Spec


def by_kind(rows: Sequence[Row], period: str) -> Plot:
    """Median and 90th percentile of each kind, and its limit across them."""
    title = _("Working days until power by kind, {period}").format(period=period)
    names = [kind_words(row) for row in rows]
    values = [
        value | {"limit": row.done.limit_most if row.kind else None}
        for row, name in zip(rows, names, strict=True)
        for value in _bars(row.done, name)
    ]
    y = {"field": "what", "type": "nominal", "sort": names, "title": None}
    offset = {"field": "part", "sort": _parts()}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": 12},
            "encoding": {"y": y, "yOffset": offset, **_days("x")},
        },
        limit_line(y, 30),
        no_data({"y": y, "x": {"datum": 0}}, "days", _("no figure")),
    ]  # fmt: skip
    return Plot(title, specification(title, values, layers, HEIGHT))


def by_month(cells: Iterable[Cell], title: str) -> Plot:
    """Median and 90th percentile of each month that is published."""
    months = [(str(cell.release.of.month), cell) for cell in cells]
    values = [value for name, cell in months for value in _bars(cell, name)]
    x = {
        "field": "what", "type": "ordinal", "sort": [name for name, _cell in months],
        "title": _("Month"),
        "axis": {"labelAngle": 0},
    }  # fmt: skip
    layers: list[Spec] = [
        {
            "mark": {"type": "bar"},
            "encoding": {"x": x, "xOffset": {"field": "part", "sort": _parts()}, **_days("y")},
        },
        no_data({"x": x, "y": {"datum": 0}}, "days", "–", short=True),
    ]
    return Plot(title, specification(title, values, layers, HEIGHT))


def _parts() -> list[str]:
    return [_("Median"), _("90th percentile")]


def _bars(cell: Cell, what: str) -> list[dict[str, Any]]:
    figures = (cell.median, cell.percentile)
    return [
        {
            "what": what, "part": part, "order": order,
            "days": None if value is None else float(value),
        }
        for order, (part, value) in enumerate(zip(_parts(), figures, strict=True))
    ]  # fmt: skip


def _days(axis: str) -> Spec:
    """The median is filled, the percentile an outline: no colour is needed."""
    return {
        axis: {
            "field": "days", "type": "quantitative", "title": _("working days"),
            "axis": {"tickCount": 5},
        },
        "fill": {
            "field": "part", "type": "nominal",
            "scale": {"domain": _parts(), "range": [PRIMARY, PAPER]},
        },
        "stroke": {"value": PRIMARY},
        "strokeWidth": {"value": 1},
    }  # fmt: skip
