"""Every route of every permit, and every boundary at, below and above its value."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rules.book import Book
from rules.city import ROOT
from rules.names import Permit
from rules.policy import PermitDecision
from rules.works import Works
from tests.rules.conftest import Change
from tests.rules.decisions import decision, row

ISSUE, PHASE_TWO = date(2021, 4, 30), date(2022, 12, 31)
PLAIN = Works(voltage="high", length_m=Decimal(1000), investment_yuan=Decimal(2_000_000))
MUNICIPAL = replace(PLAIN, road="municipal", excavation_m=Decimal(100), occupies_road=True)
HIGHWAY = replace(PLAIN, road="highway", highway_class="ordinary_trunk", excavation_m=Decimal(1))
ATTACHED = replace(PLAIN, in_planned_area=True, along_municipal_road_or_duct=True)
CLAUSE = {"planning": "方案三(一)2(1)", "construction": "方案三(一)2(2)"}
BUREAU = {
    "planning": "planning",
    "construction": "housing",
    "road_occupation": "police",
    "municipal_occupation": "city-management",
    "municipal_excavation": "city-management",
    "highway_excavation": "transport",
    "greening": "city-management",
}
DAYS = {"review": 4, "instant": 0}


def works(base: Works, **fields: Any) -> Works:
    """The works with some fields changed; numbers may be written as text."""
    numbers = {"length_m", "excavation_m", "investment_yuan"}
    typed: dict[str, Any] = {k: Decimal(v) if k in numbers else v for k, v in fields.items()}
    return replace(base, **typed)


def route(book: Book, permit: str, asked: Works, on: date = PHASE_TWO) -> str:
    decided = book.in_force(on=on, district="510302").route(asked)
    return {str(one.permit): str(one.route) for one in decided}[permit]


def test_all_seven_permits_are_answered_each_with_clause_bureau_and_limit(book: Book) -> None:
    asked = works(MUNICIPAL, greening="ordinary", in_adopted_plan=True)
    decided = book.in_force(on=ISSUE, district="510302").route(asked)
    shown = [(d.permit, d.route, d.clause.zh, d.bureau, d.limit_days) for d in decided]
    assert shown == [
        ("planning", "review", "方案三(一)2(1)", "planning", 4),
        ("construction", "review", "方案三(一)2(2)", "housing", 4),
        ("road_occupation", "review", "方案三(一)2(3)", "police", 4),
        ("municipal_occupation", "review", "方案三(一)2(3)", "city-management", 4),
        ("municipal_excavation", "review", "方案三(一)2(3)", "city-management", 4),
        ("highway_excavation", "not_needed", "方案三(一)2(3)", "transport", None),
        ("greening", "review", "方案三(一)2(3)", "city-management", 4),
    ]


def test_without_works_no_permit_is_needed(book: Book) -> None:
    decided = book.in_force(on=ISSUE, district="510302").route(Works(none=True))
    assert [(d.permit, d.route, d.limit_days) for d in decided] == [
        (permit, "not_needed", None) for permit in Permit
    ]


PLANNING = [
    # voltage, length, excavation, on an existing road, route
    ("high", "499.99", "30", False, "exempt"),
    ("high", "500", "29.99", False, "exempt"),
    ("high", "500", "30", False, "exempt"),
    ("high", "500", "30", True, "exempt"),
    ("high", "500.01", "30", False, "review"),
    ("high", "500", "30.01", False, "review"),
    ("high", "500.01", "30", True, "instant"),
    ("high", "500", "30.01", True, "instant"),
    ("low", "149.99", "10", False, "exempt"),
    ("low", "150", "9.99", False, "exempt"),
    ("low", "150", "10", False, "exempt"),
    ("low", "150.01", "10", False, "review"),
    ("low", "150", "10.01", False, "review"),
    ("low", "150.01", "10", True, "instant"),
    ("low", "150", "10.01", True, "instant"),
    ("low", "500", "30", False, "review"),
    ("high", "0", "0", False, "exempt"),
    ("low", "0", "0", True, "exempt"),
]


@pytest.mark.parametrize("on", [ISSUE, PHASE_TWO])
@pytest.mark.parametrize(("voltage", "length", "dug", "existing", "expected"), PLANNING)
def test_planning(
    book: Book, *, on: date, voltage: str, length: str, dug: str, existing: bool, expected: str
) -> None:
    asked = works(
        PLAIN,
        voltage=voltage,
        length_m=length,
        road="none" if dug == "0" else "municipal",
        excavation_m=dug,
        existing_road=existing,
    )
    assert route(book, "planning", asked, on) == expected


CONSTRUCTION = [
    # in planned area, along road or duct, in adopted plan, start report, investment, route
    (False, False, False, False, "1000000.01", "not_needed"),
    (True, False, False, False, "1000000.01", "not_needed"),
    (False, True, False, False, "1000000.01", "not_needed"),
    (True, True, False, False, "1000000.01", "review"),
    (False, False, True, False, "1000000.01", "review"),
    (True, True, True, False, "1000000.01", "review"),
    (True, True, False, False, "1000000", "exempt"),
    (False, False, True, False, "1000000", "exempt"),
    (True, True, False, False, "999999.99", "exempt"),
    (True, True, False, False, "0", "exempt"),
    (True, True, True, True, "1000000.01", "not_needed"),
    (False, False, True, True, "999999.99", "not_needed"),
    (False, False, False, False, "0", "not_needed"),
]


@pytest.mark.parametrize("on", [ISSUE, PHASE_TWO])
@pytest.mark.parametrize(
    ("area", "along", "adopted", "start_report", "yuan", "expected"), CONSTRUCTION
)
def test_construction(
    book: Book,
    *,
    on: date,
    area: bool,
    along: bool,
    adopted: bool,
    start_report: bool,
    yuan: str,
    expected: str,
) -> None:
    asked = works(
        PLAIN,
        in_planned_area=area,
        along_municipal_road_or_duct=along,
        in_adopted_plan=adopted,
        start_report_approved=start_report,
        investment_yuan=yuan,
    )
    assert route(book, "construction", asked, on) == expected


NEEDED = [
    # permit, road, dug, occupied, crossed, needed
    ("road_occupation", "none", "0", False, False, False),
    ("road_occupation", "none", "0", True, False, True),
    ("road_occupation", "municipal", "0", True, False, True),
    ("road_occupation", "highway", "0", True, False, True),
    ("road_occupation", "municipal", "0.01", False, False, True),
    ("road_occupation", "municipal", "0", False, True, False),
    ("road_occupation", "highway", "0.01", False, False, False),
    ("road_occupation", "none", "5", False, False, False),
    ("municipal_occupation", "none", "0", True, False, False),
    ("municipal_occupation", "highway", "0", True, False, False),
    ("municipal_occupation", "municipal", "0", True, False, True),
    ("municipal_occupation", "municipal", "5", False, False, False),
    ("municipal_excavation", "municipal", "0", True, False, False),
    ("municipal_excavation", "municipal", "0.01", False, False, True),
    ("municipal_excavation", "highway", "5", False, False, False),
    ("municipal_excavation", "none", "5", False, False, False),
    ("highway_excavation", "highway", "0", True, False, False),
    ("highway_excavation", "highway", "0.01", False, False, True),
    ("highway_excavation", "highway", "0", False, True, True),
    ("highway_excavation", "municipal", "5", True, True, False),
    ("highway_excavation", "none", "5", False, True, False),
]


@pytest.mark.parametrize(("permit", "road", "dug", "occupied", "crossed", "needed"), NEEDED)
def test_when_a_road_permit_is_needed(
    book: Book, *, permit: str, road: str, dug: str, occupied: bool, crossed: bool, needed: bool
) -> None:
    asked = works(
        PLAIN,
        road=road,
        highway_class="ordinary_trunk" if road == "highway" else None,
        excavation_m=dug,
        occupies_road=occupied,
        crosses_road=crossed,
    )
    assert route(book, permit, asked) == ("review" if needed else "not_needed")


LAST_FIVE = [
    ("road_occupation", MUNICIPAL),
    ("municipal_occupation", MUNICIPAL),
    ("municipal_excavation", MUNICIPAL),
    ("highway_excavation", HIGHWAY),
    ("greening", replace(PLAIN, greening="ordinary")),
]


@pytest.mark.parametrize(("permit", "base"), LAST_FIVE)
@pytest.mark.parametrize("voltage", ["low", "high"])
@pytest.mark.parametrize("on", [ISSUE, PHASE_TWO])
@pytest.mark.parametrize(
    ("length", "expected"),
    [("0", "commitment"), ("499.99", "commitment"), ("500", "commitment"), ("500.01", "review")],
)
def test_up_to_500_m_a_commitment_is_enough(
    book: Book, *, permit: str, base: Works, voltage: str, on: date, length: str, expected: str
) -> None:
    assert route(book, permit, works(base, voltage=voltage, length_m=length), on) == expected


@pytest.mark.parametrize(("permit", "base"), LAST_FIVE)
def test_the_applicant_may_choose_ordinary_review(book: Book, permit: str, base: Works) -> None:
    short = works(base, length_m=500, choose_review=frozenset({permit}))
    chosen = {p for p, b in LAST_FIVE if b is base and route(book, p, short) == "review"}
    assert chosen == {permit}


@pytest.mark.parametrize(("permit", "base"), LAST_FIVE)
def test_a_district_may_turn_commitment_off_for_a_bureau(
    changed: Change, permit: str, base: Works
) -> None:
    off = row(f"commitment.{BUREAU[permit]}", "false", district="510302")
    book = changed("districts/510302.toml", text=decision("district", off))
    short = works(base, length_m=500)
    elsewhere = book.in_force(on=PHASE_TWO, district="510303").route(short)
    assert route(book, permit, short) == "review"
    assert {str(d.permit): str(d.route) for d in elsewhere}[permit] == "commitment"


DUG, CROSSED = {"excavation_m": 1}, {"crosses_road": True}
HIGHWAYS = [
    # class, what is done, outside the clause
    ("ordinary_trunk", DUG, False),
    ("ordinary_trunk", CROSSED, False),
    ("ordinary_trunk", DUG | CROSSED, False),
    ("other", DUG, False),
    ("other", CROSSED, True),
    ("other", DUG | CROSSED, True),
    ("expressway", DUG, True),
    ("expressway", CROSSED, True),
    ("expressway", DUG | CROSSED, True),
]


@pytest.mark.parametrize(
    ("length", "usual"), [("1", "commitment"), ("500", "commitment"), ("500.01", "review")]
)
@pytest.mark.parametrize(("highway_class", "way", "special"), HIGHWAYS)
def test_crossings_are_limited_to_ordinary_trunk_highways_digging_to_all_but_expressways(
    book: Book,
    *,
    length: str,
    usual: str,
    highway_class: str,
    way: dict[str, object],
    special: bool,
) -> None:
    bare = works(PLAIN, road="highway", highway_class=highway_class, length_m=length)
    expected = "special" if special else usual
    assert route(book, "highway_excavation", works(bare, **way)) == expected
    assert route(book, "highway_excavation", bare) == "not_needed"


def test_rules_of_before_digging_had_a_list_of_its_own_are_read_as_they_were(
    changed: Change,
) -> None:
    plan = (ROOT / "zigong" / "plan-2021.toml").read_text(encoding="utf-8")
    rows = plan.split("\n[[row]]\n")
    older = [row for row in rows if 'key = "permit.highway_excavation.covered.digging"' not in row]
    assert len(older) == len(rows) - 1
    book = changed("plan-2021.toml", text="\n[[row]]\n".join(older))
    dug = works(PLAIN, road="highway", highway_class="other", excavation_m=1)
    assert route(book, "highway_excavation", dug) == "special"


@pytest.mark.parametrize("length", ["1", "501"])
def test_ancient_trees_are_outside_the_clause(book: Book, length: str) -> None:
    asked = works(PLAIN, greening="ancient", length_m=length)
    [decided] = [
        d
        for d in book.in_force(on=PHASE_TWO, district="510302").route(asked)
        if d.permit is Permit.GREENING
    ]
    assert decided == PermitDecision(
        Permit.GREENING, decided.route, decided.clause, "city-management", None
    )
    assert (decided.route, decided.clause.zh) == ("special", "方案三(一)2(3)")
    assert route(book, "greening", works(PLAIN, length_m=length)) == "not_needed"


FILING = [
    # voltage, length, chosen review, route of the planning permit once filing is on
    ("low", "150", False, "filing"),
    ("low", "149.99", False, "filing"),
    ("low", "150.01", False, "review"),
    ("high", "600", False, "review"),
    ("low", "150", True, "review"),
]


@pytest.mark.parametrize(("voltage", "length", "chosen", "expected"), FILING)
def test_filing_is_off_until_a_district_turns_it_on(
    book: Book, *, changed: Change, voltage: str, length: str, chosen: bool, expected: str
) -> None:
    on = row("filing.planning", "true", district="510302")
    exploring = changed("districts/510302.toml", text=decision("district", on))
    asked = works(
        PLAIN,
        voltage=voltage,
        length_m=length,
        road="municipal",
        excavation_m=11 if voltage == "low" else 31,
        choose_review=frozenset({"planning"} if chosen else ()),
    )
    assert route(book, "planning", asked) == "review"
    assert route(exploring, "planning", asked) == expected


def test_commitment_goes_before_filing(changed: Change) -> None:
    on = row("filing.city-management", "true", district="510302")
    book = changed("districts/510302.toml", text=decision("district", on))
    short = works(MUNICIPAL, voltage="low", length_m=150)
    assert route(book, "municipal_excavation", short) == "commitment"


@pytest.mark.parametrize(
    ("kv", "days"), [(None, 4), ("10", 4), ("34.99", 4), ("35", 2), ("110", 2)]
)
def test_a_district_may_shorten_the_review_of_works_from_35_kv(
    changed: Change, kv: str | None, days: int
) -> None:
    key = "permit.planning.review.high_kv_days"
    shorter = row(key, "2", unit="working_day", district="510302")
    book = changed("districts/510302.toml", text=decision("district", shorter))
    policy = book.in_force(on=PHASE_TWO, district="510302")
    voltage_kv = Decimal(kv) if kv else None
    decided = policy.route(replace(PLAIN, voltage_kv=voltage_kv))[0]
    limit = policy.permit_limit("planning", "review", voltage_kv=voltage_kv)
    assert (decided.limit_days, limit.days if limit else None) == (days, days)
