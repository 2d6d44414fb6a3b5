"""A permit that was granted on a commitment is revoked: what becomes of its case."""

import pytest

from accounts.models import User
from applications.models import Application
from applications.states import State
from approvals.models import Permit
from approvals.workflow import DECIDED
from notifications.models import Outbox
from portal.invariants import broken
from rules.names import Kind
from tests.builders import Ready, again, decide_all, do, permit_step, post_works
from tests.page import Page
from tests.people import browser
from tools.scenarios import PERMIT_BODIES, SHORT_LINE

People = dict[str, User]
LOST = "municipal_excavation"


def at_works(people: People, ready: Ready, kind: Kind) -> Application:
    """Everything granted, what could be on a commitment; the works begun."""
    before = State.PLAN_CONFIRMED if kind == Kind.HV_SINGLE else State.CONTRACTED
    case = post_works(people, ready(kind, before), SHORT_LINE)
    decide_all(people, case)
    return do(people, again(case), "start_works")


def revoke(people: People, case: Application) -> Permit:
    permit = Permit.objects.get(case_ref=case.ref, permit=LOST)
    for action, who in (("check_afterwards", permit.bureau), ("revoke", f"{permit.bureau}-lead")):
        permit = permit_step(
            permit=permit, action=action, by=people[who], body=PERMIT_BODIES[action]
        )
    return permit


def states_of(case: Application) -> dict[str, str]:
    """Of the newest round, by permit: its route and state."""
    newest = Permit.objects.filter(case_ref=case.ref).latest("round__number").round
    found = newest.permits.values_list("permit", "route", "state")
    return {permit: f"{route} {state}" for permit, route, state in found}


@pytest.mark.parametrize("kind", [Kind.LV_SMALL, Kind.HV_SINGLE])
def test_the_works_stop_and_the_lost_permit_alone_is_applied_for_anew(
    people: People, ready: Ready, kind: Kind
) -> None:
    case = at_works(people, ready, kind)
    before = states_of(case)
    revoke(people, case)
    case = again(case)
    assert (case.state, case.holder) == ("replanning", "supplier")
    told = Outbox.objects.filter(case_ref=case.ref, recipient=case.filed_by)
    assert {"permit.revoked", "case.permit_lost"} <= set(told.values_list("kind", flat=True))
    page = Page(browser(case.filed_by.user).get(f"/account/cases/{case.number}/"))
    assert f"未按承诺恢复路面（{PERMIT_BODIES['revoke']['clause']}）" in page.text
    do(people, case, "change_line_works", **SHORT_LINE | {"voltage": case.voltage})
    assert states_of(case) == before | {LOST: "review received"}
    decide_all(people, case)
    case = do(people, again(case), "start_works")
    assert case.state == "works"
    assert [(name, rows) for name, rows in broken() if rows] == []


def test_what_has_power_keeps_it_and_its_commitment_is_still_checked(
    people: People, ready: Ready
) -> None:
    case = do(people, at_works(people, ready, Kind.LV_SMALL), "energise")
    revoke(people, case)
    assert again(case).state == "energised"
    assert set(Permit.objects.filter(case_ref=case.ref).values_list("state", flat=True)) < DECIDED
    assert [(name, rows) for name, rows in broken() if rows] == []
