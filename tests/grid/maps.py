"""Small grids and areas as files of them, and their publications."""

from accounts.models import User
from publishing import actions
from tests.publishing.builders import SOURCE

ELEMENTS = (
    "code,kind,name,district,fed_from,voltage_kv,rating_kva,max_load_kva,committed_kva,limited,"
    "reason,datum,geometry,data_date\n"
)
AREAS = "code,name,district,datum,geometry\n"
#: Of the cells below, in degrees: each a hundredth wide and high.
WEST, SOUTH, STEP = 104.70, 29.30, 0.01


def element(
    code: str,
    *,
    fed_from: str = "",
    at: str = "",
    kind: str = "line",
    rating: int | str = 1000,
    load: int | str = 0,
    limited: str = "",
) -> str:
    """One line of the file; `limited` is why it is."""
    voltage = "0.4" if kind == "public_transformer" else "10"
    datum, shape = ("cgcs2000", f'"{at}"') if at else ("", "")
    return (
        f"{code},{kind},{code} (made up),510302,{fed_from},{voltage},{rating},{load},0,"
        f"{'yes' if limited else 'no'},{limited},{datum},{shape},2026-11-01\n"
    )


def line(east: float, north: float = 29.305) -> str:
    """A short line about a place."""
    return f"LINESTRING ({east - 0.001:.4f} {north}, {east + 0.001:.4f} {north})"


def cell(code: str, column: int, *, width: int = 1) -> str:
    """One line of the file of areas: a cell of the row at 29.30 degrees north."""
    west, east = WEST + column * STEP, WEST + (column + width) * STEP
    south, north = SOUTH, SOUTH + STEP
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    ring = ", ".join(f"{x:.4f} {y:.4f}" for x, y in corners)
    return f'{code},Cell {code},510302,cgcs2000,"POLYGON (({ring}))"\n'


def publish(lead: User, *elements: str, areas: tuple[str, ...] = (), note: str = "") -> None:
    """Publish what is given, the elements first."""
    for kind, head, rows in (("capacity", ELEMENTS, elements), ("areas", AREAS, areas)):
        if rows:
            draft = actions.begin(
                kind=kind, by=lead, text=head + "".join(rows), source=SOURCE, note=note
            )
            actions.publish(draft=draft, by=lead, sure=True)
