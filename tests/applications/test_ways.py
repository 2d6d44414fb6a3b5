"""Every kind of case from its draft to energised."""

import pytest

from accounts.models import User
from applications.answers import case_json
from applications.states import State
from ledger.queries import timeline
from ledger.verify import verify
from portal.invariants import broken
from rules.names import Kind
from tests.builders import again, case_at, decide_all, do, drafted, post_works
from tools.scenarios import FOUR_REVIEWS, WAYS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", list(Kind))
def test_a_case_goes_from_draft_to_energised_with_four_permits(
    people: dict[str, User], kind: Kind
) -> None:
    case = drafted(people, kind)
    for action in WAYS[kind]:
        if action == "*":
            case = post_works(people, case, FOUR_REVIEWS)
            decide_all(people, case)
            case = again(case)
        else:
            case = do(people, case, action)
    assert (case.state, case.holder, case.kind) == (State.ENERGISED, "", kind)
    assert verify() is None
    assert [(name, rows) for name, rows in broken() if rows] == []
    assert timeline(case.ref)[-1].type == "case.energised"
    assert case_json(case, case.filed_by.user)["late"] is False


@pytest.mark.parametrize("kind", list(Kind))
def test_a_case_without_works_goes_straight_on(people: dict[str, User], kind: Kind) -> None:
    assert case_at(people, kind, State.ENERGISED).state == State.ENERGISED
