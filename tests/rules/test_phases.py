"""What is in force on which day, and where each value comes from."""

from datetime import date

import pytest

from rules.book import Book, NotInForce
from rules.names import Kind, Permit
from tests.rules.conftest import Change
from tests.rules.decisions import decision, row

ISSUE, EVE, PHASE_TWO, LATER = (
    date(2021, 4, 30),
    date(2022, 12, 30),
    date(2022, 12, 31),
    date(2026, 11, 23),
)


@pytest.mark.parametrize(("on", "three_zero"), [(ISSUE, 10), (EVE, 10), (PHASE_TWO, 7), (LATER, 7)])
def test_the_limit_of_every_kind_in_each_phase(book: Book, on: date, three_zero: int) -> None:
    limits = book.in_force(on=on, district="510302").limits()
    shown = {k: (v.days, v.measure, v.statistic, v.clause.zh, v.trust) for k, v in limits.items()}
    assert shown == {
        "residential": (3, "whole_process", "average", "方案二(一)", "PLAN"),
        "lv_small": (three_zero, "whole_process", "cap", "方案二(一)", "PLAN"),
        "lv_other": (6, "handling", "cap", "方案二(一)", "PLAN"),
        "hv_single": (16, "handling", "cap", "方案二(一)", "PLAN"),
        "hv_dual": (30, "handling", "cap", "方案二(一)", "PLAN"),
    }


def test_before_its_issue_the_plan_is_not_in_force(book: Book) -> None:
    with pytest.raises(NotInForce, match="before 2021-04-30"):
        book.in_force(on=date(2021, 4, 29), district="510302")


@pytest.mark.parametrize(
    ("on", "district", "kw"),
    [
        (ISSUE, "510302", 100),
        (EVE, "510321", 100),
        (PHASE_TWO, "510302", 160),
        (LATER, "510322", 160),
    ],
)
def test_the_three_zero_threshold_in_each_phase(
    book: Book, on: date, district: str, kw: int
) -> None:
    row = book.in_force(on=on, district=district).three_zero_kw()
    assert (row.value, row.unit, row.clause.en, row.origin.level) == (
        kw,
        "kW",
        "Plan 2(3)",
        "city",
    )


def test_the_limits_of_permits_know_their_start_and_their_law(book: Book) -> None:
    policy = book.in_force(on=LATER, district="510302")
    reviews = {p: policy.permit_limit(p, "review") for p in Permit}
    assert {p: (v.days, v.start, v.clause.zh) for p, v in reviews.items() if v} == {
        "planning": (4, "acceptance", "方案三(一)2(1)"),
        "construction": (4, "receipt", "方案三(一)2(2)"),
        "road_occupation": (4, "acceptance", "方案三(一)2(3)"),
        "municipal_occupation": (4, "acceptance", "方案三(一)2(3)"),
        "municipal_excavation": (4, "acceptance", "方案三(一)2(3)"),
        "highway_excavation": (4, "acceptance", "方案三(一)2(3)"),
        "greening": (4, "acceptance", "方案三(一)2(3)"),
    }
    assert all(policy.permit_laws(permit) for permit in Permit)


def test_the_other_routes_have_no_limit_but_the_instant_one(book: Book) -> None:
    policy = book.in_force(on=LATER, district="510302")
    instant = policy.permit_limit("planning", "instant")
    assert instant
    assert (instant.days, instant.measure, instant.start) == (0, "instant", "receipt")
    for route in ("not_needed", "special", "exempt", "commitment", "filing"):
        assert policy.permit_limit("planning", route) is None


def test_intake_and_set_are_counted_from_receipt(book: Book) -> None:
    policy = book.in_force(on=LATER, district="510302")
    intake, whole = policy.intake_limit(), policy.set_limit()
    assert (intake.days, intake.start, intake.trust, intake.clause.en) == (
        5,
        "receipt",
        "V",
        "Administrative Licensing Law 32",
    )
    assert (whole.days, whole.start, whole.clause.en) == (4, "receipt", "Plan 2(1)")
    assert policy.value("permit.intake.silence").word == "deemed_accepted"
    assert policy.excluded_grounds().codes == (
        "hearing",
        "tender",
        "auction",
        "inspection",
        "testing",
        "quarantine",
        "appraisal",
        "expert_review",
    )


