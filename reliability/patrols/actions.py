"""The verbs of patrols and defects."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core.clock import city_now, end_of, local_date
from core.problems import FieldError, Invalid
from reliability.patrols.bodies import code_of, standing_element
from reliability.patrols.models import Defect, Patrol
from reliability.records import OwnRecord
from reliability.rules import defect_days
from workflow.run import Step

NUMBER: Final = """
    SELECT 'QX' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('reliability_defect_number')::text, 6, '0')
"""


def due(day: date) -> dict[str, Any]:
    return {"due_on": day, "late_from": end_of(day)}


def _district(body: Mapping[str, Any]) -> str:
    element = standing_element(code_of(body))
    return element.row.district if element and element.row else ""


def register_patrol(*, body: Mapping[str, Any], by: User) -> Patrol:
    """Let an element be patrolled from now on (`reliability.patrols.bodies.NewPatrol`).

    Raises:
        Forbidden: for anybody but the lead of its district. Invalid: refused values; an element
            that is patrolled already.
    """
    try:
        with transaction.atomic():
            return PATROLS.perform(Patrol(district=_district(body)), "register", by=by, body=body)
    except IntegrityError as error:
        if "patrol_once" not in str(error):
            raise
        raise Invalid([FieldError("/element", _("It is patrolled already."))]) from error


def report_defect(*, body: Mapping[str, Any], by: User) -> Defect:
    """Write down what was found outside a patrol (`reliability.patrols.bodies.NewDefect`).

    Raises:
        Forbidden: for anybody but who works outages in its district. Invalid: refused values.
    """
    return DEFECTS.perform(Defect(district=_district(body)), "report", by=by, body=body)


def register(step: Step[Patrol]) -> None:
    said = step.values
    first: date = said["due_on"]
    step.values = said | due(first)
    step.record(data={"every_days": said["every_days"], "due_on": first.isoformat()})


def change(step: Step[Patrol]) -> None:
    patrol, days = step.thing, step.values["every_days"]
    if patrol.last_done_at:
        step.values = step.values | _next(patrol.last_done_at, days)
    step.record(data={"every_days": days})


def _next(done: datetime, days: int) -> dict[str, Any]:
    return due(local_date(done) + timedelta(days))


def clear(step: Step[Patrol]) -> None:
    step.values = _next(city_now(), step.thing.every_days)
    step.record(data={})


def find(step: Step[Patrol]) -> None:
    """The defect's record begins under the same hand."""
    patrol, said = step.thing, step.values
    new = Defect(district=patrol.district, patrol=patrol)
    defect = DEFECTS.move(
        DEFECTS.hold(new), "report", step.actor, element=patrol.element, **said
    ).thing
    step.values = _next(city_now(), patrol.every_days)
    step.record(data={"defect": defect.number})


def report(step: Step[Defect]) -> None:
    new, said = step.thing, step.values
    today = local_date(city_now())
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        [new.number] = cursor.fetchone()
    day = today + timedelta(defect_days(said["severity"], today, new.district))
    step.values = said | due(day)
    data = {"severity": said["severity"], "words": said["words"], "due_on": day.isoformat()}
    step.record(data=data)


class PatrolWorkflow(OwnRecord[Patrol]):
    model = Patrol
    verbs = {"register": register, "change": change, "clear": clear, "find": find}
    overtaken = gettext_lazy("Somebody has dealt with this patrol before you: it is “%(state)s”.")
    subject = "patrol"

    def identity(self, thing: Patrol) -> dict[str, Any]:
        return {"element": thing.element.code}


class DefectWorkflow(OwnRecord[Defect]):
    model = Defect
    verbs = {"report": report}
    overtaken = gettext_lazy("Somebody has dealt with this defect before you: it is “%(state)s”.")
    subject = "defect"

    def identity(self, thing: Defect) -> dict[str, Any]:
        return {"number": thing.number, "element": thing.element.code}


PATROLS: Final = PatrolWorkflow()
DEFECTS: Final = DefectWorkflow()
