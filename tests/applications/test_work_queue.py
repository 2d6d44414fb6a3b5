"""The work list: whose cases, in which order, what a row says, what it costs to draw."""

import re

from accounts.models import User
from applications.states import State
from rules.names import Kind
from tests.builders import case_at, do, drafted, filed
from tests.people import browser

People = dict[str, User]
NUMBER = re.compile(r'<td class="td-number"[^>]*>(ZG\d+)</td>')


def numbers(user: User, query: str = "") -> list[str]:
    """The numbers in the list of a person, from top to bottom."""
    answer = browser(user).get(f"/work/{query}")
    assert answer.status_code == 200
    return NUMBER.findall(answer.content.decode())


def test_what_waits_for_the_supply_company_comes_first_and_what_is_due_soonest(
    people: People,
) -> None:
    sixteen_days = filed(people, Kind.HV_SINGLE)
    with_applicant = do(people, filed(people, Kind.LV_SMALL), "accept")
    three_days = filed(people, Kind.RESIDENTIAL)
    no_clock_runs = case_at(people, Kind.HV_SINGLE, State.PLAN_REPLIED)
    seven_days = filed(people, Kind.LV_SMALL)
    drafted(people, Kind.LV_OTHER)

    assert numbers(people["manager"]) == [
        case.number
        for case in (three_days, seven_days, sixteen_days, with_applicant, no_clock_runs)
    ]