def test_the_checklist_of_every_kind_and_stage(book: Book) -> None:
    policy = book.in_force(on=LATER, district="510302")
    stages = (
        "application",
        "design_review",
        "mid_construction_inspection",
        "completion_inspection",
    )
    lists = {
        (kind, stage): [needed.code for needed in policy.checklist(kind, stage)]
        for kind in Kind
        for stage in stages
        if policy.checklist(kind, stage)
    }
    low, high = ["identity", "property"], ["identity", "property", "project_approval"]
    assert lists == {
        ("residential", "application"): low,
        ("lv_small", "application"): low,
        ("lv_other", "application"): low,
        ("hv_single", "application"): high,
        ("hv_single", "completion_inspection"): [
            "completion_report",
            "design_qualification",
            "design",
            "construction_qualification",
            "concealed_works",
        ],
        ("hv_dual", "application"): high,
        ("hv_dual", "design_review"): ["design_qualification", "design"],
        ("hv_dual", "mid_construction_inspection"): [
            "construction_qualification",
            "concealed_works",
        ],
        ("hv_dual", "completion_inspection"): ["completion_report"],
    }
    assert policy.checklist("residential")[0].clause.zh == "方案三(二)2"


def test_the_public_steps_are_two_and_four_and_have_no_limits_of_their_own(book: Book) -> None:
    policy = book.in_force(on=LATER, district="510302")
    assert {kind: len(policy.steps(kind)) for kind in Kind} == {
        "residential": 2,
        "lv_small": 2,
        "lv_other": 2,
        "hv_single": 4,
        "hv_dual": 4,
    }
    assert [s.name.zh for s in policy.steps("lv_small")] == ["受理签约", "施工接电"]
    assert not [step for kind in Kind for step in policy.steps(kind) if step.limit]


def test_second_hand_rows_are_loaded_and_in_force_only_by_a_decision(book: Book) -> None:
    held = {id(row) for row in book.in_force(on=LATER, district="510302").values.values()}
    rows = book.unadopted()
    assert rows
    assert {row.trust for row in rows} == {"S"}
    assert not [row for row in rows if id(row) in held]
    adopted = {row.key: row.adopted_by for row in book.rows() if row.adopted and row.trust == "S"}
    assert adopted == {"rating.follow_up.days": "docs/decisions/0033"}
    assert {row.trust for row in book.rows() if row.adopted} == {"PLAN", "V", "S"}


def test_an_adopted_later_limit_that_is_looser_changes_nothing(book: Book, changed: Change) -> None:
    head, key, tail = book.document["national-later.toml"].partition("limit.lv_small")
    adopting = tail.replace("adopted = false", 'adopted = true\nadopted_by = "Order 1"', 1)
    policy = changed("national-later.toml", text=head + key + adopting).in_force(on=LATER)
    assert (policy.limit("lv_small").days, policy.limit("lv_small").origin.level) == (7, "city")


@pytest.mark.parametrize(
    ("level", "days", "expected", "origin"),
    [
        ("nation", 5, 5, "nation"),
        ("province", 5, 5, "province"),
        ("province", 7, 6, "city"),
        ("nation", 6, 6, "city"),
    ],
)
def test_of_all_levels_the_better_for_the_applicant_holds(
    changed: Change, level: str, days: int, expected: int, origin: str
) -> None:
    text = decision(level, row("limit.lv_other.handling", str(days), unit="working_day"))
    limit = changed("other.toml", text=text).in_force(on=LATER, district="510302").limit("lv_other")
    assert (limit.days, limit.origin.level) == (expected, origin)


def test_a_limit_of_the_other_measure_stands_beside_and_is_never_compared(changed: Change) -> None:
    text = decision("province", row("limit.lv_other.whole_process", "2", unit="working_day"))
    policy = changed("other.toml", text=text).in_force(on=LATER, district="510302")
    assert [(v.measure, v.days) for v in policy.limits_of("lv_other")] == [
        ("handling", 6),
        ("whole_process", 2),
    ]
    assert policy.limit("lv_other").days == 6
