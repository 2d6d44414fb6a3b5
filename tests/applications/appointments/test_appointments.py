"""Appointments on site (预约上门): booked, moved and ended by either side."""

from typing import Any

import pytest

from applications.appointments.models import Appointment
from applications.models import Application
from applications.states import State
from portal.invariants import broken
from rules.names import Kind
from tests.applications.appointments.booking import booked, go_to, moved, step
from tests.builders import People, Ready, again

pytestmark = pytest.mark.django_db


def found() -> dict[str, Any]:
    return {name: rows for name, rows in broken() if rows}


@pytest.fixture
def case(people: People, ready: Ready) -> Application:
    """Of a factory, accepted by `manager`: a survey on site can be booked."""
    return ready(Kind.HV_SINGLE, State.ACCEPTED)


def test_it_is_booked_moved_and_held_and_changes_nothing_of_the_case(
    people: People, case: Application
) -> None:
    before = {**again(case).__dict__}
    one = moved(booked(case, people["factory"]), people["manager"])
    go_to(one)
    one = step(one, "record_held", people["manager"])
    assert (one.state, one.sequence, one.staff, one.booked_by) == (
        "held", 1, people["manager"], "applicant",
    )  # fmt: skip
    after = again(case).__dict__
    assert {name for name in before if before[name] != after[name]} <= {"_state"}
    assert found() == {}
    assert Appointment.objects.count() == 1
