"""Several systems tell at the same instant, and people decide meanwhile."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.concurrency.conftest import people
from tests.concurrency.processes import at_once, refusals

if TYPE_CHECKING:
    from pytest_django import Settings

    from accounts.models import User

__all__ = ["people"]
TIMES = 6


@pytest.fixture
def project(people: "dict[str, User]", settings: "Settings") -> "User":
    from tests.reliability.monitoring import SYSTEMS
    from tests.reliability.outages import grid
    from tools.counterparts.monitoring import EVENTS

    settings.MONITORING_SECRETS = {system: [EVENTS] for system in SYSTEMS}
    return grid(people)


def telling(element: str, at: datetime, **said: Any) -> Callable[[], list[int]]:
    from tests.reliability.monitoring import event, send

    return lambda: [answer.status_code for answer in send(event(element, at=at), **said)]


def lost_of_all() -> list[int]:
    """Losses that belong to nothing."""
    from reliability.monitoring.models import MonitoringEvent

    loose = MonitoringEvent.objects.filter(problem="", suggestion=None, outage=None)
    return list(loose.values_list("pk", flat=True))


def test_what_several_systems_tell_at_once_is_one_fault(project: "User") -> None:
    from reliability.monitoring.models import Suggestion
    from tests.reliability.monitoring import when

    at = when(2)
    found = at_once(
        telling("P-1", at),
        telling("P-2", at + timedelta(seconds=5)),
        telling("L-1", at + timedelta(seconds=9), system="ami"),
        telling("P-1", at, system="ami"),
        telling("P-1", at, message="m-1", twice=True),
    )
    assert refusals(found) == []
    assert {status for outcome in found for status in outcome.value} == {200}
    one = Suggestion.objects.exclude(state="merged").get()
    assert (one.elements, one.events.count(), lost_of_all()) == (["L-1"], 5, [])


def test_what_comes_while_somebody_decides_is_never_lost(project: "User") -> None:
    from reliability.monitoring.models import Suggestion
    from reliability.monitoring.placing import link_known
    from reliability.outages.actions import enter
    from reliability.outages.models import Outage
    from tests.people import again
    from tests.reliability.monitoring import event, send, when
    from tests.reliability.outages import FAULT, do

    for _each in range(TIMES):
        # Later than the end of the outage of the round before.
        by, at = again(project), when(-1)
        send(event("P-1", at=at))
        one = Suggestion.objects.get(state="waiting")
        body = FAULT | {"elements": ["L-1"], "number_of_suggestion": one.number}
        found = at_once(
            lambda body=body, by=by: enter(body=body, by=by).number,  # type: ignore[misc]
            telling("P-2", at),
        )
        assert refusals(found) == []
        one.refresh_from_db()
        assert (one.state, lost_of_all()) == ("reported", [])
        # What was told before the outage was there is found in it by the worker.
        link_known()
        assert not Suggestion.objects.filter(state="waiting").exists()
        do(Outage.objects.get(number=found[0].value), "restore", project)
