"""The works of an external line, and the typed questions about them that rows can name."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from rules.names import Permit

ROADS = ("none", "municipal", "highway")
HIGHWAY_CLASSES = ("ordinary_trunk", "expressway", "other")
GREENINGS = ("none", "ordinary", "ancient")
MEASURES = ("length_m", "excavation_m", "investment_yuan", "voltage_kv")
FLAGS = (
    "in_planned_area",
    "along_municipal_road_or_duct",
    "in_adopted_plan",
    "start_report_approved",
    "existing_road",
    "occupies_road",
    "crosses_road",
)


@dataclass(frozen=True, slots=True)
class Works:
    """The works, as declared by the supply company; nothing is inferred from another field.

    Attributes:
        voltage: `low` or `high`; empty only where there are no works.
        choose_review: permits for which the applicant chose ordinary review.
        none: no external works at all.
    """

    voltage: str = ""
    length_m: Decimal = Decimal(0)
    excavation_m: Decimal = Decimal(0)
    investment_yuan: Decimal = Decimal(0)
    voltage_kv: Decimal | None = None
    in_planned_area: bool = False
    along_municipal_road_or_duct: bool = False
    in_adopted_plan: bool = False
    start_report_approved: bool = False
    road: str = "none"
    highway_class: str | None = None
    existing_road: bool = False
    occupies_road: bool = False
    crosses_road: bool = False
    greening: str = "none"
    choose_review: frozenset[str] = frozenset()
    none: bool = False

    @property
    def dug(self) -> bool:
        return self.excavation_m > 0

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Works":
        numbers = {name: Decimal(stored[name]) for name in MEASURES if stored[name] is not None}
        return cls(**{**stored, **numbers, "choose_review": frozenset(stored["choose_review"])})

    def as_json(self) -> dict[str, object]:
        """Numbers as text, permits sorted; `of` reads it."""
        plain = {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
        }
        return {**plain, "choose_review": sorted(self.choose_review)}


def any_works(works: Works) -> bool:
    return not works.none


def attached_to_municipal_road(works: Works) -> bool:
    """Inside the planned area and along a municipal road or its duct (plan 3(1)2(2))."""
    return works.in_planned_area and works.along_municipal_road_or_duct


def in_adopted_plan(works: Works) -> bool:
    """Under a power-facility plan lawfully included in the urban-rural plan."""
    return works.in_adopted_plan


def start_report_approved(works: Works) -> bool:
    return works.start_report_approved


def on_existing_road(works: Works) -> bool:
    return works.existing_road


def occupies_road(works: Works) -> bool:
    return works.occupies_road


def occupies_municipal_road(works: Works) -> bool:
    return works.occupies_road and works.road == "municipal"


def digs_municipal_road(works: Works) -> bool:
    return works.dug and works.road == "municipal"


def digs_or_crosses_highway(works: Works) -> bool:
    return (works.dug or works.crosses_road) and works.road == "highway"


def moves_greenery(works: Works) -> bool:
    """Greenery is moved, ancient and notable trees included."""
    return works.greening != "none"


PREDICATES: dict[str, Callable[[Works], bool]] = {
    question.__name__: question
    for question in (
        any_works,
        attached_to_municipal_road,
        in_adopted_plan,
        start_report_approved,
        on_existing_road,
        occupies_road,
        occupies_municipal_road,
        digs_municipal_road,
        digs_or_crosses_highway,
        moves_greenery,
    )
}

_ROUTE = ("none", "voltage", "voltage_kv", "length_m")
INPUTS: dict[Permit, tuple[str, ...]] = {
    Permit.PLANNING: (*_ROUTE, "excavation_m", "existing_road"),
    # Its rule asks for place and investment, never for the length (plan 3(1)2(2)).
    Permit.CONSTRUCTION: (
        *(name for name in _ROUTE if name != "length_m"),
        "investment_yuan",
        "in_planned_area",
        "along_municipal_road_or_duct",
        "in_adopted_plan",
        "start_report_approved",
    ),
    Permit.ROAD_OCCUPATION: (*_ROUTE, "road", "occupies_road", "excavation_m"),
    Permit.MUNICIPAL_OCCUPATION: (*_ROUTE, "road", "occupies_road"),
    Permit.MUNICIPAL_EXCAVATION: (*_ROUTE, "road", "excavation_m"),
    Permit.HIGHWAY_EXCAVATION: (*_ROUTE, "road", "highway_class", "crosses_road", "excavation_m"),
    Permit.GREENING: (*_ROUTE, "greening"),
}


def inputs(works: Works, permit: Permit) -> dict[str, object]:
    """The fields of the works that one permit's decision depends on.

    A permit granted for some works may be carried over to others of equal inputs and equal route.
    """
    answered: dict[str, object] = {name: getattr(works, name) for name in INPUTS[permit]}
    return {**answered, "choose_review": permit in works.choose_review}
