"""A made-up grid of 100,000 lines, laid over the city as a file of elements would be."""

import os
import random
from collections.abc import Iterator
from typing import Final

#: East and north of which lines lie, in degrees; and how long one is.
WEST, SOUTH, WIDE, HIGH, LONG = 104.2, 28.9, 1.2, 0.9, 0.008
SUBSTATIONS, TRANSFORMERS, BUSES = 240, 480, 960
LINES: Final = int(os.environ.get("BENCH_LINES", "100000"))
PUBLIC_TRANSFORMERS: Final = 5_000
DISTRICTS: Final = ("510302", "510303", "510304", "510311", "510321", "510322")
COLUMNS: Final = (
    "code,kind,name,district,fed_from,voltage_kv,rating_kva,max_load_kva,committed_kva,limited,"
    "datum,geometry,data_date"
)
KINDS: Final = {
    "S": "substation", "T": "transformer", "B": "bus", "L": "line", "P": "public_transformer",
}  # fmt: skip
Places = list[tuple[float, float]]


class MadeUpGrid:
    """Substations with transformers, buses and lines round them; the same every time.

    Args:
        full: the share of lines that can take nothing more.
    """

    def __init__(self, lines: int = LINES, *, full: float = 0.75) -> None:
        self.lines, self.full = lines, full
        self.chance = random.Random(20261201)
        self.substations: Places = [self._anywhere() for _ in range(SUBSTATIONS)]

    def _anywhere(self) -> tuple[float, float]:
        return (
            WEST + WIDE * self.chance.random(),
            SOUTH + HIGH * self.chance.random(),
        )

    def places(self, count: int) -> Places:
        """Where somebody wants to be supplied."""
        return [self._anywhere() for _ in range(count)]

    def upstream(self) -> str:
        """Everything above the lines, as a CSV text."""
        return "\n".join([COLUMNS, *self._upstream()]) + "\n"

    def _upstream(self) -> Iterator[str]:
        for number, (east, north) in enumerate(self.substations):
            place = f"cgcs2000,POINT ({east:.6f} {north:.6f})"
            yield self._row(f"S{number}", number, "", ",,", place)
        for number in range(TRANSFORMERS):
            feeder = f"S{number % SUBSTATIONS}"
            yield self._row(f"T{number}", number, feeder, "63000,20000,0")
        for number in range(BUSES):
            feeder = f"T{number % TRANSFORMERS}"
            yield self._row(f"B{number}", number, feeder, ",,")

    def lines_text(self) -> str:
        return "\n".join([COLUMNS, *(self._line(number) for number in range(self.lines))]) + "\n"

    def _line(self, number: int) -> str:
        bus = number % BUSES
        east, north = self.substations[bus % SUBSTATIONS]
        points, x, y = [], east, north
        x, y = x + self.chance.gauss(0, 0.05), y + self.chance.gauss(0, 0.05)
        for _ in range(4):
            points.append(f"{x:.6f} {y:.6f}")
            x, y = x + self.chance.gauss(0, LONG), y + self.chance.gauss(0, LONG)
        load = 8000 if self.chance.random() < self.full else self.chance.randrange(0, 7900)
        drawn = f'cgcs2000,"LINESTRING ({", ".join(points)})"'
        return self._row(f"L{number}", number, f"B{bus}", f"8000,{load},0", drawn)

    def public_transformers(self) -> str:
        rows = []
        for number in range(PUBLIC_TRANSFORMERS):
            east, north = self._anywhere()
            load = 630 if self.chance.random() < self.full else self.chance.randrange(0, 630)
            place = f"cgcs2000,POINT ({east:.6f} {north:.6f})"
            feeder = f"L{number * 7 % self.lines}"
            figures = f"630,{load},0"
            rows.append(self._row(f"P{number}", number, feeder, figures, place))
        return "\n".join([COLUMNS, *rows]) + "\n"

    @staticmethod
    def _row(code: str, number: int, feeder: str, more: str, place: str = ",") -> str:
        """`more`: rating, load and what is committed."""
        kind, district = KINDS[code[0]], DISTRICTS[number % len(DISTRICTS)]
        kv = 110 if code[0] in "ST" else 10
        return f"{code},{kind},Made-up {code},{district},{feeder},{kv},{more},no,{place},2026-11-01"
