"""What the record says of the handling clock when the line works go out."""

from typing import Any

import pytest

from accounts.models import User
from applications.models import Application
from applications.states import State
from ledger.queries import timeline
from rules.names import Kind
from tests.builders import Ready, post_works
from tools.scenarios import FOUR_REVIEWS, NO_WORKS

pytestmark = pytest.mark.django_db

#: A short line along a road: nothing but commitments, which are the supply company's to give.
COMMITMENTS: dict[str, Any] = {
    "length_m": 100,
    "excavation_m": 0,
    "investment_yuan": 100_000,
    "road": "municipal",
    "occupies_road": True,
}


def posted(case: Application) -> tuple[str, str]:
    """The holder and the clock's words of the step with which the works were posted."""
    [step] = [event for event in timeline(case.ref) if event.type == "case.line_works_posted"]
    return step.holder, step.clock


@pytest.mark.parametrize(
    ("works", "said"),
    [
        (FOUR_REVIEWS, ("government", "handling paused")),
        (COMMITMENTS, ("supplier", "")),
        (NO_WORKS, ("supplier", "")),
    ],
    ids=["reviews", "commitments", "no works"],
)
def test_posting_line_works_says_that_handling_pauses_only_where_it_does(
    people: dict[str, User], ready: Ready, works: dict[str, Any], said: tuple[str, str]
) -> None:
    case = post_works(people, ready(Kind.LV_OTHER, State.CONTRACTED), works)
    assert (posted(case), case.holder) == (said, said[0])
