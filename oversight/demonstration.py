"""What oversight has to do in a demonstration: complaints about interruptions of supply, and
orderly use, planned, handed in and carried out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from accounts.models import User
from oversight.interruptions.actions import INTERRUPTIONS, complain
from oversight.orderly.actions import DISTRICTS, EXECUTIONS, PLANS, begin, draft
from oversight.orderly.models import CityPlan, DistrictPlan
from workflow.demonstration import Way, play

FILE: Final = Path(__file__).with_suffix(".toml")


def _carried_out(body: Mapping[str, Any], by: User) -> Any:
    """By the plan that there is."""
    return begin(body={**body, "plan": CityPlan.objects.get().pk}, by=by)


#: Whoever issues a plan asks the districts for theirs, which are carried out.
WAYS: Final = {
    "interruption": Way(
        INTERRUPTIONS.model,
        lambda body, by: complain(body=body, by=by, client="demonstration"),
        INTERRUPTIONS,
    ),
    "plan": Way(PLANS.model, lambda body, by: draft(body=body, by=by), PLANS),
    "district": Way(DISTRICTS.model, lambda body, _by: DistrictPlan.objects.get(**body), DISTRICTS),
    "execution": Way(EXECUTIONS.model, _carried_out, EXECUTIONS),
}


def make(people: Mapping[str, User]) -> None:
    """Make the sorts of which there are none.

    Args:
        people: of the demonstration, by their usernames.
    """
    play(FILE, WAYS, people)
