"""When a case has a due day: a limit of handling time, only while the supply company has it."""

import pytest

from accounts.models import User
from applications.answers import timeline_json
from applications.models import Application
from applications.states import ENDED, State
from rules.names import Kind
from tests.builders import Ready, states_of

pytestmark = pytest.mark.django_db


def has_due(case: Application) -> tuple[bool, bool]:
    """Whether the API names a last day, and a last second."""
    told = timeline_json(case)
    return told["due_on"] is not None, told["due_at"] is not None


@pytest.mark.parametrize("kind", [Kind.LV_OTHER, Kind.HV_SINGLE, Kind.HV_DUAL])
def test_a_limit_of_handling_time_is_due_only_while_the_supply_company_has_the_case(
    people: dict[str, User], ready: Ready, kind: Kind
) -> None:
    for state in sorted(states_of(kind)):
        case = ready(kind, State(state))
        ours = case.holder == "supplier"
        assert (state, has_due(case)) == (state, (ours, ours))


@pytest.mark.parametrize("kind", [Kind.RESIDENTIAL, Kind.LV_SMALL])
def test_a_limit_of_the_whole_process_is_due_from_filing_on(
    people: dict[str, User], ready: Ready, kind: Kind
) -> None:
    assert has_due(ready(kind, State.DRAFT)) == (False, False)
    for state in (State.SUBMITTED, State.ACCEPTED, State.PERMITS, *sorted(ENDED - {State.CLOSED})):
        assert has_due(ready(kind, state)) == (True, True)
