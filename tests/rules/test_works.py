"""Reading the works of a line: what is accepted, what is refused and where the error points."""

from dataclasses import replace
from decimal import Decimal

import pytest

from core.problems import Invalid
from rules.names import Permit
from rules.works import INPUTS, Works, inputs
from tests.works import works_of

LEAST: dict[str, object] = {
    "voltage": "low",
    "length_m": 120,
    "excavation_m": 0,
    "investment_yuan": 80000.5,
    "road": "none",
    "greening": "none",
}


def refused(body: dict[str, object], voltage: str | None = None) -> list[str]:
    with pytest.raises(Invalid) as caught:
        works_of(body, voltage=voltage)
    return [error.pointer for error in caught.value.errors]


def test_the_least_body_leaves_every_yes_or_no_at_no() -> None:
    assert works_of({"application": "ZG1", **LEAST}) == Works(
        voltage="low", length_m=Decimal(120), investment_yuan=Decimal("80000.5")
    )


def test_a_full_body_is_read_whole() -> None:
    body: dict[str, object] = {
        "voltage": "high",
        "voltage_kv": 10,
        "length_m": 620.25,
        "excavation_m": "31.50",
        "investment_yuan": Decimal("1000000.01"),
        "in_planned_area": True,
        "along_municipal_road_or_duct": True,
        "in_adopted_plan": True,
        "start_report_approved": True,
        "road": "highway",
        "highway_class": "expressway",
        "existing_road": True,
        "occupies_road": True,
        "crosses_road": True,
        "greening": "ancient",
        "choose_review": ["greening", "road_occupation"],
    }
    assert works_of(body, voltage="high") == Works(
        voltage="high",
        voltage_kv=Decimal(10),
        length_m=Decimal("620.25"),
        excavation_m=Decimal("31.50"),
        investment_yuan=Decimal("1000000.01"),
        in_planned_area=True,
        along_municipal_road_or_duct=True,
        in_adopted_plan=True,
        start_report_approved=True,
        road="highway",
        highway_class="expressway",
        existing_road=True,
        occupies_road=True,
        crosses_road=True,
        greening="ancient",
        choose_review=frozenset({"greening", "road_occupation"}),
    )
    assert Works.of(works_of(body).as_json()) == works_of(body)


def test_no_works_at_all_needs_nothing_else() -> None:
    assert works_of({"application": "ZG1", "none": True}, voltage="low") == Works(none=True)
    assert Works.of(Works(none=True).as_json()) == Works(none=True)


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"voltage": None}, ["/voltage"]),
        ({"voltage": "medium"}, ["/voltage"]),
        ({"voltage": 10}, ["/voltage"]),
        ({"length_m": None}, ["/length_m"]),
        ({"length_m": -1}, ["/length_m"]),
        ({"length_m": "-0.01"}, ["/length_m"]),
        ({"length_m": 1.005}, ["/length_m"]),
        ({"length_m": "long"}, ["/length_m"]),
        ({"length_m": True}, ["/length_m"]),
        ({"length_m": "NaN"}, ["/length_m"]),
        ({"length_m": float("inf")}, ["/length_m"]),
        ({"length_m": "1e12"}, ["/length_m"]),
        ({"length_m": [1]}, ["/length_m"]),
        ({"excavation_m": None}, ["/excavation_m"]),
        ({"investment_yuan": None}, ["/investment_yuan"]),
        ({"voltage_kv": -10}, ["/voltage_kv"]),
        ({"road": "river"}, ["/road"]),
        ({"road": "highway"}, ["/highway_class"]),
        ({"road": "highway", "highway_class": "motorway"}, ["/highway_class"]),
        ({"greening": "some"}, ["/greening"]),
        ({"occupies_road": "yes"}, ["/occupies_road"]),
        ({"in_adopted_plan": 1}, ["/in_adopted_plan"]),
        ({"none": "true"}, ["/none"]),
        ({"choose_review": "greening"}, ["/choose_review"]),
        ({"choose_review": ["fishing"]}, ["/choose_review"]),
        ({"choose_review": ["greening", "greening"]}, ["/choose_review"]),
        ({"occupies_roads": True}, ["/occupies_roads"]),
        ({"excavation_m": 0.01}, ["/excavation_m"]),
        ({"road": "none", "excavation_m": "100"}, ["/excavation_m"]),
        ({"road": None, "excavation_m": 5}, ["/excavation_m"]),
        ({"none": True}, ["/length_m", "/investment_yuan"]),
        ({"voltage": "x", "length_m": -1, "road": "y"}, ["/voltage", "/length_m", "/road"]),
    ],
)
def test_a_refused_value_is_named_with_all_the_others(
    changes: dict[str, object], pointers: list[str]
) -> None:
    assert refused({**LEAST, **changes}) == pointers


@pytest.mark.parametrize("metres", [0, "0", "0.00", 0.0])
def test_no_road_dug_may_be_written_as_any_zero(metres: object) -> None:
    assert works_of({**LEAST, "excavation_m": metres}).excavation_m == 0


def test_the_voltage_must_be_that_of_the_case() -> None:
    assert refused(LEAST, voltage="high") == ["/voltage"]


def test_an_untouched_permit_has_the_same_inputs_after_a_change() -> None:
    before = works_of({**LEAST, "road": "municipal", "excavation_m": 3})
    after = replace(before, excavation_m=Decimal(4))
    touched = {permit for permit in Permit if inputs(before, permit) != inputs(after, permit)}
    assert touched == {
        "planning",
        "road_occupation",
        "municipal_excavation",
        "highway_excavation",
    }


def test_every_field_of_the_works_is_an_input_of_some_permit() -> None:
    used = {name for names in INPUTS.values() for name in names} | {"choose_review"}
    assert used == set(Works.__dataclass_fields__)


def test_a_line_along_no_road_and_through_no_greenery_need_not_say_so() -> None:
    plain = works_of({k: v for k, v in LEAST.items() if k not in ("road", "greening")})
    assert (plain.road, plain.greening) == ("none", "none")
