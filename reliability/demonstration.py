"""What keeps the power on in a demonstration: who follows outages, crews, outages that are ahead,
on and over, patrols and defects, and reports from the public."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from accounts.models import User
from reliability.crews import actions as crews
from reliability.following.actions import follow
from reliability.following.models import Following
from reliability.outages.actions import OUTAGES, enter
from reliability.patrols.actions import DEFECTS, PATROLS, register_patrol, report_defect
from reliability.reports.actions import REPORTS, report
from workflow.demonstration import Way, play

FILE: Final = Path(__file__).with_suffix(".toml")
#: From where it is followed and reported, as the limits count it.
CLIENT: Final = "demonstration"
#: Followers hear of the outages, crews go to them, and reports are of some that are there.
WAYS: Final = {
    "following": Way(Following, lambda body, by: follow(body=body, by=by, client=CLIENT)),
    "crew": Way(crews.CREWS.model, lambda body, by: crews.register(body=body, by=by)),
    "outage": Way(OUTAGES.model, lambda body, by: enter(body=body, by=by), OUTAGES),
    "patrol": Way(PATROLS.model, lambda body, by: register_patrol(body=body, by=by), PATROLS),
    "defect": Way(DEFECTS.model, lambda body, by: report_defect(body=body, by=by), DEFECTS),
    "report": Way(REPORTS.model, lambda body, by: report(body=body, by=by, client=CLIENT), REPORTS),
}


def make(people: Mapping[str, User]) -> None:
    """Make the sorts of which there are none.

    Args:
        people: of the demonstration, by their usernames.
    """
    play(FILE, WAYS, people)
