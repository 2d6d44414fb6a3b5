"""The tables of SimBench's grid as its wheel has them: text with semicolons, NULL for nothing."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Final

from tools.grid_sample.places import Place, moved

RELEASE: Final = "1.6.3"
SHA256: Final = "8b48bdab2445286a96649eb18bb09476d000a0e212fd57fdba83399df54af4de"
CODE: Final = "1-complete_data-mixed-all-0-sw"
MAIN_TRANSFORMERS, PUBLIC_TRANSFORMERS = "4", "6"
HIGH_VOLTAGE_LINES: Final = "3"


@dataclass(frozen=True)
class Node:
    """A place where things are joined. `substation` is empty where it stands in none."""

    id: str
    busbar: bool
    kv: float
    substation: str
    place: Place


@dataclass(frozen=True)
class Line:
    id: str
    ends: tuple[str, str]
    level: str
    subnet: str
    kva: float


@dataclass(frozen=True)
class Transformer:
    id: str
    high: str
    low: str
    level: str
    substation: str
    kva: float


@dataclass(frozen=True)
class Power:
    """A load at its published peak, kW and kvar; or the apparent power of a generator, in kVA."""

    id: str
    node: str
    subnet: str
    kva: complex


@dataclass(frozen=True)
class Tables:
    nodes: dict[str, Node]
    lines: Sequence[Line]
    transformers: Sequence[Transformer]
    closed: Sequence[tuple[str, str]]
    loads: Sequence[Power]
    generators: Sequence[Power]


def read(wheel: Path) -> Tables:
    """The tables, with every place moved to Zigong.

    Raises:
        ValueError: another release than the one that the sample was made of.
    """
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{wheel} is not the wheel of simbench {RELEASE} on PyPI.")
    with zipfile.ZipFile(wheel) as archive:
        places = {
            row["id"]: moved(Place(float(row["x"]), float(row["y"])))
            for row in _rows(archive, "Coordinates")
        }
        nodes = {
            row["id"]: Node(
                row["id"],
                row["type"].endswith("busbar"),
                float(row["vmR"]),
                row["substation"],
                places[row["coordID"]],
            )
            for row in _rows(archive, "Node")
        }
        amperes = {row["id"]: float(row["iMax"]) for row in _rows(archive, "LineType")}
        mva = {row["id"]: float(row["sR"]) for row in _rows(archive, "TransformerType")}
        return Tables(
            nodes,
            [
                Line(
                    row["id"],
                    (row["nodeA"], row["nodeB"]),
                    row["voltLvl"],
                    row["subnet"],
                    sqrt(3) * nodes[row["nodeA"]].kv * amperes[row["type"]],
                )
                for row in _rows(archive, "Line")
            ],
            [
                Transformer(
                    row["id"],
                    row["nodeHV"],
                    row["nodeLV"],
                    row["voltLvl"],
                    row["substation"],
                    1000 * mva[row["type"]],
                )
                for row in _rows(archive, "Transformer")
            ],
            [
                (row["nodeA"], row["nodeB"])
                for row in _rows(archive, "Switch")
                if row["cond"] == "1"
            ],
            [
                _power(row, 1000 * complex(float(row["pLoad"]), float(row["qLoad"])))
                for row in _rows(archive, "Load")
            ],
            [_power(row, 1000 * float(row["sR"])) for row in _rows(archive, "RES")],
        )


def _rows(archive: zipfile.ZipFile, table: str) -> Iterator[dict[str, str]]:
    with archive.open(f"simbench/networks/{CODE}/{table}.csv") as file:
        for row in csv.DictReader(io.TextIOWrapper(file, "utf-8"), delimiter=";"):
            yield {name: "" if cell == "NULL" else cell for name, cell in row.items()}


def _power(row: dict[str, str], kva: complex) -> Power:
    return Power(row["id"], row["node"], row["subnet"], kva)
