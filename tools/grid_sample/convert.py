"""Makes the files of the sample from SimBench's wheel.

    pip download --no-deps simbench==1.6.3
    python -m tools.grid_sample.convert simbench-1.6.3-py3-none-any.whl

It needs nothing but the standard library: the wheel's tables are text. docs/grid-sample.md tells
what each column is made of. The same wheel gives the same rows in the same order.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tools.grid_sample import files
from tools.grid_sample.feeding import Element, Feeding, Kind, Network
from tools.grid_sample.places import Place, cell, district, within
from tools.grid_sample.simbench import (
    CODE,
    HIGH_VOLTAGE_LINES,
    RELEASE,
    Power,
    Tables,
    read,
)

#: The network of 110 kV whose grids lie beside each other, as they do in Zigong.
NETWORK: Final = "HV1"
SOURCE: Final = (
    f"SimBench {CODE} (simbench {RELEASE}, ODbL 1.0), moved to Zigong, not a grid of this city"
)
#: The last day of the source's profiles, which are of the year of its present state.
DATA_DATE: Final = "2016-12-31"
#: What the source calls a grid, in the words by which the plan sets the hours of reliability.
CLASSES: Final = {
    "LV1": "rural", "LV2": "rural", "LV3": "rural", "LV4": "town", "LV5": "town", "LV6": "urban",
    "MV1": "rural", "MV2": "town", "MV3": "urban", "MV4": "town",
}  # fmt: skip
#: A load that stands for a whole grid of low voltage: `MV1.101_LV1.101_eq`.
STANDS_FOR: Final = re.compile(r"MV\d\.\d+_(LV\d\.\d+)_eq")


def main(wheel: Path) -> None:
    tables = read(wheel)
    feedings = list(in_zigong(tables))
    elements = [element for feeding in feedings for element in feeding.elements]
    elements += lines_of_high_voltage(tables)
    files.write(files.ELEMENTS, files.ELEMENT_COLUMNS, map(element_row, elements))
    points = [row for feeding in feedings for row in point_rows(tables, feeding)]
    files.write(files.POINTS, files.POINT_COLUMNS, points)
    areas = list(area_features(elements))
    collection = {"type": "FeatureCollection", "features": areas}
    files.AREAS.write_text(json.dumps(collection, separators=(",", ":")) + "\n")
    counts = Counter(str(element.kind) for element in elements)
    counts |= Counter({"points": len(points), "areas": len(areas)})
    sys.stdout.write("".join(f"{name} {count}\n" for name, count in counts.items()))


def in_zigong(tables: Tables) -> Iterator[Feeding]:
    """What each substation feeds whose whole grid lies in the city, with its loads."""
    network = Network(tables)
    for substation in network.main:
        if not substation.startswith(f"{NETWORK}_"):
            continue
        feeding = network.fed_by(substation)
        if not all(within(tables.nodes[node].place) for node in feeding.feeder_of):
            continue
        feeding.carry(
            at_hand(tables.loads, feeding),
            at_hand(tables.generators, feeding),
        )
        yield feeding


def at_hand(powers: Iterable[Power], feeding: Feeding) -> Iterator[Power]:
    """What hangs in the grid; of a grid of low voltage its own, not also what stands for it."""
    modelled = {
        element.id.split("-")[1]
        for element in feeding.elements
        if element.kind == Kind.PUBLIC_TRANSFORMER
    }
    for power in powers:
        stands_for = STANDS_FOR.fullmatch(power.subnet)
        if power.node in feeding.feeder_of and not (stands_for and stands_for[1] in modelled):
            yield power


def lines_of_high_voltage(tables: Tables) -> Iterator[Element]:
    """Those of which both ends lie in the city. They are meshed: no one element feeds them, and
    what they carry would take a power flow."""
    for line in tables.lines:
        places = [tables.nodes[end].place for end in line.ends]
        ours = line.level == HIGH_VOLTAGE_LINES and line.subnet.startswith(NETWORK)
        if ours and all(map(within, places)):
            kv = tables.nodes[line.ends[0]].kv
            yield Element(line.id, Kind.LINE, None, kv, line.kva, places, None, None)


def element_row(element: Element) -> dict[str, str]:
    return {
        "code": element.code,
        "kind": element.kind,
        "name": element.id,
        "district": district(middle(element)),
        "fed_from": element.fed_from.code if element.fed_from else "",
        "voltage_kv": number(element.kv),
        "rating_kva": number(element.kva),
        "max_load_kva": "" if element.load is None else number(abs(element.load)),
        "committed_kva": "0",
        "generation_kva": "" if element.generation is None else number(element.generation),
        "limited": "false",
        "datum": "wgs84",
        "geometry": wkt(element.places),
        "data_date": DATA_DATE,
        "source": f"{SOURCE}; committed: not in the source",
    }


def point_rows(tables: Tables, feeding: Feeding) -> Iterator[dict[str, str]]:
    """A row for each load that stands for no grid: at a public transformer, or at a line."""
    for load in at_hand(tables.loads, feeding):
        element = feeding.feeder_of[load.node]
        low = load.subnet.startswith("LV")
        while low and element.kind != Kind.PUBLIC_TRANSFORMER and element.fed_from:
            element = element.fed_from
        if STANDS_FOR.fullmatch(load.subnet) or element.kind == Kind.BUS:
            continue
        yield {
            "code": load.id.replace(" ", "-"),
            "district": district(tables.nodes[load.node].place),
            "transformer": element.code,
            "class": CLASSES[load.subnet[:3]],
            "customers": "1",
            "voltage": "low" if low else "high",
            "data_date": DATA_DATE,
            "source": f"{SOURCE}; one load counted as one customer",
        }


def area_features(elements: Iterable[Element]) -> Iterator[dict[str, object]]:
    """The cells in which something lies that is fed from a substation in the city."""
    held = {cell(middle(each)) for each in elements if each.load is not None}
    for square in sorted(held):
        yield {
            "type": "Feature",
            "properties": {
                "code": square.code,
                "name": square.code,
                "district": district(square.centre),
            },
            "geometry": {"type": "Polygon", "coordinates": [square.ring]},
        }


def middle(element: Element) -> Place:
    longitudes, latitudes = zip(*element.places, strict=True)
    return Place(sum(longitudes) / len(longitudes), sum(latitudes) / len(latitudes))


def wkt(places: Iterable[Place]) -> str:
    points = [f"{place.longitude:.6f} {place.latitude:.6f}" for place in places]
    return f"{'LINESTRING' if len(points) > 1 else 'POINT'} ({', '.join(points)})"


def number(value: float) -> str:
    """At most two decimals, and none that say nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
