"""A demonstration shows each way around outages, made by its people's acts, and makes it once."""

import pytest

from oversight import demonstration as watched
from oversight.interruptions.models import InterruptionComplaint
from oversight.orderly.models import DistrictPlan, Execution
from publishing import demonstration as tables
from reliability import demonstration as power
from reliability.crews.models import RepairCrew
from reliability.following.models import Following
from reliability.outages.models import Outage
from reliability.patrols.models import Defect, Patrol
from reliability.reports.models import Report
from tests.builders import People

pytestmark = pytest.mark.django_db


def states() -> dict[str, list[str]]:
    machines = (
        RepairCrew, Outage, Patrol, Defect, Report, InterruptionComplaint, DistrictPlan, Execution,
    )  # fmt: skip
    return {
        each.__name__: list(each._default_manager.order_by("pk").values_list("state", flat=True))
        for each in machines
    }


def test_every_way_stands_where_its_acts_led_it(people: People) -> None:
    tables.publish(by=people.values())
    for _time in range(2):
        power.make(people)
        watched.make(people)
        assert states() == {
            "RepairCrew": ["active"] * 3,
            "Outage": ["announced", "announced", "repairing", "restored"],
            "Patrol": ["active"] * 3,
            "Defect": ["found", "works", "mended"],
            "Report": ["taken_on", "open", "closed", "open"],
            "InterruptionComplaint": ["open", "ordered"],
            "DistrictPlan": ["accepted", "awaited", "handed_in", *["awaited"] * 4],
            "Execution": ["ended"],
        }
        assert Following.objects.count() == 3
        [known] = Report.objects.exclude(outage=None)
        assert known.outage == Outage.objects.get(state="repairing")
