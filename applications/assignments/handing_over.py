"""All open cases of somebody in one role to somebody else, each as if it were by itself."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.models import User
from accounts.roles import Role
from applications.actions import CASES
from applications.assignments.models import Assignment, AssignmentQuerySet
from applications.assignments.queries import led_by
from core.locks import case_key
from core.problems import Problem
from rules.limits import Quota, limits

ASSIGN: Final = "assign"


def cases_with(user: User, role: Role, lead: User) -> AssignmentQuerySet:
    """The open ones of somebody in a role, in the lead's districts, with their cases."""
    rows = Assignment.objects.open().filter(led_by(lead), user=user, role=role)
    return rows.select_related("application").order_by("id")


def hand_over(user: User, role: Role, body: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    """Assign each case anew, so many at once; what is refused stays and is told with its reason.

    Returns: `done`, numbers; `refused`, numbers with reasons; both fit to be kept as JSON.
    """
    most = limits().quotas[Quota.HAND_OVER]
    # In the order of their locks: two hand-overs at once do not wait for each other in a ring.
    rows = sorted(cases_with(user, role, by)[:most], key=lambda row: case_key(row.application.ref))
    done: list[str] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        case = row.application.workflow()
        try:
            CASES.perform(case, ASSIGN, by=by, body={"role": role.value, **body})
        except Problem as problem:
            reasons = [str(error.reason) for error in problem.errors]
            refused.append((case.number, " ".join(reasons) or str(problem.detail)))
        else:
            done.append(case.number)
    return {"done": sorted(done), "refused": sorted(refused)}
