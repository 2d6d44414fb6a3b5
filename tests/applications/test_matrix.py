"""Every state of every machine, every action, every role, over the API.

What is allowed stands in one table; everything else is refused with nothing changed.
"""

from collections.abc import Iterable

import pytest
from django.db import transaction
from django.urls import resolve
from rest_framework.test import APIRequestFactory, force_authenticate

from accounts.models import User
from applications.models import Application, Draft
from applications.states import State
from ledger.models import Entry, Salt
from rules.names import Kind
from tests.builders import Ready, hand_in, states_of
from tools.scenarios import BODIES, NO_WORKS

pytestmark = pytest.mark.django_db

#: A status, and of a 409 the type of the problem.
Answer = tuple[int, str]

LOW = """
draft              submit:applicant withdraw:applicant
submitted          request_supplement:acceptance accept:acceptance withdraw:applicant
supplement         supply_supplement:applicant withdraw:applicant
accepted           sign_contract:applicant withdraw:applicant
contracted         post_line_works:project withdraw:applicant
permits            withdraw:applicant
replanning         change_line_works:project withdraw:applicant
permits_granted    start_works:project withdraw:applicant
works              energise:customer withdraw:applicant
energised          rate:applicant
withdrawn
"""
FILING = """
draft              submit:applicant withdraw:applicant
submitted          request_supplement:acceptance accept:acceptance withdraw:applicant
supplement         supply_supplement:applicant withdraw:applicant
accepted           reply_plan:customer withdraw:applicant
plan_replied       confirm_plan:applicant withdraw:applicant
permits            withdraw:applicant
replanning         change_line_works:project withdraw:applicant
permits_granted    start_works:project withdraw:applicant
completion_reported inspect_completion:project withdraw:applicant
completion_passed  sign_contract:applicant withdraw:applicant
contracted         energise:customer withdraw:applicant
energised          rate:applicant
withdrawn
"""
SINGLE = (
    FILING
    + """
plan_confirmed     post_line_works:project withdraw:applicant
works              report_completion:applicant withdraw:applicant
"""
)
DUAL = (
    FILING
    + """
plan_confirmed     submit_design:applicant withdraw:applicant
design_submitted   review_design:project withdraw:applicant
design_passed      post_line_works:project withdraw:applicant
works              request_inspection:applicant withdraw:applicant
inspection_requested inspect:project withdraw:applicant
inspected          report_completion:applicant withdraw:applicant
"""
)
PARTIES = {
    "applicant": {"owner"},
    "acceptance": {"clerk", "manager"},
    "customer": {"manager"},
    "project": {"project"},
}
#: At low voltage both managers do all of it.
BOTH = {"customer": {"manager", "project"}, "project": {"manager", "project"}}
LOW_PARTIES = PARTIES | BOTH | {"acceptance": {"clerk", "manager", "project"}}
#: Whose action each is, whatever the state.
PARTY_OF = {
    action: party
    for table in (LOW, SINGLE, DUAL)
    for line in table.split()
    if ":" in line
    for action, party in [line.split(":")]
}
SEES = {
    "owner", "clerk", "manager", "project", "supply-lead", "digital", "regulator",
    "lead-agency", "district-lead",
}  # fmt: skip
BLIND = {
    "stranger", "planning", "planning-lead", "hall", "approval-system", "administrator",
    "price-authority",
}  # fmt: skip
TABLES = {Kind.RESIDENTIAL: LOW, Kind.HV_SINGLE: SINGLE, Kind.HV_DUAL: DUAL}
CELLS = [
    pytest.param(kind, State(line.split()[0]), line.split()[1:], id=f"{kind}-{line.split()[0]}")
    for kind, table in TABLES.items()
    for line in table.strip().splitlines()
    if line.strip()
]


def test_the_table_has_a_row_for_every_state_of_every_machine() -> None:
    listed = {(param.values[0], str(param.values[1])) for param in CELLS}
    machine = {(kind, state) for kind in TABLES for state in states_of(kind)}
    assert listed == machine


