"""What is ordered of the supply chain's system: materials and meters.

Like the limits (rules/limits.py) no decision of the city: read from its own file once a process.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from rules.city import MATERIALS_FILE, ROOT, city_code
from rules.files import RuleError, Table, Words, parse_toml
from rules.names import VOLTAGES


@dataclass(frozen=True, slots=True)
class Item:
    """What can be ordered.

    Attributes:
        meter: whether each is told with its number when it is delivered.
        number: what such a number looks like, a regular expression; empty where nobody has said.
        whole: whether it is counted in whole units.
        voltages: of the cases that it is ordered for.
    """

    code: str
    name: Words
    unit: Words
    meter: bool
    number: str
    whole: bool
    voltages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MaterialRules:
    """`late_days`: calendar days after which an order is late; None where none ever is."""

    late_days: int | None
    items: Mapping[str, Item]

    def of_voltage(self, voltage: str) -> list[Item]:
        return [item for item in self.items.values() if voltage in item.voltages]


@lru_cache(maxsize=4)
def material_rules(code: str = "") -> MaterialRules:
    """Read from its file once per process."""
    path = ROOT / (code or city_code()) / MATERIALS_FILE
    return parse_materials(path.read_text(encoding="utf-8"))


def parse_materials(text: str) -> MaterialRules:
    """Raises RuleError at anything missing, unknown, double, or that does not go together."""
    top = Table(MATERIALS_FILE, "(file)", parse_toml(MATERIALS_FILE, text))
    late_days = top.positive("late_days") if top.has("late_days") else None
    items: dict[str, Item] = {}
    for table in top.tables("item"):
        item = _item(table)
        if item.code in items:
            raise table.refuse(f"{item.code} stands twice")
        items[item.code] = item
    top.end()
    if not items:
        raise RuleError(MATERIALS_FILE, "item", "is missing")
    return MaterialRules(late_days, items)


def _item(table: Table) -> Item:
    item = Item(
        code=table.take("code", str),
        name=table.words("name"),
        unit=table.words("unit"),
        meter=table.take("meter", bool, False),
        number=table.take("number", str, ""),
        whole=table.take("whole", bool, False),
        voltages=tuple(str(each) for each in table.take("voltages", list)),
    )
    table.end()
    if not item.voltages or set(item.voltages) - set(VOLTAGES):
        raise table.refuse(f"voltages are some of: {', '.join(VOLTAGES)}")
    if item.meter and not item.whole:
        raise table.refuse("a meter is counted whole")
    if item.number and not item.meter:
        raise table.refuse("has a number and is no meter")
    try:
        re.compile(item.number)
    except re.error as error:
        raise table.refuse(f"number is no regular expression: {error}") from error
    return item
