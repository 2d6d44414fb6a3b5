"""The verbs of suggested faults."""

from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.clock import CITY
from reliability.monitoring.models import Suggestion
from reliability.records import OwnRecord
from workflow.run import Step

NUMBER: Final = """
    SELECT 'JC' || to_char(city_now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD')
    || lpad(nextval('reliability_suggestion_number')::text, 6, '0')
"""
SuggestionStep = Step[Suggestion]


def suggest(step: SuggestionStep) -> None:
    new, said = step.thing, step.values
    with connection.cursor() as cursor:
        cursor.execute(NUMBER)
        [new.number] = cursor.fetchone()
    reported = said["first_lost_at"].astimezone(CITY).isoformat()
    step.record(data={"elements": said["elements"], "reported_at": reported})


def into_outage(step: SuggestionStep) -> None:
    """Its events are of that outage from here on."""
    outage = step.values["outage"]
    step.record(data={"outage": outage.number})
    step.thing.events.update(outage=outage)


def merge(step: SuggestionStep) -> None:
    step.record(data={"into": step.values["into"].number})


class SuggestionWorkflow(OwnRecord[Suggestion]):
    model = Suggestion
    verbs = {
        "suggest": suggest, "report": into_outage, "join": into_outage, "link": into_outage,
        "merge": merge,
    }  # fmt: skip
    overtaken = _("Somebody has decided on this suggestion before you: it is “%(state)s”.")
    subject = "suggestion"

    def identity(self, thing: Suggestion) -> dict[str, Any]:
        return {"number": thing.number}


SUGGESTIONS: Final = SuggestionWorkflow()


def report(one: Suggestion, outage: str, by: User) -> None:
    """Say that an outage was made of it, in the transaction that enters the outage.

    Raises:
        Forbidden: not of the supply company in its district.
        WrongState, Faster: it does not wait any more.
    """
    SUGGESTIONS.perform(one, "report", by=by, body={"outage": outage})
