"""Recording a review or inspection, and the last look at the papers before the power is on."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from applications import checklist
from applications.inspections.models import Inspection, ItemResult
from applications.inspections.queries import OTHER, Item, items_of, rounds_of
from applications.models import Application
from core.clock import city_now
from core.problems import FieldError, Invalid
from workflow.run import Step

CaseStep = Step[Application]
Said = list[dict[str, str]]
MET, NOT_MET = ItemResult.Result.MET, ItemResult.Result.NOT_MET


def review(step: CaseStep) -> None:
    """Record a round of a review or inspection, with what it says of each item.

    Raises:
        Invalid: an item that is not to be looked at, or one left out of what passes; passed without
            the documents of its stage (plan 3(2)2).
    """
    case, said, stage = step.thing, step.values, checklist.STAGES[step.act.name]
    rounds = [one for one in rounds_of(case) if one.stage == stage]
    results = results_of(items_of(case, stage, rounds), said)
    if said["passed"]:
        checklist.demand(case, case.rules(city_now()), step.act.name)
    found = [one["words"] for one in results if one["result"] == NOT_MET]
    # Of what passed, words that name no item are remarks: nothing is left to put right.
    step.values = {"passed": said["passed"], "findings": found or said["findings"]}
    checked = [{"item": one["item"], "result": one["result"]} for one in results]
    step.record(data=step.values | {"checked": checked})
    inspection = Inspection.objects.create(
        application_id=case.pk,
        stage=stage,
        round=len(rounds) + 1,
        seq=step.seq,
        at=step.at,
        passed=said["passed"],
    )
    ItemResult.objects.bulk_create(ItemResult(inspection=inspection, **one) for one in results)


def results_of(items: Sequence[Item], said: dict[str, Any]) -> Said:
    """Return item, result and words of everything that a round says, in the order of the list.

    Passed as a whole says of everything that is open that it is met.
    """
    asked = {item.code: item for item in items if item.is_open}
    told = {one["item"]: one for one in said["items"]}
    if said["passed"] and not told:
        return [{"item": code, "result": MET, "words": ""} for code in asked]
    check(asked, said)
    results = [
        {"item": code, "result": told[code]["result"], "words": told[code]["finding"]}
        for code in asked
        if code in told
    ]
    if not said["passed"]:
        known = sum(item.code.startswith(OTHER) for item in items)
        results += [
            {"item": f"{OTHER}{number}", "result": NOT_MET, "words": words}
            for number, words in enumerate(said["findings"], known + 1)
        ]
    return results


def check(asked: dict[str, Item], said: dict[str, Any]) -> None:
    """Refuse (Invalid) what is not to be looked at, and what passes without having been."""
    left, errors = dict(asked), []
    for index, one in enumerate(said["items"]):
        if left.pop(one["item"], None) is None:
            text = _("This is not to be looked at: it is not on the list, or in order already.")
            if one["item"] in asked:
                text = _("This is said twice.")
            errors.append(FieldError(f"/items/{index}/item", text))
    if said["passed"]:
        text = _("Nothing is said of this yet: %(item)s.")
        errors += [
            FieldError(f"/items/{code}", text % {"item": item.name}) for code, item in left.items()
        ]
    if errors:
        raise Invalid(errors)


def energise(step: CaseStep) -> None:
    """End the case; of high voltage not without every document of its kind (plan 3(2)2). The entry
    commits to the meter and its reading.

    Raises:
        Invalid: documents that are missing, hold a virus or wait for the scanner.
    """
    case = step.thing
    checklist.demand(case, case.rules(city_now()), step.act.name)
    reading = step.values["meter_reading"]
    step.record(data=step.values | {"meter_reading": None if reading is None else str(reading)})
