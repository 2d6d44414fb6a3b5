"""The external line of a case: what the rules say of it, and where it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.models import Application
from applications.states import State
from approvals.commitments.queries import routed as for_company
from approvals.models import LineWorks, Round
from approvals.queries import newest_rounds
from approvals.routing import untouched
from approvals.serializers import LineWorks as LineWorksBody
from approvals.workflow import LIVE_ROUTES
from core.bodies import read
from core.clock import city_now, local_date
from rules.policy import PermitDecision, Policy
from rules.registry import current
from rules.works import Works


@dataclass(frozen=True, slots=True)
class Routed:
    """What the rules of now say of declared works; `kept` are the permits that hold on where the
    line of a case is changed."""

    works: Works
    policy: Policy
    decisions: tuple[PermitDecision, ...]
    kept: frozenset[str] = frozenset()

    @property
    def live(self) -> list[PermitDecision]:
        """Those for which somebody has to do something."""
        return [decision for decision in self.decisions if decision.route in LIVE_ROUTES]


def decide(*, body: Mapping[str, Any], application: Application | None) -> Routed:
    """Return what the rules of now say, by the district and voltage of the case where there is one.

    Raises:
        Invalid: refused values.
    """
    return routed(read(LineWorksBody, body, thing=application)["works"], application)


def routed(works: Works, application: Application | None) -> Routed:
    now = city_now()
    if application is None:
        policy = current().in_force(on=local_date(now), district=None)
        return Routed(works, policy, for_company(policy, works))
    policy, kept = application.in_force(current(), now), frozenset[str]()
    if application.state == State.REPLANNING:
        last, plain = newest_round(application), policy.route(works)
        kept = frozenset(map(str, untouched(last, works, plain)))
    return Routed(works, policy, for_company(policy, works, kept), kept)


def works_of(case: Application) -> LineWorks | None:
    return LineWorks.objects.filter(case_ref=case.ref).first()


def newest_round(case: Application) -> Round:
    line = LineWorks.objects.get(case_ref=case.ref)
    return newest_rounds([line])[line.pk]


def case_of(line_works: LineWorks) -> Application:
    return Application.objects.get(ref=line_works.case_ref).workflow()
