"""How often what is missing may be asked for: of a case, and of a permit."""

from typing import Any

import pytest

from accounts.models import User
from applications.states import State
from core.problems import WrongState
from rules.names import Kind
from tests.builders import case_at, do, filed, open_permits, permit_step, post_works
from tests.deadlines.test_instants import PLANNING_ONLY
from tests.rules.in_force import let
from workflow.machine import MAY_BE_ASKED

pytestmark = pytest.mark.django_db
ASKED = {"items": [{"requirement": "property", "reason": "看不清"}]}


@pytest.mark.parametrize("allowed", [1, 2])
def test_a_case_is_asked_as_often_as_its_rules_say(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    let(monkeypatch, "case.supplement.requests", allowed)
    case = filed(people, Kind.LV_OTHER)
    for _time in range(allowed):
        case = do(people, case, "request_supplement", **ASKED)
        case = do(people, case, "supply_supplement")
    with pytest.raises(WrongState) as refused:
        do(people, case, "request_supplement", **ASKED)
    assert refused.value.detail == MAY_BE_ASKED.reason


@pytest.mark.parametrize("allowed", [1, 2])
def test_a_permit_is_asked_as_often_as_its_rules_say(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    let(monkeypatch, "permit.supplement.requests", allowed)
    case = post_works(people, case_at(people, Kind.LV_OTHER, State.CONTRACTED), PLANNING_ONLY)
    [permit] = open_permits(case)
    ask: dict[str, Any] = {
        "action": "request_supplement",
        "by": people["planning"],
        "body": {"items": ["红线图"]},
    }
    for time in range(1, allowed + 1):
        permit = permit_step(permit=permit, **ask)
        body = {"answers": [{"item": time, "answer": "已补充"}]}
        permit = permit_step(
            permit=permit, action="supply_supplement", by=people["manager"], body=body
        )
    with pytest.raises(WrongState) as refused:
        permit_step(permit=permit, **ask)
    assert refused.value.detail == MAY_BE_ASKED.reason
