"""Plots as Vega-Lite specifications with their data, drawn here as SVG without script. A plot is
never alone: a table beside it says the same."""

import json
from hashlib import sha256
from typing import Any, Final

from django.core.cache import caches
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

Spec = dict[str, Any]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
VERSION: Final = "6.4"
#: As the pages have them (assets/scss); the reader's own fonts draw the words.
FONT: Final = "PingFang SC, Microsoft YaHei, Noto Sans SC, sans-serif"
INK, LINE, PRIMARY, PAPER, DANGER = "#17212b", "#d5dbe1", "#1d4f91", "#ffffff", "#b3261e"
#: Wide enough to read, narrow enough for a phone.
WIDTH: Final = 340
_CONFIG: Final = {
    "font": FONT,
    "background": PAPER,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 14, "titleFontSize": 14, "labelColor": INK, "titleColor": INK,
        "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "titleFontWeight": "normal",
        "labelLimit": 120,
    },
    "legend": {
        "labelFontSize": 14, "orient": "bottom", "title": None, "labelLimit": 300,
        "labelColor": INK, "direction": "vertical", "symbolType": "square",
    },
    "text": {"fontSize": 14, "color": INK},
}  # fmt: skip


def specification(
    title: str, values: list[dict[str, Any]], layers: list[Spec], height: int
) -> Spec:
    """Of layers that share the data. `height` in pixels."""
    return {
        "$schema": SCHEMA,
        "description": title,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit", "contains": "padding"},
        "data": {"values": values},
        "layer": layers,
        "config": _CONFIG,
    }


def drawn_plot(spec: Spec) -> SafeString:
    """The SVG of a specification, for a page; kept, since the same data are drawn the same."""
    text = json.dumps(spec, ensure_ascii=False, sort_keys=True)
    key = f"plot-{sha256(text.encode()).hexdigest()}"
    found = caches["pages"].get_or_set(key, lambda: _svg(spec))
    return mark_safe(str(found))  # noqa: S308 (the library escapes the words of a specification)


def _svg(spec: Spec) -> str:
    # A quarter of a second and 80 MB, once in a process that draws a plot.
    import vl_convert  # noqa: PLC0415

    svg = vl_convert.vegalite_to_svg(vl_spec=spec, vl_version=VERSION)
    head = format_html('<svg role="img" aria-label="{}" ', spec["description"])
    # What a plot says is in its label and its table: its marks read aloud one by one say less.
    return head + svg.removeprefix("<svg ").replace("<g ", '<g aria-hidden="true" ', 1)


def limit_line(y: Spec, size: int) -> Spec:
    """The `limit` of each row of a plot of bars, across them. `size` in pixels."""
    return {
        "transform": [{"filter": "datum.limit != null"}],
        "mark": {
            "type": "tick", "color": DANGER, "thickness": 2, "size": size,
            "strokeDash": [5, 3],
        },
        "encoding": {"y": y, "x": {"field": "limit", "type": "quantitative"}},
    }  # fmt: skip


def no_data(encoding: Spec, field: str, words: str, *, short: bool = False) -> Spec:
    """What has no data says so: an empty place would be read as zero. `short`: above the axis."""
    return {
        "transform": [{"filter": f"datum.{field} == null && datum.order == 0"}],
        "mark": {"type": "text", "text": words, "dx": 0 if short else 4,
                 "dy": -8 if short else 0, "align": "center" if short else "left"},
        "encoding": encoding,
    }  # fmt: skip
