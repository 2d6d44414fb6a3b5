"""What this app tells those below it once, when the process starts: its events, its tables, its
links."""

from core.events import declare
from reliability import tables  # noqa: F401 (they register themselves)
from reliability.crews import events as of_crews
from reliability.outages import actions as outages
from reliability.outages import events as of_outages
from reliability.patrols import events as of_patrols

CATALOGUE = (of_outages, of_crews, of_patrols)


def wire() -> None:
    declare([event for module in CATALOGUE for event in module.EVENTS])
    outages.wire()