def send(user: User, case: Application, action: str) -> Answer:
    """Ask the API's view for an action and return the status, and of a 409 the kind of problem.

    What stands before every view has tests of its own; it would take a third of the time here.
    """
    body = NO_WORKS | {"application": case.number}
    if action == "post_line_works":
        path = "/api/v1/line-works/"
    elif action == "change_line_works":
        path = f"/api/v1/line-works/{line_of(case)}/changes/"
    else:
        path = f"/api/v1/applications/{case.number}/actions/{action}/"
        body = BODIES.get(action, {})
    request = APIRequestFactory().post(path, body, format="json")
    force_authenticate(request, user)
    view = resolve(path)
    answer = view.func(request, *view.args, **view.kwargs)
    kind = answer.data["type"].rpartition("/")[2] if answer.status_code == 409 else ""
    return answer.status_code, kind


def line_of(case: Application) -> int:
    """Return the id of the case's line works; 0, which nothing has, before they are posted."""
    return (
        case.external_works.line_works_id
        if case.draft is None and hasattr(case, "external_works")
        else 0
    )


def expected(
    who: str,
    action: str,
    mine: bool,
    allowed: Iterable[str],
    overtaken: Iterable[str],
    line: int,
    sees: set[str],
) -> Answer:
    """Return the status by the table: 404, 403, 409 or success, in this order.

    Args:
        mine: whether it is this person's action.
        overtaken: what this person could have done until somebody else's last act.
    """
    if who not in sees or (action == "change_line_works" and not line):
        return 404, ""
    if not mine:
        return 403, ""
    if action not in allowed:
        return 409, "somebody-was-faster" if action in overtaken else "wrong-state"
    return (201 if action.endswith("line_works") else 200), ""


def left_behind(case: Application, kind: Kind) -> tuple[int | None, list[str]]:
    """Return who did the last act, if a person, and what the table allows where it began."""
    rows = {line.split()[0]: actions_of(line) for line in TABLES[kind].strip().splitlines() if line}
    for entry in Entry.objects.filter(case_ref=case.ref, part=None).order_by("-case_seq"):
        actor = Salt.objects.get(ref=entry.salt_ref).actor_id
        if entry.from_state in rows:
            return actor, rows[entry.from_state] if actor else []
    return None, []


def actions_of(line: str) -> list[str]:
    return [cell.partition(":")[0] for cell in line.split()[1:]]


def tried(user: User, case: Application, action: str) -> Answer:
    """Ask for an action and take back whatever it did."""
    with transaction.atomic():
        answer = send(user, case, action)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize(("kind", "state", "row"), CELLS)
def test_only_what_the_table_allows_is_done(
    people: dict[str, User], ready: Ready, kind: Kind, state: State, row: list[str]
) -> None:
    case = ready(kind, state)
    allowed = dict(cell.split(":") for cell in row)
    for action in allowed:
        hand_in(case, action)
    # A draft is for its owner's eyes alone.
    sees = {"owner"} if state == State.DRAFT else SEES
    before = kept(case)
    doer, began_with = left_behind(case, kind)
    parties = LOW_PARTIES if kind == Kind.RESIDENTIAL else PARTIES
    found, wanted = {}, {}
    for who in sorted(SEES | BLIND):
        account = case.filed_by.user if who == "owner" else people[_account(who, case)]
        user = User.objects.get(pk=account.pk)
        for action, party in PARTY_OF.items():
            overtaken = [] if doer == user.pk else began_with
            line, mine = line_of(case), who in parties[party]
            wanted[who, action] = expected(who, action, mine, allowed, overtaken, line, sees)
            refused = wanted[who, action][0] >= 400
            attempt = send if refused else tried
            found[who, action] = attempt(user, case, action)
    assert found == wanted
    assert kept(case) == before


def kept(case: Application) -> tuple[list[object], int]:
    """The stored rows of a case or of what is begun, and how long the record is."""
    rows = [*Application.objects.filter(pk=case.pk).values()]
    return [*rows, *Draft.objects.filter(pk=case.pk).values()], Entry.objects.count()


def _account(who: str, case: Application) -> str:
    if who != "stranger":
        return who
    return "shop" if case.filed_by.user.username != "shop" else "resident"
