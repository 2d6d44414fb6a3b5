"""What an applicant says against a plan, or on leaving, reaches the people whose move it is."""

import pytest

from accounts.models import User
from applications.states import State
from rules.names import Kind
from tests.builders import Ready, again, do
from tests.people import browser

pytestmark = pytest.mark.django_db


def desk(people: dict[str, User], number: str) -> str:
    """The page of a case as the customer manager reads it."""
    return browser(people["manager"]).get(f"/work/cases/{number}/").content.decode()


def test_the_manager_reads_why_another_plan_is_wanted(
    people: dict[str, User], ready: Ready
) -> None:
    case = ready(Kind.HV_SINGLE, State.PLAN_REPLIED)
    do(people, case, "confirm_plan", agree=False, reason="接入点太远")
    assert "接入点太远" in desk(people, case.number)
    do(people, again(case), "reply_plan")
    do(people, again(case), "confirm_plan")
    # It stays with the plan that it was about, and nowhere else.
    assert desk(people, case.number).count("接入点太远") == 1


def test_the_reason_of_a_withdrawal_is_kept_sealed(people: dict[str, User], ready: Ready) -> None:
    case = ready(Kind.RESIDENTIAL, State.SUBMITTED)
    do(people, case, "withdraw", reason="搬家了")
    assert again(case).applicant_reason == "搬家了"
    assert "搬家了" in desk(people, case.number)
