"""Orderly use: what a district has to hand in, the lead agency to judge, the regulator to chase,
and the supply company to end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from core.clock import city_now
from deadlines.timeleft import TimeLeft, by_day
from desk.feed import Asked, Feed, Todo, by_place, held_as
from oversight.orderly import queries
from oversight.orderly.models import DistrictPlan, Execution
from oversight.orderly.reading import district_name, districts_of
from oversight.orderly.workflow import DistrictState
from workflow.machine import acts_of


class DistrictPlans(Feed):
    """No clock runs: what is to be handed in stands by its day, all else behind what has one."""

    code = "orderly_districts"
    name = gettext_lazy("Plans of orderly use")
    roles = (Role.DISTRICT_LEAD, Role.LEAD_AGENCY, Role.REGULATOR)
    columns: Mapping[str, str] = {"district": "district"}  # type: ignore[misc]
    late = "runs_out"
    number = "plan__name"

    def streams(self, user: User) -> Iterable[QuerySet[DistrictPlan]]:
        for role, found in (
            (Role.DISTRICT_LEAD, queries.to_hand_in()),
            (Role.LEAD_AGENCY, queries.to_judge()),
            (Role.REGULATOR, queries.to_chase()),
        ):
            if user.role_in(role) is not None:
                yield from by_place(found, user.districts(role))

    def asks(self) -> Mapping[str, Asked]:
        acts = acts_of(DistrictPlan)
        awaited = [Q(state=DistrictState.AWAITED)]
        return {
            "hand_in": Asked(acts["hand_in"].label, awaited),
            "accept": Asked(
                gettext_lazy("Judge the plan of a district"), [Q(state=DistrictState.HANDED_IN)]
            ),
            "chase": Asked(acts["chase"].label, awaited),
        }

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        asks = self.asks()
        rows = []
        for one in DistrictPlan.objects.filter(pk__in=keys).select_related("plan"):
            leads = user.role_in(Role.DISTRICT_LEAD, district=one.district)
            act = "hand_in" if leads else "chase"
            if one.state == DistrictState.HANDED_IN:
                act = "accept"
            rows.append(
                Todo(
                    pk=one.pk,
                    url=reverse("orderly:district", args=[one.pk]),
                    asked=str(asks[act].label),
                    number=one.plan.name,
                    about=_("Orderly use of electricity"),
                    place=district_name(one.district),
                    reason=held_as(user.role_in(*self.roles, district=one.district), one.district),
                    since=one.handed_in_at or one.plan.issued_at or city_now(),
                    left=by_day(one.due_on, one.late_from, now) if act != "accept" else TimeLeft(),
                    version=one.version,
                )
            )
        return rows


class Executions(Feed):
    """Until it is ended."""

    code = "orderly_executions"
    name = gettext_lazy("Orderly use being carried out")
    roles = (Role.SUPPLY_LEAD,)
    number = "plan__name"

    def streams(self, user: User) -> Iterable[QuerySet[Execution]]:
        districts = user.districts(*self.roles)
        found = queries.to_end()
        yield (
            found if districts is None else found.filter(districts__contained_by=sorted(districts))
        )

    def asks(self) -> Mapping[str, Asked]:
        return {"end": Asked(acts_of(Execution)["end"].label, [Q()])}

    def rows(self, keys: Sequence[int], user: User, now: datetime) -> list[Todo]:
        [asked] = self.asks().values()
        return [
            Todo(
                pk=one.pk,
                url=reverse("work-orderly:execution", args=[one.pk]),
                asked=str(asked.label),
                number=one.plan.name,
                about=_("Orderly use of electricity"),
                place=districts_of(one),
                reason=held_as(Role.SUPPLY_LEAD, one.districts[0]),
                since=one.began_at,
                left=TimeLeft(),
                version=one.version,
            )
            for one in Execution.objects.filter(pk__in=keys).select_related("plan")
        ]
