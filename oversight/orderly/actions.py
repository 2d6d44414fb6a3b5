"""The verbs of orderly use, run under the lock of each record."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actor import Actor
from accounts.models import User
from accounts.queries import holders
from accounts.roles import Role
from core.bodies import read
from core.clock import city_now, end_of, local_date
from core.problems import FieldError, Forbidden, Invalid
from ledger.record import NewEntry, append
from notifications.texts import register_link
from oversight.agency import LEAD_AGENCY, lead_agency
from oversight.orderly.bodies import CityPlanBody, ExecutionBody
from oversight.orderly.models import (
    CityPlan,
    DistrictChase,
    DistrictPlan,
    Execution,
    ExecutionCorrection,
    HandIn,
)
from oversight.orderly.workflow import (
    SUPPLY,
    DistrictState,
    ExecutionState,
    supply_lead_of,
)
from rules.city import city
from rules.registry import calendar, policy
from workflow.run import Step, Workflow

#: What messages are about; of the supply company the page is another one.
PLAN, DISTRICT, EXECUTION, AT_COMPANY = (
    "orderly_plan", "orderly_district", "orderly_execution", "orderly_company",
)  # fmt: skip
LEVEL_NAMES: Final = ("level_1", "level_2", "level_3", "level_4")


# The city's plan


def draft(*, body: Any, by: User) -> CityPlan:
    """Begin a plan of the city (`bodies.CityPlanBody`).

    Raises:
        Forbidden: not of the lead agency. Malformed, Invalid: refused values.
    """
    role = lead_agency(None, by)
    if role is None:
        raise Forbidden(LEAD_AGENCY["refusal"])
    said = read(CityPlanBody, body)
    new = CityPlan(**said)
    with transaction.atomic():
        new.drafted_at = _first(new.ref, "orderly_plan.drafted", by.acting_as(role), "draft", said)
        new.save(force_insert=True)
    return new


def _first(ref: UUID, kind: str, actor: Actor, state: str, said: Mapping[str, Any]) -> Any:
    """The entry with which a record begins; returns its instant."""
    return append(NewEntry(ref, kind, actor, to_state=state, data=said))[0].at


def due_after(key: str) -> Any:
    """The last of so many working days from today, by a rule."""
    days = int(policy().value(key).number)
    return calendar().due(local_date(city_now()), days).date


def issue(step: Step[CityPlan]) -> None:
    """Publish it, and ask every district for its own."""
    plan, due_on = step.thing, due_after("orderly.district.days")
    step.values = {"due_on": due_on}
    step.record(
        data={
            "name": plan.name,
            "levels": plan.levels,
            "livelihood": plan.livelihood,
            "important": plan.important,
            "due_on": due_on,
        }
    )
    for each in city().districts:
        asked = DistrictPlan(plan=plan, district=each.code, due_on=due_on, late_from=end_of(due_on))
        actor = Actor(step.actor.user_id, step.actor.role, each.code, step.actor.party_id)
        said = {"plan": plan.name, "district": each.code, "due_on": due_on}
        _first(asked.ref, "orderly_district.awaited", actor, DistrictState.AWAITED, said)
        asked.save(force_insert=True)
        DISTRICTS.tell("orderly_district.awaited", asked, step.actor.party_id)


class PlanWorkflow(Workflow[CityPlan]):
    model = CityPlan
    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = PLAN
    circles = {
        "regulator": lambda _plan: holders(Role.REGULATOR),
        "company": lambda _plan: holders(Role.SUPPLY_LEAD),
    }
    verbs = {"issue": issue}

    def ref(self, thing: CityPlan) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def district(self, thing: CityPlan) -> str:
        """It is of the whole city."""
        return ""

    def context(self, thing: CityPlan) -> dict[str, Any]:
        return {"name": thing.name}

    def seen_by(self, circle: str) -> tuple[str, dict[str, Any]]:
        return AT_COMPANY if circle == "company" else PLAN, {}


PLANS: Final = PlanWorkflow()


# Those of the districts


def hand_in(step: Step[DistrictPlan]) -> None:
    """Keep what was handed in, and whether by its day."""
    plan = step.thing
    at = step.record()
    HandIn.objects.create(
        of=plan,
        round=plan.round,
        due_on=plan.due_on,
        on_time=at < plan.late_from,
        at=at,
        words=plan.words,
        **{name: getattr(plan, name) for name in LEVEL_NAMES},
    )


def give_back(step: Step[DistrictPlan]) -> None:
    """Once a round: the next one begins with a day of its own."""
    plan, reasons = step.thing, step.values["reasons"]
    closed, due_on = plan.round, due_after("orderly.again.days")
    step.values = {"round": closed + 1, "due_on": due_on, "late_from": end_of(due_on)}
    at = step.record(data={"reasons": reasons, "round": closed, "due_on": due_on})
    HandIn.objects.filter(of=plan, round=closed).update(reasons=reasons, given_back_at=at)


def chase(step: Step[DistrictPlan]) -> None:
    """Ask a late district on record; no day moves."""
    at = step.record()
    DistrictChase.objects.create(
        of=step.thing, round=step.thing.round, at=at, words=step.values["words"]
    )


class DistrictWorkflow(Workflow[DistrictPlan]):
    model = DistrictPlan
    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = DISTRICT
    circles = {
        "district": lambda plan: holders(Role.DISTRICT_LEAD, district=plan.district),
        "lead_agency": lambda _plan: holders(Role.LEAD_AGENCY),
    }
    verbs = {"hand_in": hand_in, "give_back": give_back, "chase": chase}

    def ref(self, thing: DistrictPlan) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def identity(self, thing: DistrictPlan) -> dict[str, Any]:
        return {"plan": thing.plan.name, "district": thing.district}

    def context(self, thing: DistrictPlan) -> dict[str, Any]:
        return {"name": thing.plan.name}


DISTRICTS: Final = DistrictWorkflow()


# What is carried out


def begin(*, body: Any, by: User) -> Execution:
    """Carry a plan out from now on (`bodies.ExecutionBody`): it begins at the instant of its entry.

    Raises:
        Forbidden: the person does not lead the supply company in all the districts.
        Malformed, Invalid: refused values, or no such plan in force today.
    """
    if by.role_in(Role.SUPPLY_LEAD) is None:
        raise Forbidden(SUPPLY["refusal"])
    said = read(ExecutionBody, body)
    role = supply_lead_of(said["districts"], by)
    if role is None:
        raise Forbidden(SUPPLY["refusal"])
    with transaction.atomic():
        plan = CityPlan.objects.filter(pk=said.pop("plan")).first()
        if plan is None or not plan.in_force(local_date(city_now())):
            raise Invalid([FieldError("/plan", _("No such plan is in force today."))])
        new = Execution(plan=plan, **said)
        data = said | {"plan": plan.name}
        kind, state = "orderly_execution.begun", ExecutionState.RUNNING
        new.began_at = _first(new.ref, kind, by.acting_as(role), state, data)
        new.save(force_insert=True)
        EXECUTIONS.tell(kind, new, by.party_id)
    return new


def correct(step: Step[Execution]) -> None:
    """Keep what stood there, beside what stands there now."""
    one = step.thing
    before = {"ordered_mw": one.ordered_mw, "shed_mw": one.shed_mw, "reason": one.reason}
    at = step.record()
    ExecutionCorrection.objects.create(of=one, at=at, why=step.values["why"], **before)


def leads_of(execution: Execution) -> Iterable[int]:
    found = (holders(Role.DISTRICT_LEAD, district=code) for code in execution.districts)
    return {party for parties in found for party in parties}


class ExecutionWorkflow(Workflow[Execution]):
    model = Execution
    overtaken = gettext_lazy("Somebody has dealt with this before you: it is now “%(state)s”.")
    subject = EXECUTION
    circles = {
        "regulator": lambda _execution: holders(Role.REGULATOR),
        "lead_agency": lambda _execution: holders(Role.LEAD_AGENCY),
        "district": leads_of,
    }
    verbs = {"correct": correct}

    def ref(self, thing: Execution) -> tuple[UUID, UUID | None]:
        """It is a record of its own."""
        return thing.ref, None

    def district(self, thing: Execution) -> str:
        """It may be in several."""
        return ""

    def identity(self, thing: Execution) -> dict[str, Any]:
        return {"plan": thing.plan.name, "level": thing.level, "districts": thing.districts}

    def context(self, thing: Execution) -> dict[str, Any]:
        return {"name": thing.plan.name}


EXECUTIONS: Final = ExecutionWorkflow()


def wire() -> None:
    def link(page: str, pk: int, _context: Any) -> str:
        return reverse(page, args=[pk])

    register_link(PLAN, partial(link, "orderly:plan"))
    register_link(DISTRICT, partial(link, "orderly:district"))
    register_link(EXECUTION, partial(link, "orderly:execution"))
    register_link(AT_COMPANY, lambda _pk, _context: reverse("work-orderly:list"))
