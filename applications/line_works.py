"""The external line of a case: what the rules say of it, and where it is kept."""

from collections.abc import Mapping
from typing import Any

from applications.models import Application
from approvals.commitments.queries import routed
from approvals.models import LineWorks, Round
from approvals.queries import newest_rounds
from approvals.serializers import LineWorks as LineWorksBody
from core.bodies import read
from core.clock import city_now, local_date
from rules.policy import PermitDecision
from rules.registry import current


def decide(*, body: Mapping[str, Any], application: Application | None) -> list[PermitDecision]:
    """Return what the rules of now say, by the district and voltage of the case where there is one.

    Raises:
        Invalid: refused values.
    """
    works = read(LineWorksBody, body, thing=application)["works"]
    now = city_now()
    if application:
        return list(routed(application.in_force(current(), now), works))
    policy = current().in_force(on=local_date(now), district=None)
    return list(routed(policy, works))


def works_of(case: Application) -> LineWorks | None:
    return LineWorks.objects.filter(case_ref=case.ref).first()


def newest_round(case: Application) -> Round:
    line = LineWorks.objects.get(case_ref=case.ref)
    return newest_rounds([line])[line.pk]


def case_of(line_works: LineWorks) -> Application:
    return Application.objects.get(ref=line_works.case_ref).workflow()
