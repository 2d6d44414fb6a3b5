"""Who holds a case, and which kind the rules give, as tables."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import User
from applications import drafts
from applications.actions import CASES
from applications.legal_moves import LegalMove
from applications.models import WORKFLOWS
from applications.states import State, holder_in
from core.problems import Invalid
from rules.names import Kind
from tests.builders import declaration, states_of
from tools.scenarios import FACTORY, RESIDENT, SHOP
from workflow.buttons import buttons
from workflow.machine import legal_moves

LOW = """
draft applicant
submitted supplier
supplement applicant
accepted applicant
contracted supplier
permits government
replanning supplier
permits_granted supplier
works supplier
energised -
withdrawn -
"""
SINGLE = """
draft applicant
submitted supplier
supplement applicant
accepted supplier
plan_replied applicant
plan_confirmed supplier
permits government
replanning supplier
permits_granted supplier
works applicant
completion_reported supplier
completion_passed applicant
contracted supplier
energised -
withdrawn -
"""
DUAL = (
    SINGLE.replace("plan_confirmed supplier", "plan_confirmed applicant")
    + "design_submitted supplier\ndesign_passed supplier\n"
    + "inspection_requested supplier\ninspected applicant\n"
)
TABLES = {
    Kind.RESIDENTIAL: LOW,
    Kind.LV_SMALL: LOW,
    Kind.LV_OTHER: LOW,
    Kind.HV_SINGLE: SINGLE,
    Kind.HV_DUAL: DUAL,
}


@pytest.mark.parametrize("kind", list(Kind))
def test_every_state_of_every_kind_has_its_holder(kind: Kind) -> None:
    wanted = dict(line.split() for line in TABLES[kind].strip().splitlines())
    found = {s: holder_in(kind, s) or "-" for s in states_of(kind)}
    assert found == wanted


def test_while_no_permit_waits_for_a_bureau_the_supply_company_holds_the_case() -> None:
    assert holder_in(Kind.LV_SMALL, State.PERMITS, bureau_has_it=False) == "supplier"


@pytest.mark.django_db
def test_the_database_knows_exactly_the_moves_of_the_machines() -> None:
    stored = set(LegalMove.objects.values_list("kind", "from_state", "to_state"))
    assert stored == {
        (kind, *move) for kind in Kind for move in legal_moves(WORKFLOWS[kind], State.DRAFT)
    }


HOME = {"applicant": RESIDENT, "purpose": "residential"}
STALL = {"applicant": RESIDENT, "purpose": "commercial"}
KINDS = [
    (HOME, "500", "low", 1, "residential", "low"),
    (STALL, "160", "low", 1, "lv_small", "low"),
    (STALL, "160.01", "low", 1, "lv_other", "low"),
    ({"applicant": SHOP}, "160", "low", 1, "lv_small", "low"),
    ({"applicant": SHOP}, "160.01", "low", 1, "lv_other", "low"),
    ({"applicant": SHOP | {"enterprise_size": "micro"}}, "160", "low", 1, "lv_small", "low"),
    ({"applicant": SHOP | {"enterprise_size": "medium"}}, "10", "low", 1, "lv_other", "low"),
    ({"applicant": FACTORY}, "10", "low", 1, "lv_other", "low"),
    ({"applicant": SHOP}, "160", "high", 1, "lv_small", "low"),
    ({"applicant": SHOP}, "160.01", "high", 1, "hv_single", "high"),
    ({"applicant": FACTORY}, "160", "high", 1, "hv_single", "high"),
    ({"applicant": FACTORY}, "160", "high", 2, "hv_dual", "high"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "kw", "voltage", "sources", "kind", "answered"), KINDS)
def test_the_rules_give_the_kind(
    people: dict[str, User],
    who: dict[str, Any],
    kw: str,
    voltage: str,
    sources: int,
    kind: str,
    answered: str,
) -> None:
    body = declaration(Kind.LV_OTHER)
    body["applicant"] = {"phone": "13800001234", **who["applicant"]}
    body |= {
        "purpose": who.get("purpose", "commercial"),
        "capacity_kw": Decimal(kw),
        "voltage": voltage,
        "sources": sources,
    }
    case = drafts.draft(body=body, by=people["shop"])
    assert (case.kind, case.voltage) == (kind, answered)


@pytest.mark.django_db
def test_low_voltage_has_one_supply(people: dict[str, User]) -> None:
    with pytest.raises(Invalid) as refused:
        drafts.draft(body=declaration(Kind.LV_OTHER, sources=2), by=people["shop"])
    assert [error.pointer for error in refused.value.errors] == ["/sources"]


@pytest.mark.django_db
def test_a_kind_that_the_rules_do_not_give_is_refused_with_the_clause(
    people: dict[str, User],
) -> None:
    body = declaration(Kind.RESIDENTIAL) | {"kind": "lv_other"}
    with pytest.raises(Invalid) as refused:
        drafts.draft(body=body, by=people["resident"])
    [error] = refused.value.errors
    assert (error.pointer, bool(str(error.clause))) == ("/kind", True)


@pytest.mark.django_db
def test_a_case_lists_the_actions_of_its_own_machine_only(people: dict[str, User]) -> None:
    single = drafts.draft(body=declaration(Kind.HV_SINGLE), by=people["factory"])
    dual = drafts.draft(body=declaration(Kind.HV_DUAL), by=people["factory"])
    listed = [
        {b.action for b in buttons(CASES, case, people["factory"])} for case in (single, dual)
    ]
    assert listed[1] - listed[0] == {
        "submit_design",
        "review_design",
        "request_inspection",
        "inspect",
    }
