"""What monitoring systems tell in tests, signed as the counterpart signs it."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.test import Client

from core.clock import CITY, city_now
from reliability.monitoring import taking
from reliability.monitoring.models import Suggestion
from tools.counterparts.monitoring import messages

SYSTEMS: Final = ("scada", "ami")


def when(minutes: float = 0) -> datetime:
    """So many minutes ago."""
    return city_now().astimezone(CITY).replace(microsecond=0) - timedelta(minutes=minutes)


def event(
    element: str, type_: str = "voltage.lost", at: datetime | None = None, **said: Any
) -> Any:
    return {"type": type_, "element": element, "at": (at or when()).isoformat(), **said}


def back(element: str, at: datetime | None = None, **said: Any) -> Any:
    return event(element, "voltage.back", at, **said)


def send(*events: Any, system: str = "scada", **said: Any) -> list[Any]:
    """The answers to what the counterpart sends, in their order."""
    found = messages({"system": system, "events": list(events), **said})
    return [posted(each) for each in found]


def posted(message: dict[str, Any]) -> Any:
    address = f"/api/v1/monitoring/{message['system']}/events/"
    headers = message["headers"]
    return Client().post(address, message["body"], content_type="application/json", headers=headers)


def outcomes(*events: Any, **said: Any) -> list[tuple[str, str | None]]:
    """Outcome and problem of each row of one message."""
    [answer] = send(*events, **said)
    assert answer.status_code == 200, answer.content
    return [(row["outcome"], row["problem"]) for row in answer.json()["results"]]


def told(element: str) -> Suggestion:
    """The one suggestion that there is after a loss, told by a system at our own door."""
    with transaction.atomic():
        taking.take("scada", {"events": [event(element, id="e-1")]})
    return Suggestion.objects.get()


def suggested(*events: Any, **said: Any) -> Suggestion:
    """The one suggestion that there is after some events."""
    assert {outcome for outcome, _problem in outcomes(*events, **said)} == {"taken"}
    return Suggestion.objects.exclude(state="merged").get()
