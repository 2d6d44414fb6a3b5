"""Announcing an outage, reporting one, and what follows each of its steps."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import CITY
from core.problems import FieldError, Invalid
from grid.models import Element
from notifications.texts import register_link
from reliability.following.telling import tell
from reliability.monitoring import actions as suggestions
from reliability.monitoring.models import Suggestion
from reliability.monitoring.queries import numbered
from reliability.outages import audience
from reliability.outages.models import Outage
from reliability.outages.seam import seam
from reliability.outages.workflow import OutageState
from reliability.records import OwnRecord
from rules.registry import current
from workflow.run import Step

OutageStep = Step[Outage]
#: What messages are about.
OUTAGE: Final = "outage"
NUMBER: Final = """
    SELECT 'TD' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('reliability_outage_number')::text, 6, '0')
"""


def enter(*, body: Mapping[str, Any], by: User) -> Outage:
    """Announce an outage, or report one that has begun: then its body has no plan.

    Args:
        body: as `reliability.outages.bodies.NewOutage` declares it.

    Raises:
        Forbidden: not of the supply company in this district.
        Invalid: refused values; what is announced too late, hits the same people again or could be
            done live says why. No case or suggestion of that number that the person may see.
        WrongState, Faster: the suggestion does not wait any more.
    """
    new = Outage(district=str(body.get("district", "")))
    if number := body.get("number_of_case"):
        new.number_of_case, new.case_ref = seam.cases.case_of(str(number), by)
    act = "announce" if body.get("planned_from") else "report"
    suggestion = _suggested(body, by)
    with transaction.atomic():
        one = OUTAGES.perform(new, act, by=by, body=body)
        if suggestion:
            suggestions.report(suggestion, one.number, by)
    return one


def _suggested(body: Mapping[str, Any], by: User) -> Suggestion | None:
    number = body.get("number_of_suggestion")
    found = numbered(str(number), by) if number else None
    if number and found is None:
        reason = _("No suggestion of monitoring has this number.")
        raise Invalid([FieldError("/number_of_suggestion", reason)])
    return found


def announce(step: OutageStep) -> None:
    new, said = step.thing, step.values
    for name in (
        "kind", "nature", "district", "cause", "regulation", "excluded_by_policy",
    ):  # fmt: skip
        setattr(new, name, said[name])
    new.defect = said["number_of_defect"]
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        [new.number] = cursor.fetchone()
    new.rules_version = current().version
    plan(step)


def plan(step: OutageStep) -> None:
    """What is switched off and when, as said with this step, in place of what was said before."""
    outage, said = step.thing, step.values
    elements: list[Element] = said["elements"]
    for name in (
        "area", "planned_from", "planned_until", "important", "short_notice",
        "short_notice_reason", "again_reason", "not_live_reason",
    ):  # fmt: skip
        setattr(outage, name, said[name])
    numbers = audience.by_level(said["counts"])
    outage.medium, outage.low = numbers["medium"], numbers["low"]
    step.values = {}
    at = step.record(
        data={
            "elements": [element.code for element in elements],
            "customers": numbers,
            **{name: said[name] for name in STATED if name in said},
            **({"defect": outage.defect.number} if outage.defect else {}),
            **{
                name: said[name].astimezone(CITY).isoformat()
                for name in ("planned_from", "planned_until")
                if said[name]
            },
        }
    )
    outage.elements.all().delete()
    outage.elements.bulk_create(
        outage.elements.model(outage=outage, element=element) for element in elements
    )
    off_at = at if outage.state == OutageState.OFF else None
    audience.write(outage, said["counts"], off_at=off_at)
    tell(outage, step.act.event)


#: What the entry of an announcement says of itself, besides times, elements and customers.
STATED: Final = (
    "kind", "nature", "district", "cause", "area", "regulation", "excluded_by_policy",
    "short_notice", "short_notice_reason", "again_reason", "not_live_reason",
)  # fmt: skip


def start(step: OutageStep) -> None:
    """From whom the power is taken is counted anew, as of now: from here on it stays."""
    outage = step.thing
    counts = audience.counted(outage.switched_off()) or audience.kept(outage)
    numbers = audience.by_level(counts)
    outage.medium, outage.low = numbers["medium"], numbers["low"]
    at = step.record(data={"customers": numbers})
    audience.write(outage, counts, off_at=at)
    tell(outage, step.act.event)


def send_crew(step: OutageStep) -> None:
    crew = step.values["crew"]
    step.record(data={"crew": crew.code if crew else ""})


def restore_part(step: OutageStep) -> None:
    outage, back = step.thing, step.values["elements"]
    step.values = {}
    at = step.record(
        data={
            "elements": sorted({row.element for row in back}),
            "customers": audience.by_level(back),
        }
    )
    outage.interruptions.filter(pk__in=[row.pk for row in back]).update(on_at=at, recorded_on_at=at)
    tell(outage, step.act.event)


def restore(step: OutageStep) -> None:
    at = step.record()
    off = step.thing.interruptions.filter(on_at=None)
    off.update(on_at=at, recorded_on_at=at)
    tell(step.thing, step.act.event)


def correct(step: OutageStep) -> None:
    """The indices go by the corrected times; what the record had stands beside them. Whoever had
    power back before the others has it since then."""
    said = step.values
    off_at, on_at = said["started_at"], said["restored_at"]
    times = {"started_at": off_at, "restored_at": on_at}
    data = {name: at.astimezone(CITY).isoformat() for name, at in times.items()}
    step.record(data={**data, "reason": said["reason"]})
    step.thing.parts().update(off_at=off_at)
    last = step.thing.interruptions.filter(recorded_on_at=step.thing.restored_at)
    last.update(off_at=off_at, on_at=on_at)
    tell(step.thing, step.act.event)


def estimate(step: OutageStep) -> None:
    expected_at = step.values["expected_at"].astimezone(CITY).isoformat()
    step.record(data={"expected_at": expected_at})
    tell(step.thing, step.act.event)


def cancel(step: OutageStep) -> None:
    step.record()
    tell(step.thing, step.act.event)


class OutageWorkflow(OwnRecord[Outage]):
    model = Outage
    verbs = {
        "announce": announce, "report": announce, "change": plan, "start": start,
        "restore_part": restore_part, "restore": restore, "correct": correct,
        "estimate": estimate, "cancel": cancel, "send_crew": send_crew,
    }  # fmt: skip
    overtaken = _("Somebody has dealt with this outage before you: it is now “%(state)s”.")
    subject = OUTAGE

    def identity(self, thing: Outage) -> dict[str, Any]:
        return {"number": thing.number}


OUTAGES: Final = OutageWorkflow()


def wire() -> None:
    register_link(OUTAGE, lambda pk, _context: reverse("work-outages:one", args=[pk]))
