"""The verbs of a supply plan, run under the lock of its case by `workflow.run`."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from applications.plans.models import Plan, PlanLine
from applications.plans.queries import (
    lapse_after,
    lapsed_words,
    last_day,
    lines_of,
    newest_plan,
)
from applications.supply import actions as supply
from core.clock import city_now, local_date
from core.problems import WrongState
from grid import reservations
from workflow.run import Step

if TYPE_CHECKING:
    from applications.models import Application


def reply(step: "Step[Application]") -> None:
    """Reply with a plan, and answer what was contested in the one before; each reply is kept.

    The entry commits to the lines themselves, which are about works and nobody. The plan holds as
    long as the rules of the case say, from the day of the entry.
    """
    case, said = step.thing, step.values
    before, validity = newest_plan(case), _validity(case)
    version = before.version + 1 if before else 1
    lines = [PlanLine(number=n, **line) for n, line in enumerate(said["lines"], 1)]
    wanted = supply.of_plan(case, said["supply"])
    committed = {
        "supply": supply.committed(wanted),
        "lines": [line_data(line) for line in lines],
        "boundary": boundary_data(said["ground"], said["ground_words"], lines),
        "answers": said["answers"],
        "validity_months": validity,
    }
    step.values = {
        "summary": said["summary"],
        "open_lines": sum(line.builder == "supplier" for line in lines),
    }
    data = {"summary": said["summary"], "plan": version}
    at = step.record(data=data | {name: value for name, value in committed.items() if value})
    plan = Plan.objects.create(
        application=case,
        version=version,
        summary=said["summary"],
        line_count=len(lines),
        ground=said["ground"],
        ground_words=said["ground_words"],
        replied_at=at,
        lapses_at=lapse_after(local_date(at), validity) if validity else None,
    )
    for line in lines:
        line.plan = plan
    PlanLine.objects.bulk_create(lines)
    for each in said["answers"]:
        PlanLine.objects.filter(plan=before, number=each["line"]).update(answer=each["answer"])
    _keep_lapse(case, plan)
    supply.hold(case, wanted, at, lapses_at=plan.lapses_at)


def answer(step: "Step[Application]") -> None:
    """Agree to the plan, or send it back with the lines that are contested.

    Raises:
        WrongState: agreed to although it has lapsed.
    """
    case, said = step.thing, step.values
    if said["agree"] and case.plan_has_lapsed():
        raise WrongState(str(lapsed_words(case)))
    plan = newest_plan(case)
    step.values = {"agree": said["agree"], "reason": said["reason"]}
    contested = {"contested": said["contested"]} if said["contested"] else {}
    at = step.record(data=step.values | contested)
    if plan is None:  # replied before plans were kept
        return
    plan.agreed, plan.reason, plan.answered_at = said["agree"], said["reason"], at
    plan.save(update_fields=["agreed", "reason", "answered_at"])
    for each in said["contested"]:
        PlanLine.objects.filter(plan=plan, number=each["line"]).update(contested=each["reason"])


def finish(step: "Step[Application]") -> None:
    """Record a line of its own works as finished; after the last one the applicant has the case."""
    [line] = lines_of(step.thing).filter(number=step.values["line"]).select_related("plan")
    data = {"plan": line.plan.version, "line": line.number, "item": line.item}
    line.finished_at = step.record(data=data)
    line.save(update_fields=["finished_at"])


def propose_prolongation(step: "Step[Application]") -> None:
    """Ask the applicant to let the plan hold longer; the entry has the last day, old and new."""
    step.record(data=_prolonged(step.thing, step.values["months"])[1])


def answer_prolongation(step: "Step[Application]") -> None:
    """Let the plan hold longer, or leave it as it is."""
    case, said = step.thing, step.values
    lapses_at, data = _prolonged(case, case.prolongation_months)
    plan = Plan.objects.get(application=case, version=data["plan"])
    step.values = {
        "reason": said["reason"],
        "lapses_at": lapses_at if said["agree"] else case.plan_lapses_at,
    }
    step.record(data=data | {"agree": said["agree"], "reason": said["reason"]})
    if said["agree"]:
        plan.lapses_at = lapses_at
        plan.prolonged_months += data["months"]
        plan.save(update_fields=["lapses_at", "prolonged_months"])
        reservations.lapse_at(case.ref, lapses_at)


def line_data(line: PlanLine) -> dict[str, Any]:
    """What an entry commits to of a line; amounts as text, so that they stay exact."""
    exact = {"quantity": line.quantity, "cost_yuan": line.cost_yuan}
    return {
        "number": line.number,
        "item": line.item,
        "part": line.part,
        "extended": line.extended,
        "unit": line.unit,
        "builder": line.builder,
        **{name: None if value is None else f"{value:.2f}" for name, value in exact.items()},
    }


def boundary_data(ground: str, words: str, lines: list[PlanLine]) -> dict[str, Any]:
    """Ground and amount of an extension of the investment boundary; empty where there is none."""
    if not ground:
        return {}
    amount = sum((line.cost_yuan or Decimal(0) for line in lines if line.extended), Decimal(0))
    return {"ground": ground, "words": words, "amount_yuan": f"{amount:.2f}"}


def _validity(case: "Application") -> int:
    rule = case.rules(city_now()).get(f"plan.validity_months.{case.voltage}")
    return int(rule.number) if rule else 0


def _prolonged(case: "Application", months: int) -> tuple[datetime, dict[str, Any]]:
    """When the plan would lapse, and what the entries commit to of it."""
    plan = newest_plan(case)
    assert plan
    assert case.plan_lapses_at
    before = last_day(case.plan_lapses_at)
    lapses_at = lapse_after(before, months)
    days = {"until": before.isoformat(), "prolonged_until": last_day(lapses_at).isoformat()}
    return lapses_at, {"plan": plan.version, "months": months, **days}


def _keep_lapse(case: "Application", plan: Plan) -> None:
    """The instant of the act, from which it is counted, is known only once it is recorded."""
    if case.plan_lapses_at != plan.lapses_at:
        case.plan_lapses_at = plan.lapses_at
        case.save(update_fields=["plan_lapses_at"])
