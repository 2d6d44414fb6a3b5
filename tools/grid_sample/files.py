"""Reads and writes the files of the sample; they need nothing but the standard library."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
ELEMENTS: Final = HERE / "elements.csv.gz"
POINTS: Final = HERE / "points.csv.gz"
AREAS: Final = HERE / "areas.geojson"

ELEMENT_COLUMNS: Final = (
    "code", "kind", "name", "district", "fed_from", "voltage_kv", "rating_kva", "max_load_kva",
    "committed_kva", "generation_limit_kva", "generation_kva", "limited", "reason", "measure",
    "expected_end", "datum", "geometry", "data_date", "source",
)  # fmt: skip
POINT_COLUMNS: Final = (
    "code", "district", "town", "transformer", "class", "customers", "voltage", "data_date",
    "source",
)  # fmt: skip


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Each row of a compressed CSV file, by the names of its header."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def write(path: Path, columns: Sequence[str], found: Iterable[Mapping[str, str]]) -> None:
    """Writes such a file, without the time of writing: the same rows give the same file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    path.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
