"""Grid cells of a demonstration: one for each district, with the made-up managers."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from accounts.models import User
from applications.assignments import cells
from applications.assignments.models import OPEN, GridCell
from rules.city import city

FILE: Final = Path(__file__).with_suffix(".toml")


def make_cells(people: Mapping[str, User]) -> None:
    """Make those of districts that have none."""
    name = tomllib.loads(FILE.read_text(encoding="utf-8"))["name"]
    there = set(GridCell.objects.filter(OPEN).values_list("district", flat=True))
    for district in city().districts:
        if district.code not in there:
            body = {
                "district": district.code,
                "name": name.format(district.name.zh),
                "managers": [people["manager"].pk],
                "projects": [people["project"].pk],
            }
            cells.keep(None, body, by=people["supply-lead"])
