"""The works of an external line, exactly as the line-works body of the contract names them, and
the small typed questions about them that rows of the rules can name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from decimal import Decimal, InvalidOperation

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.problems import FieldError, Invalid
from rules.names import VOLTAGES, Permit

ROADS = ("none", "municipal", "highway")
HIGHWAY_CLASSES = ("ordinary_trunk", "expressway", "other")
GREENINGS = ("none", "ordinary", "ancient")
NUMBERS = ("length_m", "excavation_m", "investment_yuan")
FLAGS = (
    "in_planned_area",
    "along_municipal_road_or_duct",
    "in_adopted_plan",
    "start_report_approved",
    "existing_road",
    "occupies_road",
    "crosses_road",
)
PLACES = 2
DIGITS = 14
_EMPTY: tuple[object, ...] = (None, False, "", "none", [], ())
_ABOUT_THE_CASE = frozenset({"application", "dry_run"})


@dataclass(frozen=True, slots=True)
class Works:
    """The works, as declared by the supply company; nothing is inferred from another field.

    Attributes:
        voltage: `low` or `high`; empty only where there are no works.
        voltage_kv: rated voltage in kV, where declared.
        length_m: length of the line in metres.
        excavation_m: length dug in metres; dug means more than 0.
        investment_yuan: investment in the external line, yuan.
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
        """Whether anything is dug."""
        return self.excavation_m > 0

    @classmethod
    def parse(cls, body: Mapping[str, object], *, voltage: str | None = None) -> "Works":
        """Reads the body of a line-works request, or what `as_json` stored.

        Args:
            body: the request's fields; `application` is passed over.
            voltage: the voltage of the case, which the works must match; None leaves it open.

        Raises:
            Invalid: every refused value at once, each with its pointer.
        """
        reader = _Reader(body)
        works = cls(none=True) if reader.flag("none") else _read(reader)
        if works.none:
            reader.nothing_else()
        elif voltage is not None and works.voltage in VOLTAGES and works.voltage != voltage:
            reader.refuse("voltage", _("The voltage of the works must be that of the case."))
        reader.finish()
        return works

    def as_json(self) -> dict[str, object]:
        """Returns the fields for storage: numbers as text, permits sorted."""
        plain = {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
        }
        return {**plain, "choose_review": sorted(self.choose_review)}


def _read(reader: "_Reader") -> Works:
    works = Works(
        voltage=reader.choice("voltage", VOLTAGES),
        **{name: reader.number(name) for name in NUMBERS},  # type: ignore[arg-type]
        **{name: reader.flag(name) for name in FLAGS},  # type: ignore[arg-type]
        voltage_kv=reader.number("voltage_kv") if reader.given("voltage_kv") else None,
        road=reader.optional_choice("road", ROADS) or ROADS[0],
        highway_class=reader.optional_choice("highway_class", HIGHWAY_CLASSES),
        greening=reader.optional_choice("greening", GREENINGS) or GREENINGS[0],
        choose_review=reader.permits("choose_review"),
    )
    if works.road == "highway" and not reader.given("highway_class"):
        reader.refuse("highway_class", _("Name the class of the highway."))
    return works


class _Reader:
    """Reads fields one by one and gathers what is wrong with them."""

    def __init__(self, body: Mapping[str, object]) -> None:
        self.body = body
        self.errors: list[FieldError] = []

    def refuse(self, name: str, reason: str | Promise) -> None:
        self.errors.append(FieldError(f"/{name}", reason))

    def given(self, name: str) -> bool:
        return self.body.get(name) not in (None, "")

    def choice(self, name: str, choices: Sequence[str]) -> str:
        value = self.body.get(name)
        if not self.given(name):
            self.refuse(name, _("This is missing."))
        elif not isinstance(value, str) or value not in choices:
            self.refuse(name, _("This is not one of the values that can be chosen."))
        else:
            return value
        return choices[0]

    def optional_choice(self, name: str, choices: Sequence[str]) -> str | None:
        return self.choice(name, choices) if self.given(name) else None

    def flag(self, name: str) -> bool:
        value = self.body.get(name)
        if value is not None and not isinstance(value, bool):
            self.refuse(name, _("This must be yes or no."))
        return value is True

    def number(self, name: str) -> Decimal:
        if not self.given(name):
            self.refuse(name, _("This is missing."))
            return Decimal(0)
        number = _decimal(self.body[name])
        if number is None:
            self.refuse(name, _("This must be a number of at least 0 with up to 2 decimals."))
        return number if number is not None else Decimal(0)

    def permits(self, name: str) -> frozenset[str]:
        value = self.body.get(name) or ()
        if not isinstance(value, list | tuple | set | frozenset):
            self.refuse(name, _("This must be a list of permits."))
            return frozenset()
        known = {item for item in value if isinstance(item, str) and item in list(Permit)}
        if len(known) < len(list(value)):
            self.refuse(name, _("This list names something that is no permit, or one twice."))
        return frozenset(known)

    def nothing_else(self) -> None:
        """With no works at all, no work may be described beside."""
        for name in (field.name for field in fields(Works)):
            value = self.body.get(name)
            described = value not in _EMPTY and value != 0 and _decimal(value) != 0
            if name not in ("none", "voltage") and described:
                self.refuse(name, _("There are no works: leave this out."))

    def finish(self) -> None:
        known = {field.name for field in fields(Works)} | _ABOUT_THE_CASE
        for name in sorted(set(self.body) - known):
            self.refuse(name, _("There is no such field."))
        if self.errors:
            raise Invalid(self.errors)


def _decimal(value: object) -> Decimal | None:
    """Returns a number of at least 0 with up to two places, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or number < 0 or number.adjusted() > DIGITS - PLACES - 1:
        return None
    exponent = number.normalize().as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -PLACES else None


def any_works(works: Works) -> bool:
    """There are works at all."""
    return not works.none


def attached_to_municipal_road(works: Works) -> bool:
    """Inside the planned area and along a municipal road or its duct (plan 3(1)2(2))."""
    return works.in_planned_area and works.along_municipal_road_or_duct


def in_adopted_plan(works: Works) -> bool:
    """Under a power-facility plan lawfully included in the urban-rural plan."""
    return works.in_adopted_plan


def start_report_approved(works: Works) -> bool:
    """The project has an approved start-of-work report."""
    return works.start_report_approved


def on_existing_road(works: Works) -> bool:
    """The power corridor lies on an existing road."""
    return works.existing_road


def occupies_road(works: Works) -> bool:
    """A road of any kind is occupied."""
    return works.occupies_road


def occupies_municipal_road(works: Works) -> bool:
    """A municipal road is occupied."""
    return works.occupies_road and works.road == "municipal"


def digs_municipal_road(works: Works) -> bool:
    """A municipal road is dug."""
    return works.dug and works.road == "municipal"


def digs_or_crosses_highway(works: Works) -> bool:
    """A highway is dug or crossed."""
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
    """Returns the fields of the works that one permit's decision depends on.

    Two works with equal inputs and an equal route are the same thing to that permit's bureau,
    so a permit granted for the one may be carried over to the other.
    """
    answered: dict[str, object] = {name: getattr(works, name) for name in INPUTS[permit]}
    return {**answered, "choose_review": permit in works.choose_review}
