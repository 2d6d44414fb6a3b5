"""The plots of the reliability figures: hours by class with the plan's limit, and by month."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from disclosure.figures import HOURS, class_name, level_name, where, written
from disclosure.plots import PAPER, PRIMARY, Spec, limit_line, no_data, specification
from reliability.indices.figures import Figure
from reliability.indices.formulas import rounded

CLASS_HEIGHT, MONTHS_HEIGHT = 230, 280
PLACES = 6


@dataclass(frozen=True)
class Plot:
    """`of`: classes or months; `level` as in the figures."""

    level: str
    of: str
    title: str
    spec: Spec


def by_class(rows: Sequence[Figure]) -> Plot:
    """Of one place and level: one bar a class, what the plan counts and what it leaves out, and
    the limit across it."""
    first = rows[0]
    title = _("Hours without power per customer, {place}, {year}, {level}").format(
        place=where(first.group.district), year=first.year, level=level_name(first.group.level)
    )
    values = [
        value | {"limit": None if row.target.hours is None else float(row.target.hours)}
        for row in rows
        for value in _two_parts(row, class_name(row.group.area_class))
    ]
    names = [class_name(row.group.area_class) for row in rows]
    y = {"field": "what", "type": "nominal", "sort": names, "title": None}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 18}, "encoding": {"y": y, **_stacked("x")}},
        limit_line(y, 36),
        no_data({"y": y, "x": {"datum": 0}}, "hours", _("no data")),
    ]  # fmt: skip
    return Plot(
        first.group.level, "classes", title, specification(title, values, layers, CLASS_HEIGHT)
    )


def by_month(year: Figure, months: Iterable[Figure]) -> Plot:
    """Of one group: one bar a month of the year."""
    title = _("Hours without power per customer by month, {place}, {year}, {level}").format(
        place=where(year.group.district), year=year.year, level=level_name(year.group.level)
    )
    if year.group.area_class:
        title = f"{title}, {class_name(year.group.area_class)}"
    values = [value for row in months for value in _two_parts(row, str(row.days.first.month))]
    x = {
        "field": "what", "type": "ordinal", "sort": None, "title": _("Month"),
        "axis": {"labelAngle": 0},
    }  # fmt: skip
    layers: list[Spec] = [
        {"mark": {"type": "bar", "width": 16}, "encoding": {"x": x, **_stacked("y")}},
        no_data({"x": x, "y": {"datum": 0}}, "hours", "–", short=True),
    ]
    return Plot(
        year.group.level, "months", title, specification(title, values, layers, MONTHS_HEIGHT)
    )


def _two_parts(row: Figure, what: str) -> Iterator[dict[str, Any]]:
    counted, everything = row.counted.saidi, row.everything.saidi
    left_out = None if counted is None or everything is None else everything - counted
    for number, (part, hours) in enumerate(
        ((_("By the plan"), counted), (_("Left out by the plan"), left_out))
    ):
        value = rounded(hours, PLACES)
        yield {
            "what": what, "part": part, "order": number,
            "hours": None if value is None else float(value),
            "words": written(hours, HOURS) or "",
        }  # fmt: skip


def _stacked(axis: str) -> Spec:
    """What the plan counts is filled, what it leaves out is an outline: no colour is needed."""
    parts = [_("By the plan"), _("Left out by the plan")]
    return {
        axis: {
            "field": "hours", "type": "quantitative", "stack": "zero",
            "title": _("hours per customer"),
            "axis": {"tickCount": 5},
        },
        "fill": {
            "field": "part", "type": "nominal", "scale": {"domain": parts,
            "range": [PRIMARY, PAPER]},
        },
        "stroke": {"value": PRIMARY},
        "strokeWidth": {"value": 1},
        "order": {"field": "order", "type": "quantitative"},
    }  # fmt: skip
